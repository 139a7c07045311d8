#include "server/housekeeping.h"

#include "base/log.h"

namespace server {

namespace {
constexpr size_t kRowsAtOnce = 500;
constexpr auto kTombstonesKept = std::chrono::days(30);
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
  while (!wait(work() ? std::chrono::milliseconds(kBetweenPieces) : kBetweenRounds)) {
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
    more |= instance_.store().prune_tombstones(now - kTombstonesKept, kRowsAtOnce);
    if (!more) instance_.journal().purge(now - instance_.settings().duration("journal.keep"));
    return more;
  } catch (const base::Failure& failure) {
    base::log_warning("housekeeping will try again", {{"error", failure.what()}});
    return false;
  }
}

}  // namespace server
