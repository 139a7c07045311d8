#pragma once
// A result that another thread is making: the seam between blocking work (SQL, blobs) and the loops.
//
//   auto first = db.start_write(fn);      // both are under way
//   auto second = blobs.start_put(...);
//   co_await second.wait();               // resumes on the caller's executor, or at once when the result is there
//   co_await first.wait();
//
// The worker stores the result and calls finish(); that posts the waiting coroutine straight to its own executor: one hop, no lock.
// One waiter at most. A Pending may be dropped unwaited: the work goes on. Waiting cannot be cancelled: what was started is finished,
// and the worker bounds its time. REQUIRES: an io_context with waiting coroutines outlives the worker, or the worker is closed first.

#include <atomic>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace net {

// When a result becomes ready, whatever its type.
class PendingSignal {
 public:
  PendingSignal() = default;
  PendingSignal(const PendingSignal&) = delete;
  PendingSignal& operator=(const PendingSignal&) = delete;

  bool ready() const { return state_.load(std::memory_order_acquire) == kReady; }
  // Producer, once, after the result is stored; the caller keeps the object alive through the call.
  void finish() {
    const int before = state_.exchange(kReady, std::memory_order_acq_rel);
    if (before == kAwaited) waiter_->resume();
    state_.notify_all();
  }
  // Blocks this thread. Not on an I/O loop.
  void block() const {
    for (int now = state_.load(std::memory_order_acquire); now != kReady; now = state_.load(std::memory_order_acquire)) state_.wait(now);
  }
  // Completes with void() on the token's executor.
  template <typename Token>
  auto async_ready(Token&& token) {
    return boost::asio::async_initiate<Token, void()>(
        [this](auto handler) {
          waiter_ = std::make_unique<WaiterOf<decltype(handler)>>(std::move(handler));
          int expected = kWorking;
          if (!state_.compare_exchange_strong(expected, kAwaited, std::memory_order_acq_rel)) waiter_->resume();
        },
        token);
  }

 private:
  enum : int { kWorking, kAwaited, kReady };

  struct Waiter {
    virtual ~Waiter() = default;
    virtual void resume() = 0;
  };
  template <typename Handler>
  struct WaiterOf final : Waiter {
    explicit WaiterOf(Handler h)
        : handler(std::move(h)),
          executor(boost::asio::prefer(boost::asio::get_associated_executor(handler), boost::asio::execution::outstanding_work.tracked)) {}
    void resume() override {
      // Both leave this object before the handler runs: it may outlive the loop with the worker's last reference.
      auto target = std::move(executor);
      auto last = std::move(handler);
      boost::asio::post(target, std::move(last));
    }
    Handler handler;
    std::decay_t<decltype(boost::asio::prefer(boost::asio::get_associated_executor(std::declval<const Handler&>()),
                                              boost::asio::execution::outstanding_work.tracked))>
        executor;
  };

  std::atomic<int> state_{kWorking};
  std::unique_ptr<Waiter> waiter_;
};

// The producer's side: exactly one of set() and fail(), once.
template <typename T>
class PendingState : public PendingSignal {
 public:
  using Stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

  void set(Stored value) {
    value_.emplace(std::move(value));
    finish();
  }
  void fail(std::exception_ptr error) {
    error_ = std::move(error);
    finish();
  }
  // REQUIRES: ready(). Throws what fail() was given, each time; a value is given away once.
  T take() {
    if (error_) std::rethrow_exception(error_);
    if constexpr (!std::is_void_v<T>) return std::move(*value_);
  }

 private:
  std::optional<Stored> value_;
  std::exception_ptr error_;
};

template <typename T>
class [[nodiscard]] Pending {
 public:
  explicit Pending(std::shared_ptr<PendingState<T>> state) : state_(std::move(state)) {}

  bool ready() const { return state_->ready(); }
  // The result, or the worker's exception. Once, and not together with get().
  boost::asio::awaitable<T> wait() { return wait_for(state_); }
  // The same for a thread that may block; of a Pending<void> as often as one likes.
  T get() {
    state_->block();
    return state_->take();
  }

 private:
  static boost::asio::awaitable<T> wait_for(std::shared_ptr<PendingState<T>> state) {
    if (!state->ready()) co_await state->async_ready(boost::asio::use_awaitable);
    co_return state->take();
  }

  std::shared_ptr<PendingState<T>> state_;  // shared: the worker may finish after the caller has gone
};

}  // namespace net
