#pragma once
// A coroutine that runs on one I/O loop. It starts when awaited or spawned, and everything it awaits resumes it on the loop it began on.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace net {

template <typename T = void>
using Task = boost::asio::awaitable<T>;

// The handle of a loop: where a coroutine resumes.
using Executor = boost::asio::any_io_executor;

}  // namespace net
