#pragma once
// Waiting for time, or for a notification, without a stream. For both together with a stream see Stream::wait_input.

#include "net/deadline.h"
#include "net/notifier.h"
#include "net/task.h"

namespace net {

Task<> sleep_until(Deadline deadline);
template <typename Rep, typename Period>
Task<> sleep_for(std::chrono::duration<Rep, Period> delay) {
  return sleep_until(Deadline::after(delay));
}

// True when notified (the signal is taken), false at the deadline. The notifier outlives the wait.
Task<bool> wait_notified(Notifier& notifier, Deadline deadline);

}  // namespace net
