#pragma once
// The one place where a coroutine of net/ is suspended: it sleeps until something wakes it (a socket, a notifier, another coroutine)
// or its deadline passes.
//
// Each wait has a ticket. Wake-ups carry the ticket they were meant for, so that one which arrives late, after the coroutine went on
// for another reason, is ignored. One timer serves all waits of a stream and is only moved when a deadline is earlier than what it is
// set to: a session that sets a 30 minute deadline before every command does not touch the timer queue.
//
// Suspended coroutines belong to their io_context: when that is destroyed, it destroys them (WaiterService), and with them their streams.

#include <boost/asio/async_result.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <memory>
#include <optional>

#include "net/deadline.h"
#include "net/notifier.h"
#include "net/task.h"

namespace net {

enum class Wake { kReady, kNotified, kTimeout, kCancelled, kStopping };

class WaiterService;

class Waiter : public std::enable_shared_from_this<Waiter>,
               public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  explicit Waiter(Executor executor);
  ~Waiter();

  // Starts a new wait and names it; wake-ups may be armed with the ticket before wait() is awaited.
  uint64_t begin() { return ++ticket_; }
  // Suspends the coroutine until the wait of the last begin() is woken. `notifier` may be null.
  Task<Wake> wait(Deadline deadline, Notifier* notifier);

  // From a handler of the loop: resumes the coroutine inside the call. Ignored when `ticket` is not the one that waits.
  void wake(uint64_t ticket, Wake why);
  // From a coroutine or from another thread: the loop wakes it.
  void post_wake(uint64_t ticket, Wake why);
  uint64_t ticket() const { return ticket_; }
  bool waiting() const { return pending_.has_value(); }
  // The owner goes away: stops the timer. REQUIRES: nothing waits.
  void close();
  const Executor& executor() const { return timer_executor_; }

 private:
  friend class WaiterService;
  using Handler = boost::asio::async_result<boost::asio::use_awaitable_t<Executor>, void(Wake)>::handler_type;

  void suspend(Handler handler, Deadline deadline, Notifier* notifier);
  void arm_timer(SteadyTime when);
  void on_timer();
  std::optional<Handler> take_pending();
  void destroy_pending();

  Executor timer_executor_;
  boost::asio::steady_timer timer_;
  std::optional<SteadyTime> timer_set_;  // what the timer waits for, if it waits
  uint64_t ticket_ = 0;
  Deadline deadline_ = Deadline::none();
  Notifier* notifier_ = nullptr;
  std::optional<Handler> pending_;
};

}  // namespace net
