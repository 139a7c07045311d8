// The queue and its thread: a batch is what gathered in kGather since its first event, or kBatch of them, and is one transaction.

#include "journal/journal.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "base/metrics.h"
#include "journal/event_rows.h"

namespace journal {

namespace {

using namespace std::chrono_literals;

constexpr auto kGather = 200ms;
constexpr size_t kBatch = 1'000;
constexpr auto kRetryAfter = 1s;
constexpr int64_t kPurgeStep = 1'000;  // events deleted in one transaction

prometheus::Counter& dropped() {
  static auto& counter = base::counter("posthouse_journal_dropped_total", "Log events lost because the database did not take them in time");
  return counter;
}

}  // namespace

struct Journal::State {
  State(sql::Database& database, const base::Clock& time, base::IdMaker& id_maker, Limits journal_limits)
      : db(database), clock(time), ids(id_maker), limits(journal_limits), thread([this] { run(); }) {}

  ~State() {
    {
      std::lock_guard lock(mutex);
      stopping = true;
    }
    work.notify_one();
    thread.join();
  }

  void push(Event event) {
    bool wake = false;
    {
      std::lock_guard lock(mutex);
      if (queue.size() >= limits.queued_events) drop_oldest();
      queue.push_back(std::move(event));
      ++queued;
      // The thread sleeps without an event, and until kGather or kBatch with some.
      wake = queue.size() == 1 || queue.size() == kBatch;
    }
    if (wake) work.notify_one();
  }

  void flush() {
    std::unique_lock lock(mutex);
    const uint64_t mine = queued;
    flush_to = std::max(flush_to, mine);
    work.notify_one();
    finished_more.wait(lock, [&] { return finished >= mine; });
  }

  sql::Database& db;
  const base::Clock& clock;
  base::IdMaker& ids;

 private:
  // REQUIRES: mutex held.
  void drop_oldest() {
    queue.pop_front();
    ++finished;
    dropped().Increment();
  }

  void run() {
    for (;;) {
      auto batch = take_batch();
      if (batch.empty()) return;
      const bool written = write(batch);
      if (!written && put_back(batch)) continue;
      std::lock_guard lock(mutex);
      finished += batch.size();
      finished_more.notify_all();
    }
  }

  // Waits for events; empty: stopping, and none left.
  std::deque<Event> take_batch() {
    std::unique_lock lock(mutex);
    work.wait(lock, [&] { return stopping || !queue.empty(); });
    work.wait_for(lock, kGather, [&] { return stopping || flush_to > finished || queue.size() >= kBatch; });
    std::deque<Event> batch;
    while (!queue.empty() && batch.size() < kBatch) {
      batch.push_back(std::move(queue.front()));
      queue.pop_front();
    }
    return batch;
  }

  // False: it may be tried again.
  bool write(const std::deque<Event>& batch) {
    try {
      db.write([&](sql::Transaction& tx) {
        for (const Event& event : batch) insert_event(tx, event, ids.next());
      });
      return true;
    } catch (const base::Failure& failure) {
      const bool temporary = failure.error().temporary();
      base::log_error("journal: events were not written", {{"events", batch.size()}, {"error", failure.what()}, {"again", temporary}});
      if (!temporary) dropped().Increment(static_cast<double>(batch.size()));
      return !temporary;
    }
  }

  // False: the end, they are lost.
  bool put_back(std::deque<Event>& batch) {
    std::unique_lock lock(mutex);
    if (work.wait_for(lock, kRetryAfter, [&] { return stopping; })) {
      dropped().Increment(static_cast<double>(batch.size()));
      return false;
    }
    queue.insert(queue.begin(), std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
    while (queue.size() > limits.queued_events) drop_oldest();
    finished_more.notify_all();
    return true;
  }

  const Limits limits;
  std::mutex mutex;
  std::condition_variable work, finished_more;
  std::deque<Event> queue;
  uint64_t queued = 0;    // events ever queued
  uint64_t finished = 0;  // of them: written, or given up
  uint64_t flush_to = 0;  // somebody waits for `finished` to get here
  bool stopping = false;
  std::thread thread;  // last: it uses all of the above
};

Journal::Journal(sql::Database& db, const base::Clock& clock, base::IdMaker& ids, Limits limits)
    : state_(std::make_unique<State>(db, clock, ids, limits)) {}

Journal::~Journal() = default;

void Journal::record(Event event) {
  prepare(event, state_->clock.now());
  state_->push(std::move(event));
}

void Journal::record(sql::Transaction& tx, Event event) {
  prepare(event, state_->clock.now());
  insert_event(tx, event, state_->ids.next());
}

std::vector<Event> Journal::query(const Query& query) {
  return state_->db.read([&](sql::Transaction& tx) { return read_events(tx, query); });
}

void Journal::flush() { state_->flush(); }

int64_t Journal::purge(base::Time before) {
  int64_t total = 0, after = -1;
  for (;;) {
    struct Step {
      int64_t after, deleted;
    };
    auto step = state_->db.write([&](sql::Transaction& tx) {
      Step done{after, 0};
      done.deleted = delete_events(tx, done.after, before, kPurgeStep);
      return done;
    });
    if (step.deleted == 0) return total;
    total += step.deleted;
    after = step.after;
  }
}

}  // namespace journal
