#include "directory/cache.h"

#include "base/text.h"

namespace directory {

namespace {

constexpr int64_t kLookEvery = 1'000'000;  // microseconds
constexpr int64_t kMostChanges = 1'000;    // beyond it everything is dropped at once

struct Changes {
  int64_t version = 0;
  bool all = false;  // too many, or no longer listed
  std::vector<std::string> keys;
};

Changes read_changes(sql::Transaction& tx, int64_t since) {
  Changes changes;
  auto now = tx.query("select version, pruned from directory_version where id = 1");
  if (!now.next()) throw base::Failure(base::ErrorKind::kCorrupt, "the directory has no version");
  changes.version = now.number(0);
  changes.all = now.number(1) > since || changes.version - since > kMostChanges;
  if (changes.all || changes.version == since) return changes;
  for (const sql::Row& row : tx.query("select keys from directory_change where version > ? order by version", since))
    changes.keys.emplace_back(row.text(0));
  return changes;
}

}  // namespace

std::string address_key(int64_t enterprise_id, std::string_view address) {
  return std::to_string(enterprise_id) + " " + std::string(address);
}
std::string member_key(sql::AccountScope scope) { return std::to_string(scope.enterprise_id) + " " + std::to_string(scope.account_id); }
std::string enterprise_key(int64_t enterprise_id) { return std::to_string(enterprise_id); }

Directory::Cache::Cache(sql::Database& database, const base::Clock& time, size_t capacity, const std::string& version_file)
    : db(database),
      clock(time),
      signal(std::make_shared<ChangeSignal>(version_file)),
      domains(capacity),
      addresses(capacity),
      members(capacity),
      enterprises(capacity),
      seen_signal_(signal->value()) {
  version_ = db.read([](sql::Transaction& tx) { return read_changes(tx, 0).version; });
  looked_at_ = base::to_micros(clock.now());
}

void Directory::Cache::sync() {
  const uint64_t now = signal->value();
  if (now != seen_signal_.load(std::memory_order_acquire)) return refresh(now);
  const int64_t since = base::to_micros(clock.now()) - looked_at_.load(std::memory_order_relaxed);
  if (since < 0 || since >= kLookEvery) look_at_version();
}

void Directory::Cache::refresh(uint64_t signal_value) {
  std::lock_guard lock(refreshing_);
  if (seen_signal_.load() == signal_value) return;  // another thread did it
  const uint64_t before = signal->value();          // read before the database: a later change raises it again
  drop_changes();
  seen_signal_.store(before, std::memory_order_release);
}

void Directory::Cache::look_at_version() {
  std::unique_lock lock(refreshing_, std::try_to_lock);
  if (!lock) return;
  looked_at_ = base::to_micros(clock.now());
  try {
    drop_changes();
  } catch (const base::Failure& failure) {
    // A safety net only: what is in memory is as right as the signal says.
    if (!failure.error().temporary()) throw;
  }
}

void Directory::Cache::drop_changes() {
  auto changes = db.read([since = version_](sql::Transaction& tx) { return read_changes(tx, since); });
  if (changes.version == version_) return;
  ++epoch;
  if (changes.all) {
    domains.clear(), addresses.clear(), members.clear(), enterprises.clear();
  } else {
    for (const auto& lines : changes.keys)
      for (auto line : base::split(lines, '\n')) drop_key(line);
  }
  version_ = changes.version;
}

void Directory::Cache::drop_key(std::string_view line) {
  if (line.size() < 2) return;
  auto key = line.substr(2);
  switch (line[0]) {
    case 'd':
      return domains.drop(key);
    case 'a':
      return addresses.drop(key);
    case 'm':
      return members.drop(key);
    case 'e':
      return enterprises.drop(key);
    default:
      return;  // of a newer release: a map we do not have
  }
}

}  // namespace directory
