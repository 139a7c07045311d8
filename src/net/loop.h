#pragma once
// The I/O loops: N threads, each with its own io_context. A coroutine stays on the loop it was spawned on.
// And a pool of threads for work that blocks.

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <thread>
#include <type_traits>
#include <vector>

#include "net/pending.h"
#include "net/task.h"

namespace net {

// Order of ending: stop the listeners (they end their sessions), close what resumes coroutines from other threads (pools, database), then
// let the loops go. Destroying the loops destroys the coroutines that are still suspended.
class IoLoops {
 public:
  // Starts the threads. Ignores SIGPIPE for the process. `threads` is at least 1.
  explicit IoLoops(size_t threads);
  ~IoLoops();  // stop()
  IoLoops(const IoLoops&) = delete;
  IoLoops& operator=(const IoLoops&) = delete;

  size_t size() const { return loops_.size(); }
  Executor executor(size_t index);
  // The loops in turn. Thread-safe.
  size_t next();

  // Runs the task on a loop; an exception that leaves it is logged and ends only it. Thread-safe.
  void spawn(Task<> task) { spawn_on(next(), std::move(task)); }
  void spawn_on(size_t index, Task<> task);
  // Any thread but a loop's: runs the task on a loop and blocks until it has ended; throws what it threw.
  void run(Task<> task);

  // Ends the threads after the handlers that are running now; suspended coroutines stay suspended. Idempotent. Not from a loop.
  void stop();

 private:
  struct Loop {
    boost::asio::io_context context{1};
    std::thread thread;
  };
  std::vector<std::unique_ptr<Loop>> loops_;
  std::atomic<size_t> next_{0};
};

// Spawns on an executor; an exception that leaves the task is logged and ends only it.
void spawn(Executor executor, Task<> task);

// Threads for blocking work. The destructor finishes what was submitted; destroy it before the loops that wait for its results.
class ThreadPool {
 public:
  explicit ThreadPool(size_t threads) : pool_(threads) {}
  ~ThreadPool() { join(); }
  void join() { pool_.join(); }

  void submit(std::function<void()> work);

 private:
  boost::asio::thread_pool pool_;
};

// Runs `work` on the pool and resumes on the caller's loop with its result or its exception. It cannot be cancelled: the work bounds its
// time.
template <typename F>
Task<std::invoke_result_t<F>> run_blocking(ThreadPool& pool, F work) {
  using Value = std::invoke_result_t<F>;
  auto state = std::make_shared<PendingState<Value>>();
  auto job = std::make_shared<F>(std::move(work));  // shared: std::function copies, `work` may not
  pool.submit([state, job] {
    try {
      if constexpr (std::is_void_v<Value>) {
        (*job)();
        state->set({});
      } else {
        state->set((*job)());
      }
    } catch (...) {
      state->fail(std::current_exception());
    }
  });
  return Pending<Value>(std::move(state)).wait();
}

}  // namespace net
