#include "imap/appends.h"

#include <algorithm>

#include "base/log.h"
#include "base/metrics.h"
#include "imap/response.h"

namespace imap {
namespace {

constexpr size_t kCommandsATransaction = 256;

struct Outcome {
  uint32_t uid_validity = 0;
  store::UidSet uids;
};
using Outcomes = std::vector<base::Result<Outcome>>;
using Payloads = std::vector<std::shared_ptr<const AppendPayload>>;

Reply success(const Outcome& outcome) {  // RFC 4315 3
  std::string text = "[APPENDUID ";
  put_number(text, outcome.uid_validity);
  text.push_back(' ');
  put_set(text, outcome.uids);
  return ok(text + "] APPEND completed");
}

base::Result<Outcome> append_rows(sql::Transaction& tx, store::Store& store, const directory::Member& member, const AppendPayload& append) {
  auto mailbox = store.find_mailbox(tx, member.scope(), append.mailbox);
  if (!mailbox) return base::Error{base::ErrorKind::kNotFound, "No such mailbox"};
  auto appended = store.append(tx, member.scope(), mailbox->id, append.messages, member.quota_bytes);
  if (!appended) return appended.error();
  Outcome outcome{appended->uid_validity, {}};
  for (uint32_t uid : appended->uids) outcome.uids.add(uid);
  return outcome;
}

// Each command stands or falls by itself: one over quota leaves the others stored.
Outcomes append_all(sql::Transaction& tx, store::Store& store, const directory::Member& member, const Payloads& payloads) {
  Outcomes out;
  out.reserve(payloads.size());
  for (const auto& payload : payloads) out.push_back(append_rows(tx, store, member, *payload));
  return out;
}

bool bodies_stored(const StartedAppend& append) {
  return std::all_of(append.puts.begin(), append.puts.end(), [](const net::Pending<void>& put) { return put.ready(); });
}

}  // namespace

void AppendQueue::start(std::string tag, std::string mailbox, std::vector<AppendMessage> messages) {
  auto item = std::make_shared<StartedAppend>();
  auto payload = std::make_shared<AppendPayload>();
  item->tag = std::move(tag);
  payload->mailbox = std::move(mailbox);
  for (AppendMessage& message : messages) {
    auto prepared = services_.store.prepare(message.body, context_.key, message.date.value_or(services_.clock.now()));
    prepared.flags = std::move(message.flags);
    item->bytes += message.body.size();
    item->puts.push_back(services_.store.blobs().start_put(context_.member->enterprise_id, prepared.blob, std::move(message.body)));
    payload->messages.push_back(std::move(prepared));
  }
  item->payload = std::move(payload);
  bytes_ += item->bytes;
  all_.push_back(item);
  to_write_.push_back(std::move(item));
  if (!std::exchange(runs_, true)) net::spawn(executor_, run(shared_from_this()));
}

std::shared_ptr<StartedAppend> AppendQueue::take() {
  if (all_.empty() || !all_.front()->reply) return nullptr;
  auto item = std::move(all_.front());
  all_.pop_front();
  bytes_ -= item->bytes;
  return item;
}

void AppendQueue::finish(const Item& item, Reply reply) {
  static auto& stored = base::counter("posthouse_imap_appended_total", "Messages stored by APPEND");
  if (reply.status == Reply::Status::kOk) {
    stored.Increment(static_cast<double>(item->payload->messages.size()));
    journal::Event event{journal::EventKind::kMessageAppended};
    event.enterprise_id = context_.member->enterprise_id;
    event.account_id = context_.member->account_id;
    event.protocol = "imap";
    event.client = context_.client;
    event.recipient = context_.member->address;
    event.size = static_cast<int64_t>(item->bytes);
    event.detail = item->payload->mailbox;
    services_.journal.record(std::move(event));
  }
  item->payload.reset();
  item->reply = std::move(reply);
}

// After it either the item has no puts left, or it is finished with its error.
net::Task<> AppendQueue::await_bodies(std::shared_ptr<AppendQueue> self, Item item) {
  std::optional<base::Error> failed;
  for (auto& put : item->puts) {
    try {
      co_await put.wait();
    } catch (const base::Failure& failure) {
      failed = failure.error();
    }
  }
  item->puts.clear();
  if (failed) self->finish(item, from_error(*failed));
}

net::Task<> AppendQueue::write_rows(std::shared_ptr<AppendQueue> self, std::vector<Item> batch) {
  store::Store& store = self->services_.store;
  Payloads payloads;
  for (const Item& item : batch) payloads.push_back(item->payload);
  auto write = [payloads = std::move(payloads), &store, member = self->context_.member](sql::Transaction& tx) {
    return append_all(tx, store, *member, payloads);
  };
  std::optional<base::Error> failed;
  Outcomes outcomes;
  try {
    outcomes = co_await store.database().async_write(std::move(write));
  } catch (const base::Failure& failure) {
    base::log_warning("imap append failed", {{"account", self->context_.member->account_id}, {"cause", failure.what()}});
    failed = failure.error();
  }
  for (size_t i = 0; i < batch.size(); ++i) {
    Reply reply = failed ? from_error(*failed) : outcomes[i] ? success(*outcomes[i]) : from_error(outcomes[i].error(), "TRYCREATE");
    self->finish(batch[i], std::move(reply));
  }
}

net::Task<> AppendQueue::run(std::shared_ptr<AppendQueue> self) {
  while (!self->to_write_.empty()) {
    std::vector<Item> batch;
    // The first is waited for; those behind it go along as far as they are ready.
    while (!self->to_write_.empty() && batch.size() < kCommandsATransaction && (batch.empty() || bodies_stored(*self->to_write_.front()))) {
      Item item = self->to_write_.front();
      co_await await_bodies(self, item);
      self->to_write_.pop_front();
      if (!item->reply) batch.push_back(std::move(item));
    }
    if (!batch.empty()) co_await write_rows(self, std::move(batch));
    self->notifier_.notify();
  }
  self->runs_ = false;
}

}  // namespace imap
