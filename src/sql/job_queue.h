#pragma once
// The closures that wait for a thread: first in, first out, bounded, closable.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "sql/database.h"

namespace sql {

class JobQueue {
 public:
  explicit JobQueue(size_t limit) : limit_(limit) {}

  // When the queue is full or closed the job fails with kUnavailable.
  void push(std::shared_ptr<Job> job);
  using Jobs = std::vector<std::shared_ptr<Job>>;
  // Waits for work, gives up to `most` closures to `work` and lets go of them. False once the queue is closed; what still waited has
  // failed.
  template <typename Work>
  bool serve(size_t most, Work work) {
    const Jobs jobs = take(most);
    if (!jobs.empty()) work(jobs);
    return !jobs.empty();
  }
  void close();

 private:
  Jobs take(size_t most);

  const size_t limit_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::shared_ptr<Job>> jobs_;  // shared with the Pending that waits for it
  bool closed_ = false;
};

}  // namespace sql
