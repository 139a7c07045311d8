#pragma once
// The scheduler's inside: scheduler.cpp (the loop and its timers), deliver.cpp (one delivery), finish.cpp (its end in the table).

#include <mutex>
#include <unordered_map>

#include "queue/lanes.h"
#include "queue/outcome.h"
#include "queue/scheduler.h"

namespace queue {

// One delivery's end, on its way into the table.
struct Finished {
  Work work;
  std::vector<Settled> settled;
  std::vector<PostNotice> notices;
};

struct Scheduler::State : std::enable_shared_from_this<State> {
  using Self = std::shared_ptr<State>;

  State(Services given, std::vector<net::Executor> executors)
      : services(std::move(given)),
        loops(std::move(executors)),
        settings(services.queue.settings()),
        clock(services.queue.clock()),
        inbox(services.queue.inbox()),
        lanes(settings, inbox->room) {}

  const Services services;
  const std::vector<net::Executor> loops;
  const Settings& settings;
  const base::Clock& clock;
  const std::shared_ptr<Inbox> inbox;  // shared with commit hooks

  // --- what other loops bring; thread-safe ---
  struct Ended {
    Work work;
    Lanes::Reached reached;
    Attempt why;
  };
  struct Mail {
    std::vector<Ended> ended;
    std::vector<Finished> finished;
  };
  void post(Ended ended);
  void post(Finished finished);
  Mail take_mail();
  std::mutex mutex;
  Mail mail;
  std::atomic<bool> stopping{false};
  std::atomic<bool> poked{false};
  std::atomic<size_t> active{0}, claimed{0}, lane_count{0}, hop_count{0};
  net::Notifier ended;  // the loop is through

  // --- of the deciding loop ---
  Lanes lanes;
  struct Held {
    int64_t fence;
    base::Time until;
  };
  struct EntryHash {
    size_t operator()(const EntryId& id) const {
      return (static_cast<size_t>(id.message_id) * 1'000'003 + static_cast<size_t>(id.entry_id)) ^ static_cast<size_t>(id.enterprise_id);
    }
  };
  std::unordered_map<EntryId, Held, EntryHash> held;
  std::deque<Finished> pending;  // finishes to be written
  size_t delivering = 0;         // works handed out, until their finish is pending
  size_t finish_singly = 0;      // a batch failed: this many are written one by one
  bool claiming = false, finishing = false, scanning = false, renewing = false, polling = false, returning = false;
  bool through = false;
  int64_t version = -1;
  base::Time next_scan{}, next_renew{}, next_poll{}, next_sweep{};

  static net::Task<> run(Self self);
  void turn();
  void take_in(base::Time now);
  void hold(const Work& work, base::Time until);
  void let_go(const Work& work, base::Time now);
  bool lease_is_good(const Work& work, base::Time now) const;
  void dispatch(base::Time now);
  void start_claims(base::Time now);
  void start_finish();
  void start_timers(base::Time now);
  void wind_up(base::Time now);
  net::Deadline next_look() const;
  void wake() { inbox->arrived.notify(); }

  static net::Task<> reclaim_own(Self self);
  static net::Task<> claim_some(Self self, std::vector<Lanes::ClaimOrder> orders);
  static net::Task<> scan(Self self);
  static net::Task<bool> look_at_version(Self self);
  static net::Task<> poll(Self self);
  static net::Task<> renew_some(Self self);
  static net::Task<> return_works(Self self, std::vector<Work> works);
  static net::Task<> deliver(Self self, Lanes::Turn turn);
  static net::Task<> finish_some(Self self);
  void finished(std::vector<Finished>& batch);
};

std::vector<Lease> leases_of(const Work& work);

}  // namespace queue
