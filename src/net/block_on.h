#pragma once
// Runs one task to its end on a loop of its own, in the calling thread: for tests, tools and the command line.
//
//   auto line = net::block_on(read_greeting(endpoint));

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "net/task.h"

namespace net {

// Returns the task's result or throws its exception. Tasks that it spawned on its executor and that are still suspended are destroyed.
template <typename T>
T block_on(Task<T> task) {
  using Stored = std::conditional_t<std::is_void_v<T>, char, T>;
  std::exception_ptr thrown;
  std::optional<Stored> value;
  boost::asio::io_context context(1);
  auto finish = [&](std::exception_ptr error) {
    thrown = error;
    context.stop();
  };
  if constexpr (std::is_void_v<T>) {
    boost::asio::co_spawn(context, std::move(task), finish);
  } else {
    boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr error, T result) {
      if (!error) value.emplace(std::move(result));
      finish(error);
    });
  }
  context.run();
  if (thrown) std::rethrow_exception(thrown);
  if constexpr (!std::is_void_v<T>) return std::move(*value);
}

// The same where the task wants its executor before it starts, for example to make a pipe.
template <typename F>
auto block_on_with(F make_task) {
  using T = typename std::invoke_result_t<F, Executor>::value_type;
  auto outer = [](F make) -> Task<T> {
    const Executor executor = co_await boost::asio::this_coro::executor;
    co_return co_await make(executor);
  };
  return block_on(outer(std::move(make_task)));
}

}  // namespace net
