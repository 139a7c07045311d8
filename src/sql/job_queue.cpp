#include "sql/job_queue.h"

#include <algorithm>

namespace sql {

namespace {

void refuse(Job& job, const char* cause) {
  job.fail(std::make_exception_ptr(base::Failure(base::ErrorKind::kUnavailable, "the database is busy or closing", cause)));
}

}  // namespace

void JobQueue::push(std::shared_ptr<Job> job) {
  const char* cause = nullptr;
  {
    std::lock_guard hold(mutex_);
    if (closed_) {
      cause = "closing";
    } else if (jobs_.size() >= limit_) {
      cause = "too much work waits";
    } else {
      jobs_.push_back(job);
    }
  }
  if (cause) return refuse(*job, cause);
  arrived_.notify_one();
}

JobQueue::Jobs JobQueue::take(size_t most) {
  std::unique_lock hold(mutex_);
  arrived_.wait(hold, [&] { return closed_ || !jobs_.empty(); });
  const auto end = jobs_.begin() + static_cast<ptrdiff_t>(std::min(most, jobs_.size()));
  Jobs out(std::make_move_iterator(jobs_.begin()), std::make_move_iterator(end));
  jobs_.erase(jobs_.begin(), end);
  return out;
}

void JobQueue::close() {
  std::deque<std::shared_ptr<Job>> left;
  {
    std::lock_guard hold(mutex_);
    closed_ = true;
    left.swap(jobs_);
  }
  arrived_.notify_all();
  for (auto& job : left) refuse(*job, "closing");
}

}  // namespace sql
