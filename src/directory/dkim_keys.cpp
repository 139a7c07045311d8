#include "directory/dkim_keys.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "mailauth/dkim_key.h"

namespace directory {

namespace {

constexpr const char* kColumns = "enterprise_id, domain, selector, private_key, state, created_at, changed_at";

DkimKey read_key(const sql::Row& row) {
  return {{row.number(0)},
          std::string(row.text(1)),
          std::string(row.text(2)),
          std::string(row.text(3)),
          static_cast<DkimKeyState>(row.number(4)),
          base::from_micros(row.number(5)),
          base::from_micros(row.number(6))};
}

std::vector<DkimKey> read_keys(sql::Transaction& tx, sql::EnterpriseScope scope, std::string_view domain) {
  std::vector<DkimKey> keys;
  for (const sql::Row& row :
       tx.query(fmt::format("select {} from dkim_key where enterprise_id = ? and domain = ? order by created_at, selector", kColumns),
                scope.enterprise_id, domain))
    keys.push_back(read_key(row));
  return keys;
}

// The date, and a letter more for each pair of one day.
std::string selector_stem(base::Time now, const std::vector<DkimKey>& existing) {
  const auto date = fmt::format("ph{:%Y%m%d}", fmt::gmtime(static_cast<std::time_t>(base::to_seconds(now))));
  std::string stem = date;
  const auto taken = [&](const DkimKey& key) { return key.selector == stem + "r"; };
  for (char letter = 'a'; std::ranges::any_of(existing, taken); ++letter) stem = date + letter;
  return stem;
}

void insert_key(sql::Transaction& tx, const DkimKey& key) {
  tx.execute(
      "insert into dkim_key (enterprise_id, domain, selector, private_key, state, created_at, changed_at) values (?, ?, ?, ?, ?, ?, ?)",
      key.scope.enterprise_id, key.domain, key.selector, key.pem, key.state, base::to_micros(key.created_at),
      base::to_micros(key.changed_at));
}

bool has(const std::vector<DkimKey>& keys, DkimKeyState state) {
  return std::ranges::any_of(keys, [&](const DkimKey& key) { return key.state == state; });
}

}  // namespace

std::vector<DkimKey> DkimKeys::list(sql::EnterpriseScope scope, std::string_view domain) {
  return db_.read([&](sql::Transaction& tx) { return read_keys(tx, scope, domain); });
}

// Keys are made outside the transaction, whose thread has others to serve; two that make a pair at once leave one.
std::vector<DkimKey> DkimKeys::make_pair(sql::EnterpriseScope scope, std::string_view domain, DkimKeyState state) {
  const auto now = clock_.now();
  const std::string rsa = mailauth::generate_key(mailauth::SigningAlgorithm::kRsaSha256);
  const std::string ed25519 = mailauth::generate_key(mailauth::SigningAlgorithm::kEd25519Sha256);
  return db_.write([&](sql::Transaction& tx) {
    // The lock that puts two of them in order on PostgreSQL.
    tx.execute("update enterprise set created_at = created_at where enterprise_id = ?", scope.enterprise_id);
    const auto existing = read_keys(tx, scope, domain);
    if (has(existing, state)) return existing;
    const auto stem = selector_stem(now, existing);
    insert_key(tx, {scope, std::string(domain), stem + "r", rsa, state, now, now});
    insert_key(tx, {scope, std::string(domain), stem + "e", ed25519, state, now, now});
    return read_keys(tx, scope, domain);
  });
}

std::vector<DkimKey> DkimKeys::ensure(sql::EnterpriseScope scope, std::string_view domain) {
  auto keys = list(scope, domain);
  return has(keys, DkimKeyState::kActive) ? keys : make_pair(scope, domain, DkimKeyState::kActive);
}

std::vector<DkimKey> DkimKeys::begin_rotation(sql::EnterpriseScope scope, std::string_view domain) {
  auto keys = list(scope, domain);
  return has(keys, DkimKeyState::kWaiting) ? keys : make_pair(scope, domain, DkimKeyState::kWaiting);
}

void DkimKeys::complete_rotation(sql::EnterpriseScope scope, std::string_view domain) {
  const auto now = base::to_micros(clock_.now());
  db_.write([&](sql::Transaction& tx) {
    if (!has(read_keys(tx, scope, domain), DkimKeyState::kWaiting)) return;
    const auto move = [&](DkimKeyState from, DkimKeyState to) {
      tx.execute("update dkim_key set state = ?, changed_at = ? where enterprise_id = ? and domain = ? and state = ?", to, now,
                 scope.enterprise_id, domain, from);
    };
    move(DkimKeyState::kActive, DkimKeyState::kRetiring);
    move(DkimKeyState::kWaiting, DkimKeyState::kActive);
  });
}

std::vector<DkimKey> DkimKeys::older_than(DkimKeyState state, base::Time before, size_t most) {
  return db_.read([&](sql::Transaction& tx) {
    std::vector<DkimKey> keys;
    for (const sql::Row& row :
         tx.query(fmt::format("select {} from dkim_key where state = ? and changed_at < ? order by changed_at limit ?", kColumns), state,
                  base::to_micros(before), most))
      keys.push_back(read_key(row));
    return keys;
  });
}

void DkimKeys::remove(const DkimKey& key) {
  db_.write([&](sql::Transaction& tx) {
    tx.execute("delete from dkim_key where enterprise_id = ? and domain = ? and selector = ?", key.scope.enterprise_id, key.domain,
               key.selector);
  });
}

}  // namespace directory
