#pragma once
// The tables of 0040_queue.sql. All functions run inside a caller's transaction; times are the caller's.
//
// A claim takes what is due of a lane: next_at <= now covers retries and leases that ended alike, since a lease is a next_at in the future.
// Every claim raises the entry's fence; whoever finishes must show the fence of its claim, so that of two nodes that both believe to have
// the lease one alone can complete it.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "queue/entry.h"
#include "queue/settings.h"
#include "sql/transaction.h"

namespace queue {

// What of the queue is one enterprise's for one next hop.
struct LaneKey {
  std::string next_hop;
  int64_t enterprise_id = 0;
  auto operator<=>(const LaneKey&) const = default;
};

struct NewRow {  // of queue_entry
  Entry entry;
  std::string next_hop;
  State state = State::kReady;
  int64_t next_at = 0;
  int64_t lease_owner = -1;
};

void insert_message(sql::Transaction& tx, const Message& message, std::optional<base::Time> hold_until);
void insert_entry(sql::Transaction& tx, const Message& message, const NewRow& row);

struct Claimed {
  std::vector<Work> works;
  std::optional<base::Time> next_at;  // when more of the lane is due; empty: nothing is left
};
// At most `limit` entries of the lane.
Claimed claim(sql::Transaction& tx, const Settings& settings, const LaneKey& lane, size_t limit, int64_t node, base::Time now);

// An entry and the claim that the caller holds.
struct Lease {
  EntryId id;
  int64_t fence = 0;
  auto operator<=>(const Lease&) const = default;
};
struct Owned {
  Lease lease;
  Wish wish;
  auto operator<=>(const Owned&) const = default;
};
// Those leases that are still the node's, ordered by lease. Locks them and their messages: nobody else finishes an entry of these messages
// before the transaction ends.
std::vector<Owned> owned(sql::Transaction& tx, std::span<const Lease> leases, int64_t node);
// The leases now end at `until`; those lost stay so.
void renew(sql::Transaction& tx, std::span<const Lease> leases, int64_t node, base::Time until);
// Gives leases back untouched: due at `at`.
void give_back(sql::Transaction& tx, std::span<const Lease> leases, int64_t node, base::Time at);
// Gives back whatever the node had leased in an earlier life, due now. Returns how many.
int64_t reclaim(sql::Transaction& tx, int64_t node, base::Time now);

// Of entries that are owned or locked:
void delete_entry(sql::Transaction& tx, const EntryId& id);
// The message, once it has no entries.
void delete_if_empty(sql::Transaction& tx, int64_t enterprise_id, int64_t message_id);
struct Deferral {
  int attempts = 0;
  int64_t next_at = 0;
  State state = State::kReady;
  std::optional<base::Time> delay_at;
  std::string last_reply;
};
void defer_entry(sql::Transaction& tx, const EntryId& id, const Deferral& deferral);
// Keeps the latest `kept` attempts.
void insert_attempt(sql::Transaction& tx, const EntryId& id, int number, base::Time at, const Attempt& attempt, size_t kept);

struct LaneDue {
  LaneKey lane;
  base::Time next_at;
};
// The lanes after `after` in the order of the index, with their earliest next_at, at most `limit`: a walk that touches one index entry a
// lane.
std::vector<LaneDue> scan_lanes(sql::Transaction& tx, const LaneKey& after, size_t limit);

int64_t read_version(sql::Transaction& tx);
void bump_version(sql::Transaction& tx);

// "(?, ?), (?, ?)": `rows` times `columns`, for an inner table of values.
std::string value_rows(size_t rows, size_t columns);
// Calls fn with parts of 1, 2, 4 ... 64 items, so that few statements are prepared.
template <typename T, typename Fn>
void for_each_part(std::span<const T> items, Fn fn) {
  while (!items.empty()) {
    size_t part = 64;
    while (part > items.size()) part /= 2;
    fn(items.first(part));
    items = items.subspan(part);
  }
}

}  // namespace queue
