#include "net/waiter.h"

#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace net {

namespace asio = boost::asio;

// Knows the suspended coroutines of one io_context. They hold their own streams and waiters, so nothing else could free them.
class WaiterService : public asio::execution_context::service {
 public:
  using key_type = WaiterService;
  inline static asio::execution_context::id id;

  explicit WaiterService(asio::execution_context& context) : asio::execution_context::service(context) {}
  void add(Waiter& waiter) { waiters_.push_back(waiter); }

 private:
  void shutdown() override {
    while (!waiters_.empty()) waiters_.front().destroy_pending();
  }

  boost::intrusive::list<Waiter, boost::intrusive::constant_time_size<false>> waiters_;
};

Waiter::Waiter(Executor executor) : timer_executor_(executor), timer_(std::move(executor)) {}

Waiter::~Waiter() = default;

Task<Wake> Waiter::wait(Deadline deadline, Notifier* notifier) {
  auto start = [this, deadline, notifier](auto&& handler) { suspend(std::forward<decltype(handler)>(handler), deadline, notifier); };
  return asio::async_initiate<const asio::use_awaitable_t<Executor>, void(Wake)>(std::move(start), asio::use_awaitable);
}

void Waiter::suspend(Handler handler, Deadline deadline, Notifier* notifier) {
  pending_.emplace(std::move(handler));
  deadline_ = deadline;
  notifier_ = notifier;
  asio::use_service<WaiterService>(asio::query(timer_executor_, asio::execution::context)).add(*this);
  if (!deadline.is_none() && (!timer_set_ || deadline.when() < *timer_set_)) arm_timer(deadline.when());
  if (notifier) notifier->attach(shared_from_this(), ticket_);
}

void Waiter::arm_timer(SteadyTime when) {
  timer_set_ = when;
  timer_.expires_at(when);
  timer_.async_wait([self = shared_from_this(), when](const boost::system::error_code& error) {
    // Moved to another time since: that handler is on its way.
    if (!error && self->timer_set_ == when) self->on_timer();
  });
}

void Waiter::on_timer() {
  timer_set_.reset();
  if (!pending_ || deadline_.is_none()) return;
  if (deadline_.expired()) return wake(ticket_, Wake::kTimeout);
  arm_timer(deadline_.when());
}

void Waiter::wake(uint64_t ticket, Wake why) {
  if (ticket != ticket_) return;
  auto handler = take_pending();
  if (handler) std::move (*handler)(why);
}

void Waiter::post_wake(uint64_t ticket, Wake why) {
  asio::post(timer_executor_, [self = shared_from_this(), ticket, why] { self->wake(ticket, why); });
}

std::optional<Waiter::Handler> Waiter::take_pending() {
  if (!pending_) return std::nullopt;
  unlink();
  if (notifier_) std::exchange(notifier_, nullptr)->detach();
  auto handler = std::move(pending_);
  pending_.reset();
  return handler;
}

void Waiter::destroy_pending() {
  const auto self = shared_from_this();  // the coroutine may own the last other reference
  take_pending();
}

void Waiter::close() {
  timer_set_.reset();
  timer_.cancel();
}

}  // namespace net
