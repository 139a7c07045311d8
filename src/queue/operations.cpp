#include "queue/operations.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace queue {

namespace {

using Enterprise = std::optional<int64_t>;

constexpr size_t kMostListed = 10'000;

// Conditions over e (queue_entry) and m (queue_message); borrows the filter's texts.
struct Where {
  std::string sql = "true";
  std::vector<sql::Value> values;

  Where(Enterprise enterprise, const Filter& filter) {
    // The scope first: it is also the beginning of the key.
    if (enterprise) add(" and e.enterprise_id = ?", *enterprise);
    if (filter.enterprise_id) add(" and e.enterprise_id = ?", *filter.enterprise_id);
    if (filter.message_id) add(" and e.message_id = ?", *filter.message_id);
    if (filter.entry_id) add(" and e.entry_id = ?", *filter.entry_id);
    if (filter.recipient) add(" and e.recipient = ?", *filter.recipient);
    if (filter.destination) add(" and e.next_hop = ?", *filter.destination);
    if (filter.state) add(" and e.state = ?", *filter.state);
    if (filter.sender) add(" and m.return_path = ?", *filter.sender);
  }
  void add(std::string_view condition, sql::Value value) {
    sql += condition;
    values.push_back(value);
  }
};

constexpr std::string_view kFrom =
    " from queue_entry e join queue_message m on m.enterprise_id = e.enterprise_id and m.message_id = e.message_id where ";

Page list_of(sql::Transaction& tx, Enterprise enterprise, const Filter& filter, const std::optional<Cursor>& after, size_t limit) {
  limit = std::clamp<size_t>(limit, 1, kMostListed);
  Where where(enterprise, filter);
  if (after) {
    where.sql += " and (e.enterprise_id, e.message_id, e.entry_id) > (?, ?, ?)";
    where.values.insert(where.values.end(), {after->enterprise_id, after->message_id, after->entry_id});
  }
  where.values.emplace_back(static_cast<int64_t>(limit) + 1);
  const std::string sql = fmt::format(
      "select e.enterprise_id, e.message_id, e.entry_id, m.return_path, e.recipient, m.subject, e.next_hop, e.last_reply, e.state, e.wish, "
      "e.attempts, m.size, m.arrived_at, e.expires_at, e.next_at, e.lease_owner{}{} order by e.enterprise_id, e.message_id, e.entry_id "
      "limit ?",
      kFrom, where.sql);
  Page page;
  for (const sql::Row& row : tx.query_with(sql, where.values)) {
    if (page.entries.size() == limit) {
      page.next = page.entries.back().id;
      break;
    }
    Listed one{.id = {row.number(0), row.number(1), row.number(2)},
               .sender = std::string(row.text(3)),
               .recipient = std::string(row.text(4)),
               .subject = std::string(row.text(5)),
               .next_hop = std::string(row.text(6)),
               .last_reply = std::string(row.text(7)),
               .state = static_cast<State>(row.number(8)),
               .wish = static_cast<Wish>(row.number(9)),
               .attempts = static_cast<int>(row.number(10)),
               .size = static_cast<uint64_t>(row.number(11)),
               .arrived_at = base::from_micros(row.number(12)),
               .expires_at = base::from_micros(row.number(13)),
               .lease_owner = row.number(15)};
    if (row.number(14) != kNever) one.next_at = base::from_micros(row.number(14));
    page.entries.push_back(std::move(one));
  }
  return page;
}

}  // namespace

Page list(sql::Transaction& tx, sql::EnterpriseScope scope, const Filter& filter, const std::optional<Cursor>& after, size_t limit) {
  return list_of(tx, scope.enterprise_id, filter, after, limit);
}
Page list(sql::Transaction& tx, AllEnterprises, const Filter& filter, const std::optional<Cursor>& after, size_t limit) {
  return list_of(tx, std::nullopt, filter, after, limit);
}

std::vector<PastAttempt> attempts(sql::Transaction& tx, sql::EnterpriseScope scope, int64_t message_id, int64_t entry_id) {
  std::vector<PastAttempt> all;
  auto rows = tx.query(
      "select number, at, remote_name, remote_address, local_address, tls, phase, reply_code, enhanced, reply, reason, cut_off from "
      "queue_attempt where enterprise_id = ? and message_id = ? and entry_id = ? order by number",
      scope.enterprise_id, message_id, entry_id);
  for (const sql::Row& row : rows) {
    PastAttempt one{.number = static_cast<int>(row.number(0)), .at = base::from_micros(row.number(1))};
    one.attempt.remote_name = row.text(2);
    one.attempt.remote_address = row.text(3);
    one.attempt.local_address = row.text(4);
    one.attempt.tls_version = row.text(5);
    one.attempt.phase = static_cast<Phase>(row.number(6));
    one.attempt.reply_code = static_cast<int>(row.number(7));
    one.attempt.enhanced = row.text(8);
    one.attempt.text = row.text(9);
    one.attempt.reason = row.text(10);
    one.attempt.cut_off = row.number(11) != 0;
    all.push_back(std::move(one));
  }
  return all;
}

// At most `most` entries that fit the filter and `condition`.
int64_t Operations::update(sql::Transaction& tx, Enterprise enterprise, const Filter& filter, const std::string& set,
                           const std::string& condition, size_t most) {
  Where where(enterprise, filter);
  where.values.emplace_back(static_cast<int64_t>(most));
  const std::string sql = fmt::format(
      "update queue_entry set {} where (enterprise_id, message_id, entry_id) in (select e.enterprise_id, e.message_id, e.entry_id{}{} and "
      "({}) limit ?{})",
      set, kFrom, where.sql, condition, tx.driver() == sql::Driver::kPostgres ? " for update of e" : "");
  const int64_t changed = tx.execute_with(sql, where.values);
  if (changed > 0) bump_version(tx);
  return changed;
}

int64_t Operations::retry_of(sql::Transaction& tx, Enterprise enterprise, const Filter& filter, size_t most) {
  const int64_t now = base::to_micros(queue_.clock().now());
  return update(tx, enterprise, filter, fmt::format("next_at = {}", now), fmt::format("e.state = 0 and e.next_at > {}", now), most);
}

int64_t Operations::hold_of(sql::Transaction& tx, Enterprise enterprise, const Filter& filter, size_t most) {
  const std::string set = fmt::format(
      "wish = case when state = 1 then 1 else 0 end, next_at = case when state = 1 then next_at else {} end, state = case when state = 1 "
      "then 1 else 2 end",
      kNever);
  return update(tx, enterprise, filter, set, "e.state = 0 or (e.state = 1 and e.wish = 0)", most);
}

int64_t Operations::release_of(sql::Transaction& tx, Enterprise enterprise, const Filter& filter, size_t most) {
  const std::string set =
      fmt::format("wish = 0, next_at = case when state = 1 then next_at else {} end, state = case when state = 1 then 1 else 0 end",
                  base::to_micros(queue_.clock().now()));
  return update(tx, enterprise, filter, set, "e.state = 2 or (e.state = 1 and e.wish = 1)", most);
}

int64_t Operations::delete_unleased(sql::Transaction& tx, Enterprise enterprise, const Filter& filter, size_t most) {
  Where where(enterprise, filter);
  where.values.emplace_back(static_cast<int64_t>(most));
  const std::string sql = fmt::format(
      "select e.enterprise_id, e.message_id, e.entry_id, e.recipient, m.account_id, m.return_path, m.subject, m.header_id, m.size{}{} "
      "and e.state <> 1 limit ?{}",
      kFrom, where.sql, tx.driver() == sql::Driver::kPostgres ? " for update of e, m" : "");
  std::vector<EntryId> ids;
  std::vector<journal::Event> events;
  for (const sql::Row& row : tx.query_with(sql, where.values)) {
    ids.push_back({row.number(0), row.number(1), row.number(2)});
    Message message;
    message.enterprise_id = row.number(0);
    message.account_id = row.number(4);
    message.envelope.return_path = row.text(5);
    message.subject = row.text(6);
    message.header_id = row.text(7);
    message.envelope.size = static_cast<uint64_t>(row.number(8));
    events.push_back(queue_event(message, std::string(row.text(3)), journal::EventKind::kMessageRemoved));
  }
  std::set<std::pair<int64_t, int64_t>> messages;
  for (const EntryId& id : ids) {
    delete_entry(tx, id);
    messages.insert({id.enterprise_id, id.message_id});
  }
  for (const auto& [enterprise_id, message_id] : messages) delete_if_empty(tx, enterprise_id, message_id);
  for (auto& event : events) queue_.journal().record(tx, std::move(event));
  return static_cast<int64_t>(ids.size());
}

int64_t Operations::remove_of(sql::Transaction& tx, Enterprise enterprise, const Filter& filter, Wish how, size_t most) {
  const int wish = static_cast<int>(how);
  if (how == Wish::kRemove) {
    const int64_t deleted = delete_unleased(tx, enterprise, filter, most);
    return deleted +
           update(tx, enterprise, filter, fmt::format("wish = {}", wish), fmt::format("e.state = 1 and e.wish <> {}", wish), most);
  }
  const std::string set =
      fmt::format("wish = {}, next_at = case when state = 1 then next_at else {} end, state = case when state = 1 then 1 else 0 end", wish,
                  base::to_micros(queue_.clock().now()));
  return update(tx, enterprise, filter, set, fmt::format("e.wish <> {}", wish), most);
}

int64_t Operations::route_of_entries(sql::Transaction& tx, Enterprise enterprise, const Filter& filter, const std::string& route,
                                     size_t most) {
  struct Change {
    EntryId id;
    std::string next_hop;
  };
  const int64_t now = base::to_micros(queue_.clock().now());
  const std::string key = "=" + route;
  Where where(enterprise, filter);
  if (route.empty())
    where.sql += " and e.next_hop like '=%'";
  else
    where.add(" and e.next_hop <> ?", key);
  where.values.emplace_back(static_cast<int64_t>(most));
  const std::string sql = fmt::format("select e.enterprise_id, e.message_id, e.entry_id, e.recipient{}{} and e.state <> 1 limit ?{}", kFrom,
                                      where.sql, tx.driver() == sql::Driver::kPostgres ? " for update of e" : "");
  std::vector<Change> changes;
  for (const sql::Row& row : tx.query_with(sql, where.values)) {
    auto hop = route.empty() ? next_hop_of(row.text(3)) : key;
    if (hop) changes.push_back({{row.number(0), row.number(1), row.number(2)}, *std::move(hop)});
  }
  for (const Change& change : changes) {
    tx.execute_later(
        "update queue_entry set next_hop = ?, next_at = case when state = 0 then ? else next_at end where enterprise_id = ? and message_id "
        "= ? and entry_id = ?",
        change.next_hop, now, change.id.enterprise_id, change.id.message_id, change.id.entry_id);
  }
  if (!changes.empty()) bump_version(tx);
  return static_cast<int64_t>(changes.size());
}

// --- the two forms of each ---

int64_t Operations::retry_now(sql::Transaction& tx, sql::EnterpriseScope scope, const Filter& filter, size_t most) {
  return retry_of(tx, scope.enterprise_id, filter, most);
}
int64_t Operations::retry_now(sql::Transaction& tx, AllEnterprises, const Filter& filter, size_t most) {
  return retry_of(tx, std::nullopt, filter, most);
}
int64_t Operations::hold(sql::Transaction& tx, sql::EnterpriseScope scope, const Filter& filter, size_t most) {
  return hold_of(tx, scope.enterprise_id, filter, most);
}
int64_t Operations::hold(sql::Transaction& tx, AllEnterprises, const Filter& filter, size_t most) {
  return hold_of(tx, std::nullopt, filter, most);
}
int64_t Operations::release(sql::Transaction& tx, sql::EnterpriseScope scope, const Filter& filter, size_t most) {
  return release_of(tx, scope.enterprise_id, filter, most);
}
int64_t Operations::release(sql::Transaction& tx, AllEnterprises, const Filter& filter, size_t most) {
  return release_of(tx, std::nullopt, filter, most);
}
int64_t Operations::remove(sql::Transaction& tx, sql::EnterpriseScope scope, const Filter& filter, Wish how, size_t most) {
  return remove_of(tx, scope.enterprise_id, filter, how, most);
}
int64_t Operations::remove(sql::Transaction& tx, AllEnterprises, const Filter& filter, Wish how, size_t most) {
  return remove_of(tx, std::nullopt, filter, how, most);
}
int64_t Operations::change_route(sql::Transaction& tx, sql::EnterpriseScope scope, const Filter& filter, const std::string& route,
                                 size_t most) {
  return route_of_entries(tx, scope.enterprise_id, filter, route, most);
}
int64_t Operations::change_route(sql::Transaction& tx, AllEnterprises, const Filter& filter, const std::string& route, size_t most) {
  return route_of_entries(tx, std::nullopt, filter, route, most);
}

}  // namespace queue
