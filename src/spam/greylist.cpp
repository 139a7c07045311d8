#include "spam/greylist.h"

#include "spam/sender.h"

namespace spam {

namespace {

struct Seen {
  int64_t first_at = 0;
  int64_t seen_at = 0;
  int64_t passed = 0;
};

bool is_known_client(sql::Transaction& tx, sql::AccountScope scope, const std::string& network, int64_t now,
                     const GreylistSettings& settings) {
  auto rows = tx.query("select returned, seen_at from spam_client where enterprise_id = ? and network = ?", scope.enterprise_id, network);
  if (!rows.next() || rows.number(0) < settings.returns || rows.number(1) + settings.keep.count() < now) return false;
  // Once a day is enough to keep it known.
  if (rows.number(1) + 86'400 < now) {
    tx.execute_later("update spam_client set seen_at = ? where enterprise_id = ? and network = ?", now, scope.enterprise_id, network);
  }
  return true;
}

void note_return(sql::Transaction& tx, sql::AccountScope scope, const std::string& network, int64_t now) {
  tx.execute_later(
      "insert into spam_client (enterprise_id, network, returned, seen_at) values (?, ?, 1, ?) "
      "on conflict (enterprise_id, network) do update set returned = spam_client.returned + 1, seen_at = excluded.seen_at",
      scope.enterprise_id, network, now);
}

}  // namespace

GreylistAnswer check_greylist(sql::Transaction& tx, sql::AccountScope scope, const net::IpAddress& client, std::string_view sender_domain,
                              base::Time now, const GreylistSettings& settings) {
  const int64_t at = base::to_seconds(now);
  const auto network = network_of(client);
  const auto domain = compared_domain(sender_domain);
  if (is_known_client(tx, scope, network, at, settings)) return GreylistAnswer::kKnownClient;

  // The insert locks the row on both databases; a message new to us is decided by it alone.
  const bool fresh = tx.execute(
                         "insert into spam_greylist (enterprise_id, account_id, network, sender_domain, first_at, seen_at, passed) "
                         "values (?, ?, ?, ?, ?, ?, 0) on conflict (enterprise_id, account_id, network, sender_domain) do nothing",
                         scope.enterprise_id, scope.account_id, network, domain, at, at) > 0;
  if (fresh) return GreylistAnswer::kFirst;
  Seen seen;
  {
    auto rows = tx.query(
        "select first_at, seen_at, passed from spam_greylist where enterprise_id = ? and account_id = ? and network = ? and sender_domain "
        "= ?",
        scope.enterprise_id, scope.account_id, network, domain);
    if (!rows.next()) return GreylistAnswer::kFirst;
    seen = {rows.number(0), rows.number(1), rows.number(2)};
  }
  const bool stale = seen.passed > 0 ? seen.seen_at + settings.keep.count() < at : seen.first_at + settings.window.count() < at;
  auto write = [&](int64_t first_at, int64_t passed) {
    tx.execute_later(
        "update spam_greylist set first_at = ?, seen_at = ?, passed = ? where enterprise_id = ? and account_id = ? and network = ? and "
        "sender_domain = ?",
        first_at, at, passed, scope.enterprise_id, scope.account_id, network, domain);
  };
  if (stale) {
    write(at, 0);
    return GreylistAnswer::kFirst;
  }
  if (seen.passed == 0 && seen.first_at + settings.delay.count() > at) return GreylistAnswer::kTooSoon;
  write(seen.first_at, seen.passed + 1);
  if (seen.passed > 0) return GreylistAnswer::kKnown;
  note_return(tx, scope, network, at);
  return GreylistAnswer::kReturned;
}

int64_t expire_greylist(sql::Transaction& tx, sql::EnterpriseScope scope, base::Time now, const GreylistSettings& settings) {
  const int64_t at = base::to_seconds(now);
  int64_t rows = tx.execute("delete from spam_greylist where enterprise_id = ? and passed = 0 and first_at < ?", scope.enterprise_id,
                            at - settings.window.count());
  rows += tx.execute("delete from spam_greylist where enterprise_id = ? and passed > 0 and seen_at < ?", scope.enterprise_id,
                     at - settings.keep.count());
  rows += tx.execute("delete from spam_client where enterprise_id = ? and seen_at < ?", scope.enterprise_id, at - settings.keep.count());
  return rows;
}

}  // namespace spam
