#include "queue/queue.h"

#include <algorithm>
#include <map>
#include <set>

#include "directory/address.h"

namespace queue {

std::optional<std::string> next_hop_of(std::string_view address) {
  auto parsed = directory::parse_address(address, 256);
  if (!parsed) return std::nullopt;
  return std::move(parsed->domain);
}

// --- Inbox ---

void Inbox::add(std::vector<Work> works) {
  {
    std::lock_guard lock(mutex_);
    std::ranges::move(works, std::back_inserter(content_.works));
  }
  arrived.notify();
}

void Inbox::hint(std::vector<LaneDue> lanes) {
  {
    std::lock_guard lock(mutex_);
    std::ranges::move(lanes, std::back_inserter(content_.hints));
  }
  arrived.notify();
}

Inbox::Content Inbox::take() {
  std::lock_guard lock(mutex_);
  return std::exchange(content_, {});
}

// --- Queue ---

Queue::Queue(const base::Clock& clock, base::IdMaker& ids, journal::Journal& journal, int64_t node, Settings settings)
    : clock_(clock),
      ids_(ids),
      journal_(journal),
      node_(node),
      settings_(std::move(settings)),
      inbox_(std::make_shared<Inbox>(settings_)) {}

// What one enqueue() writes.
struct Queue::Plan {
  std::shared_ptr<Message> message;
  std::optional<base::Time> hold_until;
  State state = State::kReady;
  int64_t next_at = 0;
  struct Group {  // recipients of one next hop
    std::vector<Entry> entries;
    bool leased = false;
  };
  std::map<std::string, Group> groups;
};

namespace {

std::string key_of(const NewRecipient& recipient) {
  if (!recipient.route.empty()) return "=" + recipient.route;
  auto key = next_hop_of(recipient.address);
  if (!key) throw base::Failure(base::ErrorKind::kInvalid, "a recipient's address has no domain", recipient.address);
  return *std::move(key);
}

std::shared_ptr<Message> to_message(const NewMessage& in, int64_t enterprise_id, int64_t message_id, base::Time now) {
  auto message = std::make_shared<Message>();
  message->enterprise_id = enterprise_id;
  message->message_id = message_id;
  message->account_id = in.account_id;
  message->blob = in.blob;
  message->envelope = in.envelope;
  message->source_pool = in.source_pool;
  message->language = in.language;
  message->subject = in.subject;
  message->header_id = in.header_id;
  message->arrived_at = now;
  return message;
}

}  // namespace

journal::Event queue_event(const Message& message, const std::string& recipient, journal::EventKind kind) {
  journal::Event event{kind};
  event.enterprise_id = message.enterprise_id;
  event.account_id = message.account_id;
  event.protocol = "smtp";
  event.sender = message.envelope.return_path;
  event.recipient = recipient;
  event.subject = message.subject;
  event.message_id = message.header_id;
  event.size = static_cast<int64_t>(message.envelope.size);
  return event;
}

int64_t Queue::enqueue(sql::Transaction& tx, sql::EnterpriseScope scope, const NewMessage& in, std::span<const NewRecipient> recipients) {
  const base::Time now = clock_.now();
  Plan plan{.message = to_message(in, scope.enterprise_id, ids_.next(), now), .hold_until = in.hold_until};
  // The lifetime begins when the message may go (RFC 4865 4.8).
  const base::Time from = in.hold_until ? std::max(now, *in.hold_until) : now;
  const auto& deliver_by = in.envelope.deliver_by;
  const bool late_returns = deliver_by && !(in.envelope.flags & kDeliverByNotify);
  Entry entry;
  entry.expires_at = from + settings_.lifetime;
  if (late_returns) entry.expires_at = std::min(entry.expires_at, *deliver_by);
  if (settings_.delay_notice > base::Duration::zero()) entry.delay_at = from + settings_.delay_notice;
  if (deliver_by && !late_returns) entry.delay_at = deliver_by;
  std::set<std::string_view> seen;  // a recipient named twice gets one copy
  for (const NewRecipient& recipient : recipients) {
    if (!seen.insert(recipient.address).second) continue;
    ++entry.entry_id;
    entry.recipient = recipient.address;
    entry.orcpt = recipient.orcpt;
    entry.notify = recipient.notify;
    plan.groups[key_of(recipient)].entries.push_back(entry);
  }
  plan.state = in.held ? State::kHeld : State::kReady;
  plan.next_at = in.held ? kNever : base::to_micros(from);
  keep_bytes(*plan.message, in.bytes);
  insert(tx, plan);
  if (in.held) {
    for (const std::string_view address : seen) {
      auto event = queue_event(*plan.message, std::string(address), journal::EventKind::kMessageHeld);
      event.detail = in.held_reason;
      journal_.record(tx, std::move(event));
    }
  }
  const int64_t id = plan.message->message_id;
  if (!in.held) hand_over(tx, std::move(plan));
  return id;
}

// Within the limit of memory; counted until the last who uses them lets go.
void Queue::keep_bytes(Message& message, const std::shared_ptr<const std::string>& bytes) {
  if (!bytes || !inbox_->open.load() || inbox_->body_bytes.load() + bytes->size() > settings_.body_bytes) return;
  inbox_->body_bytes += bytes->size();
  auto let_go = [inbox = inbox_, bytes](const std::string*) { inbox->body_bytes -= bytes->size(); };
  message.bytes = std::shared_ptr<const std::string>(bytes.get(), std::move(let_go));
}

void Queue::insert(sql::Transaction& tx, Plan& plan) {
  insert_message(tx, *plan.message, plan.hold_until);
  const bool due = plan.state == State::kReady && plan.next_at <= base::to_micros(plan.message->arrived_at);
  const int64_t lease_end = base::to_micros(plan.message->arrived_at + settings_.lease);
  for (auto& [key, group] : plan.groups) {
    group.leased = due && inbox_->open.load() && inbox_->room.take(key, group.entries.size());
    // Hooks are queued only at the end; what the room lent must not leak when a statement fails before.
    if (group.leased) {
      tx.on_rollback(
          [inbox = inbox_, lane = LaneDue{{key, plan.message->enterprise_id}, plan.message->arrived_at}, count = group.entries.size()] {
            inbox->room.give(lane.lane.next_hop, count);
            inbox->hint({lane});
          });
    }
    for (Entry& entry : group.entries) {
      NewRow row{entry, key, plan.state, plan.next_at};
      if (group.leased) {
        entry.fence = row.entry.fence = 1;
        row.state = State::kLeased;
        row.next_at = lease_end;
        row.lease_owner = node_;
      }
      insert_entry(tx, *plan.message, row);
    }
  }
}

// After the commit.
void Queue::hand_over(sql::Transaction& tx, Plan plan) {
  std::vector<Work> works;
  std::vector<LaneDue> hints;
  for (auto& [key, group] : plan.groups) {
    if (!group.leased) {
      hints.push_back({{key, plan.message->enterprise_id}, base::from_micros(plan.next_at)});
      continue;
    }
    for (Entry& entry : group.entries) {
      const bool joins = !works.empty() && works.back().next_hop == key && works.back().entries.size() < settings_.batch_recipients;
      if (!joins) works.push_back({plan.message, key, {}});
      works.back().entries.push_back(std::move(entry));
    }
  }
  tx.on_commit([inbox = inbox_, works = std::move(works), hints = std::move(hints)]() mutable {
    if (!works.empty()) inbox->add(std::move(works));
    if (!hints.empty()) inbox->hint(std::move(hints));
  });
}

}  // namespace queue
