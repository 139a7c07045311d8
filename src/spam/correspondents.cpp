#include "spam/correspondents.h"

#include <set>

#include "spam/sender.h"

namespace spam {

namespace {

constexpr int64_t kDay = 86'400;

// In the order of the key, so that two transactions lock the rows in the same order.
std::set<std::string> compared(std::span<const std::string> addresses) {
  std::set<std::string> out;
  for (const auto& address : addresses) out.insert(compared_address(address));
  out.erase("");
  return out;
}

// account_id 0 keeps who was written to by anybody of the enterprise. A row is touched once a day at most: a busy correspondent costs a
// look-up and no write.
void note_written(sql::Transaction& tx, sql::AccountScope scope, const std::string& address, int64_t now) {
  tx.execute_later(
      "insert into spam_correspondent (enterprise_id, account_id, address, wrote_at, written_at) values (?, ?, ?, 0, ?) "
      "on conflict (enterprise_id, account_id, address) do update set written_at = excluded.written_at "
      "where spam_correspondent.written_at < ?",
      scope.enterprise_id, scope.account_id, address, now, now - kDay);
}

}  // namespace

void note_received(sql::Transaction& tx, sql::AccountScope scope, std::string_view sender, base::Time now) {
  const auto address = compared_address(sender);
  if (address.empty()) return;
  const int64_t at = base::to_seconds(now);
  tx.execute_later(
      "insert into spam_correspondent (enterprise_id, account_id, address, wrote_at, written_at) values (?, ?, ?, ?, 0) "
      "on conflict (enterprise_id, account_id, address) do update set wrote_at = excluded.wrote_at "
      "where spam_correspondent.wrote_at < ?",
      scope.enterprise_id, scope.account_id, address, at, at - kDay);
}

void note_sent(sql::Transaction& tx, sql::AccountScope scope, std::span<const std::string> recipients, base::Time now) {
  const auto addresses = compared(recipients);
  for (const auto& address : addresses) note_written(tx, {scope.enterprise_id, 0}, address, base::to_seconds(now));
  for (const auto& address : addresses) note_written(tx, scope, address, base::to_seconds(now));
}

Correspondent find_correspondent(sql::Transaction& tx, sql::AccountScope scope, std::string_view address) {
  Correspondent out;
  const auto key = compared_address(address);
  if (key.empty()) return out;
  for (const auto& row :
       tx.query("select account_id, wrote_at, written_at from spam_correspondent where enterprise_id = ? and account_id in "
                "(0, ?) and address = ?",
                scope.enterprise_id, scope.account_id, key)) {
    const bool written = row.number(2) != 0;
    if (row.number(0) == 0) {
      out.written_by_enterprise = written;
    } else {
      out.wrote = row.number(1) != 0;
      out.written = written;
    }
  }
  return out;
}

size_t count_strangers(sql::Transaction& tx, sql::AccountScope scope, std::span<const std::string> recipients) {
  size_t strangers = 0;
  for (const auto& address : compared(recipients)) {
    auto rows = tx.query("select 1 from spam_correspondent where enterprise_id = ? and account_id = ? and address = ? and wrote_at > 0",
                         scope.enterprise_id, scope.account_id, address);
    if (!rows.next()) ++strangers;
  }
  return strangers;
}

int64_t forget_correspondents(sql::Transaction& tx, sql::EnterpriseScope scope, base::Time before) {
  const int64_t at = base::to_seconds(before);
  return tx.execute("delete from spam_correspondent where enterprise_id = ? and wrote_at < ? and written_at < ?", scope.enterprise_id, at,
                    at);
}

}  // namespace spam
