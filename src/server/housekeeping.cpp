#include "server/housekeeping.h"

#include "base/log.h"
#include "base/metrics.h"
#include "server/limits.h"

namespace server {

namespace {
constexpr size_t kRowsAtOnce = 500;
constexpr auto kBetweenPieces = std::chrono::milliseconds(20);
constexpr auto kBetweenRounds = std::chrono::minutes(1);
}  // namespace

Housekeeping::Housekeeping(Instance& instance) : instance_(instance), thread_([this] { run(); }) {}

Housekeeping::~Housekeeping() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Housekeeping::run() {
  const std::chrono::milliseconds soon = millis(instance_.settings().duration("store.collect_every")) / 10;
  const auto between_rounds = std::min<std::chrono::milliseconds>(kBetweenRounds, soon);
  next_collection_ = instance_.clock().now() + soon;  // not at once: a start has enough to read
  while (!wait(work() ? std::chrono::milliseconds(kBetweenPieces) : between_rounds)) {
  }
}

bool Housekeeping::wait(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return wake_.wait_for(lock, time, [this] { return stopping_; });
}

bool Housekeeping::work() {
  try {
    base::Time now = instance_.clock().now();
    bool more = instance_.store().sweep_dropped(kRowsAtOnce);
    more |= instance_.store().prune_tombstones(now - instance_.settings().duration("store.tombstones"), kRowsAtOnce);
    if (more) return true;
    instance_.journal().purge(now - instance_.settings().duration("journal.keep"));
    if (now >= next_collection_) collect(now);
    return false;
  } catch (const base::Failure& failure) {
    base::log_warning("housekeeping will try again", {{"error", failure.what()}});
    return false;
  }
}

void Housekeeping::collect(base::Time now) {
  static auto& bodies = base::counter("posthouse_store_bodies_collected_total", "Bodies removed because no message named them any more");
  next_collection_ = now + instance_.settings().duration("store.collect_every");
  const auto stopping = [this] {
    std::lock_guard lock(mutex_);
    return stopping_;
  };
  const auto collected = store::collect(instance_.store(), {}, collect_limits(instance_.settings()), stopping);
  bodies.Increment(static_cast<double>(collected.bodies));
  if (collected.bodies > 0) base::log_info("bodies collected", {{"bodies", collected.bodies}, {"bytes", collected.bytes}});
}

}  // namespace server
