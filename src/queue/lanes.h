#pragma once
// What the scheduler knows in memory: lanes (next hop and enterprise) that are due soon, and the works claimed from them.
//
//   due ──time──► claim ring ──transaction──► works of a lane ──► ring of next hops ──► delivery
//
// Next hops take turns with one delivery each, and inside a next hop its enterprises take turns; both rings are lists, so that a turn costs
// the same whatever waits behind it. Lanes are due at the time of their earliest entry in the table; an entry itself is in memory only once
// it is claimed, and Room bounds how many are. A lane that is not due within the horizon is forgotten: the scan of the table finds it
// again.
//
// A next hop that cannot be reached is dead for a while: its works are handed out as not to be tried, at once and without a slot. When the
// while is over one delivery alone probes it.
//
// Not thread-safe: the scheduler's loop owns it.

#include <deque>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>

#include "queue/room.h"
#include "queue/rows.h"

namespace queue {

class Lanes {
 public:
  Lanes(const Settings& settings, Room& room) : settings_(settings), room_(room) {}

  // The lane has an entry to be claimed at `next_at`. Passed over when that is beyond the horizon or there are too many lanes.
  void note_due(const LaneKey& key, base::Time next_at, base::Time now);
  // Leased entries, counted in the room already.
  void add(Work work);

  struct ClaimOrder {
    LaneKey lane;
    size_t limit = 0;  // reserved in the room
  };
  // Lanes whose turn it is to be claimed from, of `entries` entries at most. Each is followed by claimed().
  std::vector<ClaimOrder> take_claims(base::Time now, size_t entries);
  void claimed(const ClaimOrder& order, Claimed claimed, base::Time now);
  // The database did not answer: again at `again`.
  void claim_failed(const ClaimOrder& order, base::Time again, base::Time now);

  struct Turn {
    Work work;
    bool more_coming = false;
    bool to_send = true;  // counts as a delivery: followed by sent()
    Attempt dead;         // when not to send for that: why the next hop is dead
    base::Time dead_until{};
  };
  // The next delivery, or work of a dead next hop, or of entries with a wish.
  std::optional<Turn> next(base::Time now);
  // A delivery has ended. kNo: it failed for a reason that concerns the next hop as a whole, `why`. kUnknown: for one of our own.
  enum class Reached { kYes, kNo, kUnknown };
  void sent(const Work& work, Reached reached, const Attempt& why, base::Time now);

  // Entries of the lane have left the room.
  void room_freed(const LaneKey& key, base::Time now);

  // When claims become due; Time::max() when nothing is.
  base::Time next_due() const;
  size_t active() const { return active_; }
  size_t lane_count() const { return lane_count_; }
  size_t hop_count() const { return hops_.size(); }
  bool dead(const std::string& next_hop, base::Time now) const;
  // Dead next hops may be probed at once: an operator asked for it.
  void revive();
  // Takes all works out that were not handed out yet.
  std::vector<Work> drain();
  // Forgets next hops without work whose failures are long past.
  void sweep(base::Time now);

 private:
  struct Hop;
  struct Lane {
    LaneKey key;
    Hop* hop = nullptr;
    std::deque<Work> works;
    std::optional<base::Time> due;  // in due_ under it, unless ringed or parked
    bool claiming = false;          // an order is under way
    bool ringed = false;            // in claim_ring_
    bool parked = false;            // due, and waits for room in its hop
  };
  struct Hop {
    std::string key;
    std::map<int64_t, std::unique_ptr<Lane>> lanes;  // by enterprise
    std::list<Lane*> turns;                          // those with works
    std::vector<Lane*> parked;
    bool ringed = false;        // in ring_
    bool pool_waiting = false;  // in pools_[...].waiting
    size_t active = 0;
    double window = 0;  // deliveries at the same time, after failures; 0: the setting
    int failures = 0;   // in a row, of the hop as a whole
    base::Time dead_until{};
    base::Time last_success{};
    Attempt why;
  };
  struct Pool {
    size_t active = 0;
    std::deque<Hop*> waiting;
  };

  Lane& lane_of(const LaneKey& key);
  Hop& hop_of(const std::string& key);
  void set_due(Lane& lane, std::optional<base::Time> due);
  void ring_due(base::Time now);
  void unpark(Hop& hop);
  void forget_if_idle(Lane& lane, base::Time now);
  size_t most_active(const Hop& hop) const;
  bool may_turn(const Hop& hop, base::Time now) const;
  void ring(Hop& hop, base::Time now);
  std::optional<Turn> turn_of(Hop& hop, base::Time now);
  void note_failure(Hop& hop, const Attempt& attempt, base::Time now);

  const Settings& settings_;
  Room& room_;
  std::unordered_map<std::string, std::unique_ptr<Hop>> hops_;
  std::set<std::pair<base::Time, Lane*>> due_;
  std::deque<Lane*> claim_ring_;
  std::deque<Hop*> ring_;
  std::unordered_map<std::string, Pool> pools_;
  size_t active_ = 0;
  size_t lane_count_ = 0;
};

}  // namespace queue
