#pragma once
// A wake-up from any thread to one coroutine. Many notify() calls before the coroutine looks are one wake-up.
//
// The notifier is waited on together with a stream (Stream::wait_input) or alone (net/timer.h). It carries no data: the woken coroutine
// looks at what changed. At most one coroutine waits on a notifier at a time, and the notifier outlives that wait.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

namespace net {

class Waiter;

class Notifier {
 public:
  Notifier() = default;
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  // Any thread; costs one atomic exchange when a wake-up is already on its way.
  // REQUIRES: the notifier and the loop of its waiter outlive the call.
  void notify();
  // True when notified since the last take() or the last wait that ended with kNotified.
  bool take() { return signalled_.exchange(false); }

 private:
  friend class Waiter;
  void attach(std::shared_ptr<Waiter> waiter, uint64_t ticket);
  void detach();

  std::atomic<bool> signalled_{false};
  std::mutex mutex_;
  std::shared_ptr<Waiter> waiter_;  // shared: a wake-up in flight may outlive the stream
  uint64_t ticket_ = 0;
};

}  // namespace net
