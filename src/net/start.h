#pragma once
// Several tasks at once on one loop:
//
//   auto one = net::start(executor, ask(first));  auto two = net::start(executor, ask(second));
//   auto a = co_await one.wait();                 auto b = co_await two.wait();

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <memory>
#include <utility>

#include "net/pending.h"
#include "net/task.h"

namespace net {

// The task runs on the loop of `executor` from now on, waited for or not. What it borrows must live until its end: wait for it before that
// goes. T is default constructible and not void.
template <typename T>
Pending<T> start(Executor executor, Task<T> task) {
  auto state = std::make_shared<PendingState<T>>();
  boost::asio::co_spawn(executor, std::move(task), [state](std::exception_ptr error, T value) {
    if (error) {
      state->fail(error);
    } else {
      state->set(std::move(value));
    }
  });
  return Pending<T>(state);
}

}  // namespace net
