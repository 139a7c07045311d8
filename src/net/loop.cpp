#include "net/loop.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
#include <future>

#include "base/log.h"
#include "net/deadline.h"

namespace net {

namespace asio = boost::asio;

namespace {

void log_exception(std::exception_ptr thrown) {
  if (!thrown) return;
  try {
    std::rethrow_exception(thrown);
  } catch (const IoError& error) {
    if (base::log_enabled(base::LogLevel::kDebug)) base::log(base::LogLevel::kDebug, "connection ended", {{"cause", error.what()}});
  } catch (const std::exception& error) {
    base::log_error("task failed", {{"cause", error.what()}});
  } catch (...) {
    base::log_error("task failed", {{"cause", "unknown exception"}});
  }
}

}  // namespace

IoLoops::IoLoops(size_t threads) {
  std::signal(SIGPIPE, SIG_IGN);
  for (size_t i = 0; i < std::max<size_t>(threads, 1); ++i) {
    auto loop = std::make_unique<Loop>();
    loop->thread = std::thread([&context = loop->context, guard = asio::make_work_guard(loop->context)] { context.run(); });
    loops_.push_back(std::move(loop));
  }
}

IoLoops::~IoLoops() { stop(); }

Executor IoLoops::executor(size_t index) { return loops_[index]->context.get_executor(); }

size_t IoLoops::next() { return next_.fetch_add(1, std::memory_order_relaxed) % loops_.size(); }

void IoLoops::spawn_on(size_t index, Task<> task) { net::spawn(executor(index), std::move(task)); }

void IoLoops::run(Task<> task) {
  std::promise<void> ended;
  auto done = ended.get_future();
  asio::co_spawn(executor(next()), std::move(task), [&ended](std::exception_ptr thrown) {
    if (thrown)
      ended.set_exception(thrown);
    else
      ended.set_value();
  });
  done.get();
}

void IoLoops::stop() {
  for (auto& loop : loops_) loop->context.stop();
  for (auto& loop : loops_) {
    if (loop->thread.joinable()) loop->thread.join();
  }
}

void spawn(Executor executor, Task<> task) { asio::co_spawn(executor, std::move(task), log_exception); }

void ThreadPool::submit(std::function<void()> work) { asio::post(pool_, std::move(work)); }

}  // namespace net
