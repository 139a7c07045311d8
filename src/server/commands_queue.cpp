// queue: what waits to be sent, for the operator. Works beside a running server, which hears of a change within queue.poll_interval.

#include <fmt/format.h>

#include "base/text.h"
#include "queue/operations.h"
#include "server/commands.h"
#include "server/instance.h"
#include "server/limits.h"

namespace server {

namespace {

constexpr size_t kAtOnce = 1'000;
constexpr queue::AllEnterprises kAll;

// MESSAGE or MESSAGE/ENTRY.
void take_id(queue::Filter& filter, const std::string& text) {
  const auto slash = text.find('/');
  const auto message = base::parse_number(std::string_view(text).substr(0, slash));
  const auto entry = slash == std::string::npos ? std::nullopt : base::parse_number(std::string_view(text).substr(slash + 1));
  if (!message || (slash != std::string::npos && !entry))
    throw base::Failure(base::ErrorKind::kInvalid, fmt::format("not a queue id: {:?}; see posthouse queue list", text));
  filter.message_id = static_cast<int64_t>(*message);
  if (entry) filter.entry_id = static_cast<int64_t>(*entry);
}

queue::Filter filter_of(const QueueOptions& options) {
  queue::Filter filter;
  if (!options.id.empty()) take_id(filter, options.id);
  if (!options.sender.empty()) filter.sender = options.sender == "<>" ? "" : options.sender;
  if (!options.recipient.empty()) filter.recipient = options.recipient;
  if (!options.destination.empty()) filter.destination = base::to_lower(options.destination);
  const bool named = filter.message_id || filter.sender || filter.recipient || filter.destination;
  if (!named && !options.all)
    throw base::Failure(base::ErrorKind::kInvalid, "name what is meant: an id, --from, --to or --domain; or --all for everything");
  return filter;
}

const char* to_text(queue::State state) {
  switch (state) {
    case queue::State::kReady:
      return "waiting";
    case queue::State::kLeased:
      return "sending";
    case queue::State::kHeld:
      return "held";
  }
  return "?";
}

std::string when(const std::optional<base::Time>& time) { return time ? base::to_iso8601(*time).substr(0, 19) + "Z" : "-"; }

// Repeats a change in pieces until it changes nothing.
int change(const Common& common, const QueueOptions& options, const char* done,
           const std::function<int64_t(queue::Operations&, sql::Transaction&, const queue::Filter&)>& piece) {
  Instance instance(common.folder, common.load(), Bodies::kNone);
  const auto filter = filter_of(options);
  queue::Queue queue(instance.clock(), instance.ids(), instance.journal(), instance.settings().number("server.node"),
                     queue_settings(instance.settings()));
  queue::Operations operations(queue);
  int64_t total = 0;
  for (int64_t changed = 1; changed > 0; total += changed)
    changed = instance.database().write([&](sql::Transaction& tx) { return piece(operations, tx, filter); });
  fmt::print("{} {}\n", total, done);
  return total > 0 || options.all ? 0 : 1;
}

}  // namespace

int queue_list(const Common& common, const QueueOptions& options) {
  Instance instance(common.folder, common.load(), Bodies::kNone);
  QueueOptions wanted = options;
  wanted.all = true;
  const auto filter = filter_of(wanted);
  std::optional<queue::Cursor> after;
  size_t count = 0;
  do {
    auto page = instance.database().read([&](sql::Transaction& tx) { return queue::list(tx, kAll, filter, after, kAtOnce); });
    for (const auto& entry : page.entries) {
      ++count;
      fmt::print("{}/{}\t{}\t{}\t<{}>\t<{}>\t{} attempts, next {}\t{}\n", entry.id.message_id, entry.id.entry_id, to_text(entry.state),
                 when(entry.arrived_at), entry.sender, entry.recipient, entry.attempts, when(entry.next_at),
                 base::printable(entry.last_reply, 300));
    }
    after = page.next;
  } while (after);
  fmt::print("{} in the queue\n", count);
  return 0;
}

int queue_retry(const Common& common, const QueueOptions& options) {
  return change(common, options, "will be tried now",
                [](auto& operations, auto& tx, const auto& filter) { return operations.retry_now(tx, kAll, filter, kAtOnce); });
}

int queue_hold(const Common& common, const QueueOptions& options) {
  return change(common, options, "held",
                [](auto& operations, auto& tx, const auto& filter) { return operations.hold(tx, kAll, filter, kAtOnce); });
}

int queue_release(const Common& common, const QueueOptions& options) {
  return change(common, options, "released",
                [](auto& operations, auto& tx, const auto& filter) { return operations.release(tx, kAll, filter, kAtOnce); });
}

int queue_delete(const Common& common, const QueueOptions& options) {
  const auto how = options.bounce ? queue::Wish::kBounce : queue::Wish::kRemove;
  return change(common, options, options.bounce ? "will be returned to their senders" : "deleted",
                [how](auto& operations, auto& tx, const auto& filter) { return operations.remove(tx, kAll, filter, how, kAtOnce); });
}

int queue_route(const Common& common, const QueueOptions& options) {
  return change(
      common, options, options.route.empty() ? "go the usual way" : "go another way",
      [&](auto& operations, auto& tx, const auto& filter) { return operations.change_route(tx, kAll, filter, options.route, kAtOnce); });
}

}  // namespace server
