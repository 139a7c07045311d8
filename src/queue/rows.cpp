#include "queue/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace queue {

namespace {

std::optional<int64_t> micros(const std::optional<base::Time>& time) { return time ? std::optional(base::to_micros(*time)) : std::nullopt; }

std::optional<base::Time> time_at(const sql::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return base::from_micros(row.number(column));
}

struct ClaimedRow {
  int64_t message_id;
  Entry entry;
};

std::vector<ClaimedRow> claim_rows(sql::Transaction& tx, const Settings& settings, const LaneKey& lane, size_t limit, int64_t node,
                                   base::Time now) {
  static constexpr std::string_view kClaim =
      "update queue_entry set state = 1, lease_owner = ?, fence = fence + 1, next_at = ? where (enterprise_id, message_id, entry_id) in "
      "(select enterprise_id, message_id, entry_id from queue_entry where next_hop = ? and enterprise_id = ? and next_at <= ? order by "
      "next_at, message_id, entry_id limit ?{}) returning message_id, entry_id, recipient, orcpt, notify, wish, attempts, expires_at, "
      "delay_at, fence";
  static const std::string on_sqlite = fmt::format(kClaim, "");
  static const std::string on_postgres = fmt::format(kClaim, " for update skip locked");
  std::vector<ClaimedRow> claimed;
  auto rows = tx.query(tx.driver() == sql::Driver::kSqlite ? on_sqlite : on_postgres, node, base::to_micros(now + settings.lease),
                       lane.next_hop, lane.enterprise_id, base::to_micros(now), static_cast<int64_t>(limit));
  for (const sql::Row& row : rows) {
    Entry entry{.entry_id = row.number(1),
                .recipient = std::string(row.text(2)),
                .orcpt = std::string(row.text(3)),
                .notify = static_cast<uint8_t>(row.number(4)),
                .wish = static_cast<Wish>(row.number(5)),
                .attempts = static_cast<int>(row.number(6)),
                .expires_at = base::from_micros(row.number(7)),
                .delay_at = time_at(row, 8),
                .fence = row.number(9)};
    claimed.push_back({row.number(0), std::move(entry)});
  }
  std::ranges::sort(claimed, [](const ClaimedRow& a, const ClaimedRow& b) {
    return std::pair(a.message_id, a.entry.entry_id) < std::pair(b.message_id, b.entry.entry_id);
  });
  return claimed;
}

std::shared_ptr<const Message> to_message(const sql::Row& row) {
  auto message = std::make_shared<Message>();
  message->enterprise_id = row.number(0);
  message->message_id = row.number(1);
  message->account_id = row.number(2);
  message->blob = blob::BlobId::from(row.blob(3));
  message->envelope.size = static_cast<uint64_t>(row.number(4));
  message->envelope.return_path = row.text(5);
  message->envelope.envid = row.text(6);
  message->envelope.ret = static_cast<Return>(row.number(7));
  message->envelope.flags = static_cast<uint32_t>(row.number(8));
  message->source_pool = row.text(9);
  message->language = row.text(10);
  message->subject = row.text(11);
  message->header_id = row.text(12);
  message->arrived_at = base::from_micros(row.number(13));
  message->envelope.deliver_by = time_at(row, 14);
  return message;
}

std::map<int64_t, std::shared_ptr<const Message>> read_messages(sql::Transaction& tx, int64_t enterprise_id,
                                                                const std::vector<ClaimedRow>& rows) {
  std::vector<int64_t> ids;
  for (const auto& row : rows)
    if (ids.empty() || ids.back() != row.message_id) ids.push_back(row.message_id);
  std::map<int64_t, std::shared_ptr<const Message>> messages;
  for_each_part(std::span<const int64_t>(ids), [&](std::span<const int64_t> part) {
    const std::string sql = fmt::format(
        "select m.enterprise_id, m.message_id, m.account_id, m.blob_id, m.size, m.return_path, m.envid, m.ret, m.flags, m.source_pool, "
        "m.language, m.subject, m.header_id, m.arrived_at, m.deliver_by from (values {}) k cross join queue_message m where "
        "m.enterprise_id = ? and m.message_id = k.column1",
        value_rows(part.size(), 1));
    std::vector<sql::Value> values(part.begin(), part.end());
    values.emplace_back(enterprise_id);
    for (const sql::Row& row : tx.query_with(sql, values)) messages[row.number(1)] = to_message(row);
  });
  return messages;
}

// Statements that name one lease: where ... and the fence and the owner fit.
constexpr std::string_view kLeaseFits =
    " where enterprise_id = ? and message_id = ? and entry_id = ? and fence = ? and lease_owner = ? and state = 1";

}  // namespace

std::string value_rows(size_t rows, size_t columns) {
  std::string row = "(?";
  for (size_t i = 1; i < columns; ++i) row += ", ?";
  row += ")";
  std::string all = row;
  for (size_t i = 1; i < rows; ++i) all += ", " + row;
  return all;
}

void insert_message(sql::Transaction& tx, const Message& m, std::optional<base::Time> hold_until) {
  tx.execute_later(
      "insert into queue_message (enterprise_id, message_id, account_id, blob_id, size, return_path, envid, ret, flags, source_pool, "
      "language, subject, header_id, arrived_at, hold_until, deliver_by) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      m.enterprise_id, m.message_id, m.account_id, sql::Blob{m.blob.view()}, m.envelope.size, m.envelope.return_path, m.envelope.envid,
      m.envelope.ret, m.envelope.flags, m.source_pool, m.language, m.subject, m.header_id, base::to_micros(m.arrived_at),
      micros(hold_until), micros(m.envelope.deliver_by));
}

void insert_entry(sql::Transaction& tx, const Message& message, const NewRow& row) {
  const Entry& e = row.entry;
  tx.execute_later(
      "insert into queue_entry (enterprise_id, message_id, entry_id, recipient, orcpt, notify, next_hop, state, wish, attempts, next_at, "
      "expires_at, delay_at, lease_owner, fence, last_reply) values (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?, '')",
      message.enterprise_id, message.message_id, e.entry_id, e.recipient, e.orcpt, e.notify, row.next_hop, row.state, row.next_at,
      base::to_micros(e.expires_at), micros(e.delay_at), row.lease_owner, e.fence);
}

Claimed claim(sql::Transaction& tx, const Settings& settings, const LaneKey& lane, size_t limit, int64_t node, base::Time now) {
  // Locked by another node's claim, which is under way: look again soon, not at once.
  constexpr auto kSoon = std::chrono::milliseconds(200);
  Claimed claimed;
  auto rows = claim_rows(tx, settings, lane, limit, node, now);
  if (rows.size() < limit) {
    auto next = tx.query("select next_at from queue_entry where next_hop = ? and enterprise_id = ? order by next_at limit 1", lane.next_hop,
                         lane.enterprise_id);
    if (next.next() && next.number(0) != kNever) claimed.next_at = std::max(base::from_micros(next.number(0)), now + kSoon);
  } else {
    claimed.next_at = now;
  }
  const auto messages = read_messages(tx, lane.enterprise_id, rows);
  for (auto& row : rows) {
    const auto found = messages.find(row.message_id);
    if (found == messages.end()) continue;  // a broken promise, which verify() names; the lease keeps it out of the way
    const bool joins = !claimed.works.empty() && claimed.works.back().message == found->second &&
                       claimed.works.back().entries.size() < settings.batch_recipients &&
                       (claimed.works.back().entries.back().wish == Wish::kNone) == (row.entry.wish == Wish::kNone);
    if (!joins) claimed.works.push_back({found->second, lane.next_hop, {}});
    claimed.works.back().entries.push_back(std::move(row.entry));
  }
  return claimed;
}

std::vector<Owned> owned(sql::Transaction& tx, std::span<const Lease> leases, int64_t node) {
  std::vector<Owned> found;
  for_each_part(leases, [&](std::span<const Lease> part) {
    const std::string sql = fmt::format(
        "select e.enterprise_id, e.message_id, e.entry_id, e.fence, e.wish from (values {}) k cross join queue_entry e cross join "
        "queue_message m "
        "where e.enterprise_id = k.column1 and e.message_id = k.column2 and e.entry_id = k.column3 and e.fence = k.column4 and e.state = 1 "
        "and e.lease_owner = ? and m.enterprise_id = e.enterprise_id and m.message_id = e.message_id order by 1, 2, 3{}",
        value_rows(part.size(), 4), tx.driver() == sql::Driver::kPostgres ? " for update of e, m" : "");
    std::vector<sql::Value> values;
    for (const Lease& lease : part)
      values.insert(values.end(), {lease.id.enterprise_id, lease.id.message_id, lease.id.entry_id, lease.fence});
    values.emplace_back(node);
    for (const sql::Row& row : tx.query_with(sql, values))
      found.push_back({{{row.number(0), row.number(1), row.number(2)}, row.number(3)}, static_cast<Wish>(row.number(4))});
  });
  std::ranges::sort(found);
  return found;
}

void renew(sql::Transaction& tx, std::span<const Lease> leases, int64_t node, base::Time until) {
  static const std::string kRenew = fmt::format("update queue_entry set next_at = ?{}", kLeaseFits);
  for (const Lease& lease : leases)
    tx.execute_later(kRenew, base::to_micros(until), lease.id.enterprise_id, lease.id.message_id, lease.id.entry_id, lease.fence, node);
}

void give_back(sql::Transaction& tx, std::span<const Lease> leases, int64_t node, base::Time at) {
  static const std::string kGiveBack = fmt::format(
      "update queue_entry set state = case when wish = 1 then 2 else 0 end, next_at = case when wish = 1 then {} else ? end, wish = case "
      "when wish = 1 then 0 else wish end, lease_owner = -1{}",
      kNever, kLeaseFits);
  for (const Lease& lease : leases)
    tx.execute_later(kGiveBack, base::to_micros(at), lease.id.enterprise_id, lease.id.message_id, lease.id.entry_id, lease.fence, node);
}

int64_t reclaim(sql::Transaction& tx, int64_t node, base::Time now) {
  return tx.execute(
      "update queue_entry set state = 0, lease_owner = -1, fence = fence + 1, next_at = ? where lease_owner = ? and state = 1",
      base::to_micros(now), node);
}

void delete_entry(sql::Transaction& tx, const EntryId& id) {
  tx.execute_later("delete from queue_attempt where enterprise_id = ? and message_id = ? and entry_id = ?", id.enterprise_id, id.message_id,
                   id.entry_id);
  tx.execute_later("delete from queue_entry where enterprise_id = ? and message_id = ? and entry_id = ?", id.enterprise_id, id.message_id,
                   id.entry_id);
}

void delete_if_empty(sql::Transaction& tx, int64_t enterprise_id, int64_t message_id) {
  tx.execute_later(
      "delete from queue_message where enterprise_id = ? and message_id = ? and not exists (select 1 from queue_entry e where "
      "e.enterprise_id = queue_message.enterprise_id and e.message_id = queue_message.message_id)",
      enterprise_id, message_id);
}

void defer_entry(sql::Transaction& tx, const EntryId& id, const Deferral& d) {
  tx.execute_later(
      "update queue_entry set state = ?, wish = case when wish = 1 then 0 else wish end, attempts = ?, next_at = ?, delay_at = ?, "
      "lease_owner = -1, last_reply = ? where enterprise_id = ? and message_id = ? and entry_id = ?",
      d.state, d.attempts, d.next_at, micros(d.delay_at), d.last_reply, id.enterprise_id, id.message_id, id.entry_id);
}

void insert_attempt(sql::Transaction& tx, const EntryId& id, int number, base::Time at, const Attempt& a, size_t kept) {
  const std::string tls = a.tls_version.empty() ? "" : a.tls_version + " " + a.tls_cipher;
  tx.execute_later(
      "insert into queue_attempt (enterprise_id, message_id, entry_id, number, at, remote_name, remote_address, local_address, tls, phase, "
      "reply_code, enhanced, reply, reason, cut_off) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      id.enterprise_id, id.message_id, id.entry_id, number, base::to_micros(at), a.remote_name, a.remote_address, a.local_address, tls,
      a.phase, a.reply_code, a.enhanced, a.text, a.reason, a.cut_off ? 1 : 0);
  if (static_cast<size_t>(number) > kept) {
    tx.execute_later("delete from queue_attempt where enterprise_id = ? and message_id = ? and entry_id = ? and number <= ?",
                     id.enterprise_id, id.message_id, id.entry_id, number - static_cast<int64_t>(kept));
  }
}

std::vector<LaneDue> scan_lanes(sql::Transaction& tx, const LaneKey& after, size_t limit) {
  std::vector<LaneDue> lanes;
  auto add = [&](const sql::Row& row) { lanes.push_back({{std::string(row.text(0)), row.number(1)}, base::from_micros(row.number(2))}); };
  if (tx.driver() == sql::Driver::kPostgres) {
    auto rows = tx.query(
        "with recursive lane as ((select next_hop, enterprise_id, next_at from queue_entry where (next_hop, enterprise_id) > (?, ?) order "
        "by next_hop, enterprise_id, next_at limit 1) union all select n.next_hop, n.enterprise_id, n.next_at from lane l, lateral (select "
        "e.next_hop, e.enterprise_id, e.next_at from queue_entry e where (e.next_hop, e.enterprise_id) > (l.next_hop, l.enterprise_id) "
        "order by e.next_hop, e.enterprise_id, e.next_at limit 1) n) select next_hop, enterprise_id, next_at from lane limit ?",
        after.next_hop, after.enterprise_id, static_cast<int64_t>(limit));
    for (const sql::Row& row : rows) add(row);
    return lanes;
  }
  LaneKey last = after;
  while (lanes.size() < limit) {
    auto rows = tx.query(
        "select next_hop, enterprise_id, next_at from queue_entry where (next_hop, enterprise_id) > (?, ?) order by next_hop, "
        "enterprise_id, next_at limit 1",
        last.next_hop, last.enterprise_id);
    if (!rows.next()) break;
    add(rows.row());
    last = lanes.back().lane;
  }
  return lanes;
}

int64_t read_version(sql::Transaction& tx) {
  auto rows = tx.query("select version from queue_version where id = 1");
  return rows.next() ? rows.number(0) : 0;
}

void bump_version(sql::Transaction& tx) { tx.execute_later("update queue_version set version = version + 1 where id = 1"); }

}  // namespace queue
