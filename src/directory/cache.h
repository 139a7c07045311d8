#pragma once
// Routing data in memory, and how it stays right.
//
// Four maps, each by a key made of text: domains ("example.com"), addresses ("17 tom@example.com"), members ("17 42") and enterprises
// ("17"; "0" is the one that answers for the bare postmaster). What does not exist is remembered too. A change writes the keys it touches
// into directory_change (a line each: the map's letter, a space, the key), takes the next version under a row lock (so versions are in
// commit order) and raises the signal after its commit. A reader first compares the signal; when it moved, it reads the changes since its
// version and drops those keys.
//
// A value read from the database before a change and ready only after it must not be put in: every refresh that drops something moves the
// epoch, and put() wants the epoch from before the read.
//
// Once a second the version is looked at in any case: for changes of other machines, and for one whose writer died between commit and
// signal.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "directory/change_signal.h"
#include "directory/directory.h"

namespace directory {

struct DomainEntry {
  int64_t enterprise_id = 0;  // 0: no enterprise has this domain
  DomainState state = DomainState::kRemoved;
  std::string catch_all;
  std::optional<base::Time> last_active_at;
};

struct AddressEntry {
  int64_t account_id = 0;  // 0: nobody
};

struct MemberEntry {
  std::shared_ptr<const Member> member;  // null: none
};

struct EnterpriseEntry {
  std::shared_ptr<const Enterprise> enterprise;  // null: none
  int64_t administrator = 0;                     // account that takes postmaster's mail; 0: there is no usable member
};

// Text to shared values, in shards; about `capacity` entries, any of which may be dropped to make room.
template <typename Value>
class KeyedCache {
 public:
  using Ptr = std::shared_ptr<const Value>;

  explicit KeyedCache(size_t capacity) : shard_capacity_(capacity / kShards + 1) {}

  // Null: not here.
  Ptr find(std::string_view key) const {
    const Shard& shard = shard_of(key);
    std::shared_lock lock(shard.mutex);
    auto found = shard.values.find(key);
    return found == shard.values.end() ? nullptr : found->second;
  }
  // Does nothing when `epoch` has moved from `seen`.
  void put(std::string_view key, Ptr value, const std::atomic<uint64_t>& epoch, uint64_t seen) {
    Shard& shard = shard_of(key);
    std::unique_lock lock(shard.mutex);
    if (epoch.load() != seen) return;
    if (shard.values.size() >= shard_capacity_) shard.values.erase(shard.values.begin());
    shard.values.insert_or_assign(std::string(key), std::move(value));
  }
  void drop(std::string_view key) {
    Shard& shard = shard_of(key);
    std::unique_lock lock(shard.mutex);
    if (auto found = shard.values.find(key); found != shard.values.end()) shard.values.erase(found);
  }
  void clear() {
    for (Shard& shard : shards_) {
      std::unique_lock lock(shard.mutex);
      shard.values.clear();
    }
  }

 private:
  static constexpr size_t kShards = 16;
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view key) const { return std::hash<std::string_view>()(key); }
  };
  struct Shard {
    mutable std::shared_mutex mutex;
    std::unordered_map<std::string, Ptr, Hash, std::equal_to<>> values;
  };
  // The map's buckets use the low bits.
  static size_t index_of(std::string_view key) { return Hash()(key) >> 40 & (kShards - 1); }
  Shard& shard_of(std::string_view key) { return shards_[index_of(key)]; }
  const Shard& shard_of(std::string_view key) const { return shards_[index_of(key)]; }

  const size_t shard_capacity_;
  Shard shards_[kShards];
};

// Cache keys as text, without the map's letter.
std::string address_key(int64_t enterprise_id, std::string_view address);
std::string member_key(sql::AccountScope scope);
std::string enterprise_key(int64_t enterprise_id);

struct Directory::Cache {
  Cache(sql::Database& database, const base::Clock& clock, size_t capacity, const std::string& version_file);

  // Drops what has changed since the last call. Throws what the database throws.
  void sync();

  // The value under `key`, from the map or by `load` (in a read transaction).
  template <typename Value, typename Load>
  std::shared_ptr<const Value> get(KeyedCache<Value>& map, std::string_view key, Load load) {
    if (auto value = map.find(key)) return value;
    const uint64_t seen = epoch.load();
    auto value = std::make_shared<const Value>(db.read([&](sql::Transaction& tx) { return load(tx); }));
    map.put(key, value, epoch, seen);
    return value;
  }

  sql::Database& db;
  const base::Clock& clock;
  std::shared_ptr<ChangeSignal> signal;  // shared with commit hooks, which may run after we are gone
  KeyedCache<DomainEntry> domains;
  KeyedCache<AddressEntry> addresses;
  KeyedCache<MemberEntry> members;
  KeyedCache<EnterpriseEntry> enterprises;
  std::atomic<uint64_t> epoch{0};

 private:
  void refresh(uint64_t signal_value);
  void look_at_version();
  void drop_changes();
  void drop_key(std::string_view line);

  std::mutex refreshing_;
  std::atomic<uint64_t> seen_signal_;
  std::atomic<int64_t> looked_at_{0};  // microseconds: when the version was last read
  int64_t version_ = 0;                // under refreshing_
};

}  // namespace directory
