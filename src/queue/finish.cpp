// The end of deliveries in the table: one transaction for all that gathered.

#include <algorithm>
#include <set>

#include "base/log.h"
#include "base/metrics.h"
#include "net/timer.h"
#include "queue/scheduler_state.h"

namespace queue {

namespace {

struct FinishBatch {
  std::vector<Finished> all;
  size_t lost = 0;  // leases that were no longer ours, written by the closure
};

journal::EventKind kind_of(Fate fate) {
  switch (fate) {
    case Fate::kDelivered:
      return journal::EventKind::kMessageSent;
    case Fate::kReturned:
      return journal::EventKind::kMessageBounced;
    case Fate::kRemoved:
      return journal::EventKind::kMessageRemoved;
    case Fate::kDeferred:
      break;
  }
  return journal::EventKind::kMessageDeferred;
}

journal::Event event_of(const Work& work, const Settled& settled, Fate fate) {
  auto event = queue_event(*work.message, work.entries[settled.entry].recipient, kind_of(fate));
  event.client = settled.attempt.remote_address;
  event.status = settled.attempt.reply_code;
  event.detail = summary(settled.attempt);
  return event;
}

// The closure of one batch.
class Write {
 public:
  Write(sql::Transaction& tx, Scheduler::State& state) : tx_(tx), state_(state), now_(state.clock.now()) {}

  void run(FinishBatch& batch) {
    std::vector<Lease> leases;
    for (const Finished& one : batch.all) std::ranges::move(leases_of(one.work), std::back_inserter(leases));
    owned_ = owned(tx_, leases, state_.services.queue.node());
    batch.lost = leases.size() - owned_.size();
    for (Finished& one : batch.all) write(one);
    for (const auto& [enterprise, message] : emptied_) delete_if_empty(tx_, enterprise, message);
  }

 private:
  void write(Finished& one) {
    bool any = false;
    for (Settled& settled : one.settled) {
      const Entry& entry = one.work.entries[settled.entry];
      const EntryId id = one.work.id(entry);
      // By the fence too: after a jump of the clock a batch may hold two claims of one entry, and one alone counts.
      const Lease lease{id, entry.fence};
      const auto found = std::ranges::lower_bound(owned_, lease, {}, &Owned::lease);
      if (found == owned_.end() || found->lease != lease) continue;
      any = true;
      write(one.work, settled, id, found->wish);
    }
    if (!any) return;
    for (const PostNotice& post : one.notices) post(tx_);
  }

  void write(const Work& work, Settled& settled, const EntryId& id, Wish wish) {
    Fate fate = settled.fate;
    if (fate == Fate::kDeferred && wish == Wish::kRemove) fate = Fate::kRemoved;
    if (fate != Fate::kDeferred) {
      delete_entry(tx_, id);
      emptied_.insert({id.enterprise_id, id.message_id});
      state_.services.queue.journal().record(tx_, event_of(work, settled, fate));
      return;
    }
    Deferral deferral = settled.deferral;
    if (wish == Wish::kHold) deferral.state = State::kHeld, deferral.next_at = kNever;
    if (wish == Wish::kBounce) deferral.next_at = settled.deferral.next_at = base::to_micros(now_);  // the lane is told of it too
    if (settled.tried) insert_attempt(tx_, id, deferral.attempts, now_, settled.attempt, state_.settings.attempts_kept);
    defer_entry(tx_, id, deferral);
  }

  sql::Transaction& tx_;
  Scheduler::State& state_;
  const base::Time now_;
  std::vector<Owned> owned_;
  std::set<std::pair<int64_t, int64_t>> emptied_;
};

prometheus::Counter& counter_of(Fate fate) {
  static const char* const help = "Queue entries by what became of them";
  static auto& delivered = base::counter("posthouse_queue_entries_total", help, {{"fate", "delivered"}});
  static auto& returned = base::counter("posthouse_queue_entries_total", help, {{"fate", "returned"}});
  static auto& removed = base::counter("posthouse_queue_entries_total", help, {{"fate", "removed"}});
  static auto& deferred = base::counter("posthouse_queue_entries_total", help, {{"fate", "deferred"}});
  return fate == Fate::kDelivered ? delivered : fate == Fate::kReturned ? returned : fate == Fate::kRemoved ? removed : deferred;
}

}  // namespace

net::Task<> Scheduler::State::finish_some(Self self) {
  static auto& lost = base::counter("posthouse_queue_lost_leases_total", "Deliveries finished after another server had taken the entry");
  const auto batch = std::make_shared<FinishBatch>();  // shared: the closure may run when this coroutine is gone
  const size_t most = self->finish_singly > 0 ? 1 : self->settings.finish_batch;
  while (!self->pending.empty() && batch->all.size() < most) {
    batch->all.push_back(std::move(self->pending.front()));
    self->pending.pop_front();
  }
  bool done = false, wait = false;
  try {
    auto writing = self->services.database.start_write([self, batch](sql::Transaction& tx) { Write(tx, *self).run(*batch); });
    co_await writing.wait();
    done = true;
  } catch (const base::Failure& failure) {
    base::log_error("queue: outcomes could not be written", {{"deliveries", batch->all.size()}, {"error", failure.what()}});
    wait = failure.error().temporary();
  } catch (const std::exception& error) {
    base::log_error("queue: outcomes could not be written", {{"deliveries", batch->all.size()}, {"error", error.what()}});
  }
  if (done) {
    lost.Increment(static_cast<double>(batch->lost));
    self->finished(batch->all);
  } else if (wait || batch->all.size() > 1) {
    if (!wait) self->finish_singly = batch->all.size();
    self->pending.insert(self->pending.begin(), std::make_move_iterator(batch->all.begin()), std::make_move_iterator(batch->all.end()));
    if (wait) co_await net::sleep_for(1s);
  } else {
    // What cannot be written stays leased, and is tried again when the lease ends.
    for (const Finished& one : batch->all) self->let_go(one.work, self->clock.now());
  }
  if (!wait && self->finish_singly > 0 && batch->all.size() == 1) --self->finish_singly;
  self->finishing = false;
  self->wake();
}

void Scheduler::State::finished(std::vector<Finished>& batch) {
  static auto& cut_off =
      base::counter("posthouse_queue_cut_off_total", "Deliveries whose answer was cut off: the recipient may get them twice");
  const base::Time now = clock.now();
  for (const Finished& one : batch) {
    for (const Settled& settled : one.settled) {
      counter_of(settled.fate).Increment();
      if (settled.attempt.cut_off) cut_off.Increment();
      if (settled.fate != Fate::kDeferred) continue;
      lanes.note_due({one.work.next_hop, one.work.message->enterprise_id}, base::from_micros(settled.deferral.next_at), now);
      if (settled.tried) services.queue.journal().record(event_of(one.work, settled, Fate::kDeferred));
    }
    let_go(one.work, now);
  }
}

}  // namespace queue
