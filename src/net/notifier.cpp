#include "net/notifier.h"

#include <utility>

#include "net/waiter.h"

namespace net {

void Notifier::notify() {
  if (signalled_.exchange(true)) return;
  std::lock_guard lock(mutex_);
  if (waiter_) std::exchange(waiter_, nullptr)->post_wake(ticket_, Wake::kNotified);
}

void Notifier::attach(std::shared_ptr<Waiter> waiter, uint64_t ticket) {
  std::lock_guard lock(mutex_);
  // Whoever sees the other's store does the wake-up: notify() sets the flag before it takes the lock.
  if (signalled_.load()) return waiter->post_wake(ticket, Wake::kNotified);
  waiter_ = std::move(waiter);
  ticket_ = ticket;
}

void Notifier::detach() {
  std::lock_guard lock(mutex_);
  waiter_.reset();
}

}  // namespace net
