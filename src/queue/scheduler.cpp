#include "queue/scheduler.h"

#include "base/log.h"
#include "base/metrics.h"
#include "net/timer.h"
#include "queue/scheduler_state.h"

namespace queue {

namespace {

constexpr base::Duration kAgain = 1s;  // after the database did not answer
constexpr size_t kRenewPart = 256;

}  // namespace

std::vector<Lease> leases_of(const Work& work) {
  std::vector<Lease> leases;
  for (const Entry& entry : work.entries) leases.push_back({work.id(entry), entry.fence});
  return leases;
}

Scheduler::Scheduler(Services services, std::vector<net::Executor> loops)
    : state_(std::make_shared<State>(std::move(services), std::move(loops))) {}

Scheduler::~Scheduler() { state_->inbox->open = false; }

void Scheduler::start() { net::spawn(state_->loops.front(), State::run(state_)); }

net::Task<> Scheduler::stop(net::Deadline deadline) {
  auto state = state_;
  state->inbox->open = false;
  state->stopping = true;
  state->wake();
  co_await net::wait_notified(state->ended, deadline);
}

void Scheduler::poke() {
  state_->poked = true;
  state_->wake();
}

Counts Scheduler::counts() const {
  return {state_->active.load(), state_->claimed.load(), state_->lane_count.load(), state_->hop_count.load()};
}

// --- from other loops ---

void Scheduler::State::post(Ended one) {
  {
    std::lock_guard lock(mutex);
    mail.ended.push_back(std::move(one));
  }
  wake();
}

void Scheduler::State::post(Finished one) {
  {
    std::lock_guard lock(mutex);
    mail.finished.push_back(std::move(one));
  }
  wake();
}

Scheduler::State::Mail Scheduler::State::take_mail() {
  std::lock_guard lock(mutex);
  return std::exchange(mail, {});
}

// --- the loop ---

net::Task<> Scheduler::State::run(Self self) {
  co_await reclaim_own(self);
  self->inbox->open = !self->stopping;
  while (!self->through) {
    self->turn();
    const net::Deadline deadline = self->next_look();
    if (!self->through) co_await net::wait_notified(self->inbox->arrived, deadline);
  }
  self->ended.notify();
}

void Scheduler::State::turn() {
  static auto& active_gauge = base::gauge("posthouse_queue_active", "Deliveries under way");
  static auto& claimed_gauge = base::gauge("posthouse_queue_claimed", "Queue entries leased by this server");
  const base::Time now = clock.now();
  take_in(now);
  if (stopping) {
    wind_up(now);
  } else {
    // A look that is under way may have passed what changed: another follows.
    if (!scanning && !polling && poked.exchange(false)) next_scan = next_poll = {};
    dispatch(now);
    start_claims(now);
    start_timers(now);
  }
  start_finish();
  active = lanes.active();
  claimed = inbox->room.taken();
  lane_count = lanes.lane_count();
  hop_count = lanes.hop_count();
  active_gauge.Set(static_cast<double>(lanes.active()));
  claimed_gauge.Set(static_cast<double>(claimed.load()));
}

void Scheduler::State::take_in(base::Time now) {
  Mail arrived = take_mail();
  for (const Ended& one : arrived.ended) lanes.sent(one.work, one.reached, one.why, now);
  for (Finished& one : arrived.finished) {
    --delivering;
    pending.push_back(std::move(one));
  }
  auto content = inbox->take();
  for (Work& work : content.works) {
    hold(work, work.message->arrived_at + settings.lease);
    lanes.add(std::move(work));
  }
  for (const LaneDue& hint : content.hints) {
    lanes.room_freed(hint.lane, now);
    lanes.note_due(hint.lane, hint.next_at, now);
  }
}

void Scheduler::State::hold(const Work& work, base::Time until) {
  for (const Entry& entry : work.entries) held[work.id(entry)] = {entry.fence, until};
}

void Scheduler::State::let_go(const Work& work, base::Time now) {
  for (const Entry& entry : work.entries) held.erase(work.id(entry));
  inbox->room.give(work.next_hop, work.entries.size());
  lanes.room_freed({work.next_hop, work.message->enterprise_id}, now);
}

// Leases are renewed long before they end; when the database did not take that, somebody else may have the entries already.
bool Scheduler::State::lease_is_good(const Work& work, base::Time now) const {
  for (const Entry& entry : work.entries) {
    const auto found = held.find(work.id(entry));
    if (found == held.end() || found->second.until - settings.lease / 10 <= now) return false;
  }
  return true;
}

void Scheduler::State::dispatch(base::Time now) {
  while (auto turn = lanes.next(now)) {
    if (!lease_is_good(turn->work, now)) {
      if (turn->to_send) lanes.sent(turn->work, Lanes::Reached::kUnknown, {}, now);
      lanes.note_due({turn->work.next_hop, turn->work.message->enterprise_id}, now, now);
      let_go(turn->work, now);
      continue;
    }
    ++delivering;
    const size_t loop = std::hash<std::string>()(turn->work.next_hop) % loops.size();
    net::spawn(loops[loop], deliver(shared_from_this(), *std::move(turn)));
  }
}

void Scheduler::State::start_claims(base::Time now) {
  if (claiming) return;
  auto orders = lanes.take_claims(now, settings.claim_batch);
  if (orders.empty()) return;
  claiming = true;
  net::spawn(loops.front(), claim_some(shared_from_this(), std::move(orders)));
}

void Scheduler::State::start_finish() {
  if (finishing || pending.empty()) return;
  finishing = true;
  net::spawn(loops.front(), finish_some(shared_from_this()));
}

void Scheduler::State::start_timers(base::Time now) {
  if (!scanning && now >= next_scan) {
    scanning = true;
    net::spawn(loops.front(), scan(shared_from_this()));
  }
  if (!renewing && now >= next_renew) {
    renewing = true;
    net::spawn(loops.front(), renew_some(shared_from_this()));
  }
  if (!polling && now >= next_poll) {
    polling = true;
    net::spawn(loops.front(), poll(shared_from_this()));
  }
  if (now >= next_sweep) {
    lanes.sweep(now);
    next_sweep = now + settings.scan_interval;
  }
}

net::Deadline Scheduler::State::next_look() const {
  base::Time next = next_sweep;
  if (!scanning) next = std::min(next, next_scan);
  if (!renewing) next = std::min(next, next_renew);
  if (!polling) next = std::min(next, next_poll);
  if (!claiming) next = std::min(next, lanes.next_due());
  const base::Duration least = 1ms, wait = next - clock.now();
  return net::Deadline::after(stopping ? base::Duration(1s) : std::max(least, wait));
}

void Scheduler::State::wind_up(base::Time now) {
  if (std::vector<Work> works = lanes.drain(); !works.empty() && !returning) {
    returning = true;
    net::spawn(loops.front(), return_works(shared_from_this(), std::move(works)));
  } else {
    for (Work& work : works) lanes.add(std::move(work));  // next time
  }
  (void)now;
  through = delivering == 0 && pending.empty() && !finishing && !claiming && !scanning && !renewing && !polling && !returning;
}

// --- the database ---

net::Task<> Scheduler::State::reclaim_own(Self self) {
  for (;;) {
    const int64_t node = self->services.queue.node();
    const base::Time now = self->clock.now();
    try {
      auto writing = self->services.database.start_write([node, now](sql::Transaction& tx) { return reclaim(tx, node, now); });
      const int64_t count = co_await writing.wait();
      if (count > 0) base::log_info("queue: entries of the last run will be tried again", {{"entries", count}});
      co_return;
    } catch (const base::Failure& failure) {
      base::log_error("queue: the database does not answer", {{"error", failure.what()}});
    }
    if (self->stopping) co_return;
    co_await net::sleep_for(kAgain);
  }
}

net::Task<> Scheduler::State::claim_some(Self self, std::vector<Lanes::ClaimOrder> orders) {
  const base::Time now = self->clock.now();
  std::vector<Claimed> claims;
  bool failed = false;
  try {
    const int64_t node = self->services.queue.node();
    auto work = [&settings = self->settings, orders, node, now](sql::Transaction& tx) {
      std::vector<Claimed> all;
      for (const auto& order : orders) all.push_back(claim(tx, settings, order.lane, order.limit, node, now));
      return all;
    };
    auto writing = self->services.database.start_write(std::move(work));
    claims = co_await writing.wait();
  } catch (const base::Failure& failure) {
    base::log_error("queue: entries could not be claimed", {{"error", failure.what()}});
    failed = true;
  }
  for (size_t i = 0; i < orders.size(); ++i) {
    if (failed) {
      self->lanes.claim_failed(orders[i], self->clock.now() + kAgain, self->clock.now());
      continue;
    }
    for (const Work& work : claims[i].works) self->hold(work, now + self->settings.lease);
    self->lanes.claimed(orders[i], std::move(claims[i]), self->clock.now());
  }
  self->claiming = false;
  self->wake();
}

net::Task<> Scheduler::State::scan(Self self) {
  LaneKey after;
  try {
    // First: what an operator made due must not meet a next hop that is still taken for dead.
    co_await look_at_version(self);
    for (bool more = true; more && !self->stopping;) {
      const size_t slice = self->settings.scan_slice;
      auto reading = self->services.database.start_read([after, slice](sql::Transaction& tx) { return scan_lanes(tx, after, slice); });
      const std::vector<LaneDue> found = co_await reading.wait();
      const base::Time now = self->clock.now();
      for (const LaneDue& lane : found)
        if (base::to_micros(lane.next_at) != kNever) self->lanes.note_due(lane.lane, lane.next_at, now);
      more = found.size() == slice;
      if (!found.empty()) after = found.back().lane;
      self->wake();
    }
  } catch (const base::Failure& failure) {
    base::log_error("queue: the table could not be read", {{"error", failure.what()}});
  }
  self->next_scan = self->clock.now() + self->settings.scan_interval;
  self->scanning = false;
  self->wake();
}

// Whether an operator changed something since the last look.
net::Task<bool> Scheduler::State::look_at_version(Self self) {
  auto reading = self->services.database.start_read([](sql::Transaction& tx) { return read_version(tx); });
  const int64_t now = co_await reading.wait();
  const int64_t before = std::exchange(self->version, now);
  if (now != before && before >= 0) self->lanes.revive();
  co_return now != before;
}

net::Task<> Scheduler::State::poll(Self self) {
  try {
    const bool changed = co_await look_at_version(self);
    if (changed) self->next_scan = {};
  } catch (const base::Failure& failure) {
    base::log_error("queue: the table could not be read", {{"error", failure.what()}});
  }
  self->next_poll = self->clock.now() + self->settings.poll_interval;
  self->polling = false;
  self->wake();
}

net::Task<> Scheduler::State::renew_some(Self self) {
  const base::Time now = self->clock.now();
  const base::Time until = now + self->settings.lease;
  std::vector<Lease> old;
  for (const auto& [id, one] : self->held)
    if (one.until < now + self->settings.lease * 2 / 3) old.push_back({id, one.fence});
  try {
    for (size_t at = 0; at < old.size(); at += kRenewPart) {
      const std::vector<Lease> part(old.begin() + static_cast<ptrdiff_t>(at),
                                    old.begin() + static_cast<ptrdiff_t>(std::min(old.size(), at + kRenewPart)));
      const int64_t node = self->services.queue.node();
      auto writing = self->services.database.start_write([part, node, until](sql::Transaction& tx) { renew(tx, part, node, until); });
      co_await writing.wait();
      for (const Lease& lease : part) {
        const auto found = self->held.find(lease.id);
        if (found != self->held.end() && found->second.fence == lease.fence) found->second.until = until;
      }
    }
  } catch (const base::Failure& failure) {
    base::log_error("queue: leases could not be renewed", {{"error", failure.what()}});
  }
  self->next_renew = self->clock.now() + self->settings.lease / 6;
  self->renewing = false;
  self->wake();
}

net::Task<> Scheduler::State::return_works(Self self, std::vector<Work> works) {
  std::vector<Lease> leases;
  for (const Work& work : works) std::ranges::move(leases_of(work), std::back_inserter(leases));
  try {
    const int64_t node = self->services.queue.node();
    const base::Time now = self->clock.now();
    auto writing = self->services.database.start_write([leases, node, now](sql::Transaction& tx) { give_back(tx, leases, node, now); });
    co_await writing.wait();
  } catch (const base::Failure& failure) {
    base::log_error("queue: leases could not be given back", {{"error", failure.what()}});
  }
  for (const Work& work : works) self->let_go(work, self->clock.now());
  self->returning = false;
  self->wake();
}

}  // namespace queue
