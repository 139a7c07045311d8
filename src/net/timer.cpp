#include "net/timer.h"

#include <boost/asio/this_coro.hpp>

#include "net/waiter.h"

namespace net {

namespace {

Task<Wake> wait_alone(Deadline deadline, Notifier* notifier) {
  const Executor executor = co_await boost::asio::this_coro::executor;
  const auto waiter = std::make_shared<Waiter>(executor);
  waiter->begin();
  const Wake wake = co_await waiter->wait(deadline, notifier);
  waiter->close();
  co_return wake;
}

}  // namespace

Task<> sleep_until(Deadline deadline) { co_await wait_alone(deadline, nullptr); }

Task<bool> wait_notified(Notifier& notifier, Deadline deadline) {
  const Wake wake = co_await wait_alone(deadline, &notifier);
  co_return wake == Wake::kNotified&& notifier.take();
}

}  // namespace net
