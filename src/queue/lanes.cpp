#include "queue/lanes.h"

#include <algorithm>

#include "queue/schedule.h"

namespace queue {

Lanes::Hop& Lanes::hop_of(const std::string& key) {
  auto& hop = hops_[key];
  if (!hop) {
    hop = std::make_unique<Hop>();
    hop->key = key;
  }
  return *hop;
}

Lanes::Lane& Lanes::lane_of(const LaneKey& key) {
  Hop& hop = hop_of(key.next_hop);
  auto& lane = hop.lanes[key.enterprise_id];
  if (!lane) {
    lane = std::make_unique<Lane>();
    lane->key = key;
    lane->hop = &hop;
    ++lane_count_;
  }
  return *lane;
}

// --- claims ---

void Lanes::set_due(Lane& lane, std::optional<base::Time> due) {
  if (lane.due && !lane.ringed && !lane.parked) due_.erase({*lane.due, &lane});
  lane.due = due;
  if (lane.due && !lane.ringed && !lane.parked) due_.insert({*lane.due, &lane});
}

void Lanes::note_due(const LaneKey& key, base::Time next_at, base::Time now) {
  const auto hop = hops_.find(key.next_hop);
  const bool known = hop != hops_.end() && hop->second->lanes.contains(key.enterprise_id);
  if (!known && (next_at > now + settings_.horizon || lane_count_ >= settings_.lanes)) return;
  Lane& lane = lane_of(key);
  if (lane.ringed || lane.parked || (lane.due && *lane.due <= next_at)) return;
  set_due(lane, next_at);
}

void Lanes::ring_due(base::Time now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    Lane& lane = *due_.begin()->second;
    due_.erase(due_.begin());
    lane.ringed = true;
    claim_ring_.push_back(&lane);
  }
}

std::vector<Lanes::ClaimOrder> Lanes::take_claims(base::Time now, size_t entries) {
  ring_due(now);
  std::vector<ClaimOrder> orders;
  std::vector<Lane*> still_claiming;
  // Most lanes hold few entries: many share a transaction, and a lane alone gets it whole.
  const size_t each = std::max<size_t>(32, entries / std::max<size_t>(1, claim_ring_.size()));
  while (entries > 0 && !claim_ring_.empty() && !room_.full()) {
    Lane& lane = *claim_ring_.front();
    claim_ring_.pop_front();
    if (lane.claiming) {
      still_claiming.push_back(&lane);
      continue;
    }
    const size_t limit = room_.take_most(lane.key.next_hop, std::min(each, entries));
    lane.ringed = false;
    if (limit == 0) {
      lane.parked = true;
      lane.hop->parked.push_back(&lane);
      continue;
    }
    lane.due.reset();
    lane.claiming = true;
    entries -= limit;
    orders.push_back({lane.key, limit});
  }
  claim_ring_.insert(claim_ring_.end(), still_claiming.begin(), still_claiming.end());
  return orders;
}

void Lanes::claimed(const ClaimOrder& order, Claimed claimed, base::Time now) {
  Lane& lane = lane_of(order.lane);
  lane.claiming = false;
  size_t entries = 0;
  for (Work& work : claimed.works) {
    entries += work.entries.size();
    add(std::move(work));
  }
  room_.give(order.lane.next_hop, order.limit - std::min(order.limit, entries));
  if (claimed.next_at && !lane.ringed && !lane.parked && (!lane.due || *claimed.next_at < *lane.due)) set_due(lane, claimed.next_at);
  ring(*lane.hop, now);
  // A hop whose lane found less than it reserved has room again.
  unpark(*lane.hop);
  forget_if_idle(lane, now);
}

void Lanes::claim_failed(const ClaimOrder& order, base::Time again, base::Time now) {
  Lane& lane = lane_of(order.lane);
  lane.claiming = false;
  room_.give(order.lane.next_hop, order.limit);
  if (!lane.ringed && !lane.parked) set_due(lane, again);
  unpark(*lane.hop);
  forget_if_idle(lane, now);
}

void Lanes::unpark(Hop& hop) {
  for (Lane* lane : hop.parked) {
    lane->parked = false;
    lane->ringed = true;
    claim_ring_.push_back(lane);
  }
  hop.parked.clear();
}

void Lanes::forget_if_idle(Lane& lane, base::Time now) {
  if (lane.claiming || lane.ringed || lane.parked || !lane.works.empty()) return;
  if (lane.due && *lane.due <= now + settings_.horizon) return;
  set_due(lane, std::nullopt);
  Hop& hop = *lane.hop;
  hop.lanes.erase(lane.key.enterprise_id);
  --lane_count_;
  if (hop.lanes.empty() && hop.active == 0 && hop.failures == 0 && hop.window == 0 && !hop.ringed && !hop.pool_waiting)
    hops_.erase(std::string(hop.key));
}

void Lanes::room_freed(const LaneKey& key, base::Time now) {
  const auto hop = hops_.find(key.next_hop);
  if (hop == hops_.end()) return;
  unpark(*hop->second);
  const auto lane = hop->second->lanes.find(key.enterprise_id);
  if (lane != hop->second->lanes.end()) forget_if_idle(*lane->second, now);
}

base::Time Lanes::next_due() const {
  if (!claim_ring_.empty() && !room_.full()) return base::Time{};
  return due_.empty() ? base::Time::max() : due_.begin()->first;
}

// --- deliveries ---

void Lanes::add(Work work) {
  Lane& lane = lane_of({work.next_hop, work.message->enterprise_id});
  Hop& hop = *lane.hop;
  if (lane.works.empty()) hop.turns.push_back(&lane);
  lane.works.push_back(std::move(work));
  if (!hop.ringed && !hop.pool_waiting) {
    hop.ringed = true;
    ring_.push_back(&hop);
  }
}

size_t Lanes::most_active(const Hop& hop) const {
  if (hop.failures > 0) return 1;
  const size_t free = settings_.deliveries - std::min(active_, settings_.deliveries);
  size_t most = std::min(settings_.deliveries_per_destination, std::max<size_t>(1, free / 4));
  if (hop.window > 0) most = std::min(most, std::max<size_t>(1, static_cast<size_t>(hop.window)));
  return most;
}

bool Lanes::dead(const std::string& next_hop, base::Time now) const {
  const auto found = hops_.find(next_hop);
  return found != hops_.end() && found->second->dead_until > now;
}

bool Lanes::may_turn(const Hop& hop, base::Time now) const {
  return !hop.turns.empty() && (hop.dead_until > now || hop.active < most_active(hop));
}

void Lanes::ring(Hop& hop, base::Time now) {
  if (hop.ringed || hop.pool_waiting || !may_turn(hop, now)) return;
  hop.ringed = true;
  ring_.push_back(&hop);
}

std::optional<Lanes::Turn> Lanes::next(base::Time now) {
  while (!ring_.empty() && active_ < settings_.deliveries) {
    Hop& hop = *ring_.front();
    ring_.pop_front();
    hop.ringed = false;
    if (!may_turn(hop, now)) continue;
    auto turn = turn_of(hop, now);
    ring(hop, now);
    if (turn) return turn;
  }
  return std::nullopt;
}

// The first lane in turn whose work finds a place in its pool; it then stands last.
std::optional<Lanes::Turn> Lanes::turn_of(Hop& hop, base::Time now) {
  Pool* full = nullptr;
  for (auto it = hop.turns.begin(); it != hop.turns.end(); ++it) {
    Lane& lane = **it;
    const bool dead = hop.dead_until > now;
    const bool to_send = !dead && lane.works.front().entries.front().wish == Wish::kNone;
    Pool& pool = pools_[lane.works.front().message->source_pool];
    if (to_send && pool.active >= settings_.deliveries_per_pool) {
      full = &pool;
      continue;
    }
    Turn turn{.work = std::move(lane.works.front()), .to_send = to_send};
    if (dead) turn.dead = hop.why, turn.dead_until = hop.dead_until;
    lane.works.pop_front();
    hop.turns.erase(it);
    if (!lane.works.empty()) hop.turns.push_back(&lane);
    turn.more_coming = !hop.turns.empty();
    if (to_send) ++hop.active, ++pool.active, ++active_;
    return turn;
  }
  if (full) {
    hop.pool_waiting = true;
    full->waiting.push_back(&hop);
  }
  return std::nullopt;
}

void Lanes::note_failure(Hop& hop, const Attempt& attempt, base::Time now) {
  if (now - hop.last_success <= settings_.alive && hop.active > 0 && hop.failures == 0) {
    // It answers others: it has enough of us, not an accident.
    hop.window = std::max(1.0, static_cast<double>(hop.active) / 2);
    return;
  }
  if (hop.dead_until > now) return;  // found out by several deliveries at once
  ++hop.failures;
  hop.dead_until = now + dead_delay(settings_, hop.failures, std::hash<std::string>()(hop.key));
  hop.why = attempt;
}

void Lanes::sent(const Work& work, Reached reached, const Attempt& why, base::Time now) {
  Hop& hop = hop_of(work.next_hop);
  Pool& pool = pools_[work.message->source_pool];
  --hop.active;
  --active_;
  --pool.active;
  if (reached == Reached::kNo) {
    note_failure(hop, why, now);
  } else if (reached == Reached::kYes) {
    hop.failures = 0;
    hop.dead_until = {};
    hop.last_success = now;
    if (hop.window > 0) hop.window += 1 / hop.window;
    if (hop.window >= static_cast<double>(settings_.deliveries_per_destination)) hop.window = 0;
  }
  for (size_t free = settings_.deliveries_per_pool - pool.active; free > 0 && !pool.waiting.empty(); --free) {
    Hop& waiting = *pool.waiting.front();
    pool.waiting.pop_front();
    waiting.pool_waiting = false;
    ring(waiting, now);
  }
  ring(hop, now);
  unpark(hop);
  const auto lane = hop.lanes.find(work.message->enterprise_id);
  if (lane != hop.lanes.end()) forget_if_idle(*lane->second, now);
}

std::vector<Work> Lanes::drain() {
  std::vector<Work> works;
  for (auto& [key, hop] : hops_) {
    for (Lane* lane : hop->turns) {
      std::ranges::move(lane->works, std::back_inserter(works));
      lane->works.clear();
    }
    hop->turns.clear();
  }
  return works;
}

void Lanes::revive() {
  for (auto& [key, hop] : hops_) hop->dead_until = {};
}

void Lanes::sweep(base::Time now) {
  std::erase_if(hops_, [&](const auto& item) {
    const Hop& hop = *item.second;
    return hop.lanes.empty() && hop.active == 0 && !hop.ringed && !hop.pool_waiting && hop.dead_until + settings_.dead_longest < now;
  });
  std::erase_if(pools_, [](const auto& item) { return item.second.active == 0 && item.second.waiting.empty(); });
}

}  // namespace queue
