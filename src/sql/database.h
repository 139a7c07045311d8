#pragma once
// One database behind two drivers. Work is a closure over a Transaction: T fn(sql::Transaction&).
//
//   auto count = co_await db.async_read([=](sql::Transaction& tx) { ... return n; });
//   auto one = db.start_write(fn1);  auto two = db.start_write(fn2);       // both under way
//   co_await one.wait();  co_await two.wait();
//
// read   a snapshot: sees every write that was completed before it began, and no half of a later one. It must not change anything.
// write  returns once the change is durable. What fn throws arrives at the caller and undoes fn's own work alone.
//
// SQLite: one writer thread runs all waiting closures in savepoints of one transaction and commits once (group commit); a closure sees the
// work of those before it. If that commit fails, all of them fail with kUnavailable. PostgreSQL: a closure is a transaction of its own.
// Reads are REPEATABLE READ, READ ONLY: the same snapshot that SQLite gives. Writes are READ COMMITTED: a delivery first does `update
// mailbox set ... returning`, whose row lock orders it with other deliveries to that mailbox, so a stricter level would only add failures
// to repeat. So lock (by such an update) what you read and write back. A closure is repeated after a deadlock, a serialization failure, or
// a connection found dead before its commit was sent. Hence a closure must be repeatable: leave nothing behind but what its rollback hooks
// undo.
//
// The blocking forms are for the command line, tests and pool threads. Never call the database from inside a closure or a hook.

#include <boost/asio/awaitable.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "net/pending.h"
#include "sql/transaction.h"

namespace sql {

// A closure with its place for the result, as the drivers see it.
class Job {
 public:
  virtual ~Job() = default;
  virtual void run(Transaction& tx) = 0;  // throws what fn throws; may be called again after its work was undone
  virtual void complete() = 0;            // once: committed
  virtual void fail(std::exception_ptr error) = 0;

  bool writes = false;  // set by the driver
};

template <typename T, typename Fn>
class JobOf final : public Job, public net::PendingState<T> {
 public:
  explicit JobOf(Fn fn) : fn_(std::move(fn)) {}
  void run(Transaction& tx) override {
    if constexpr (std::is_void_v<T>) {
      fn_(tx);
      result_.emplace();
    } else {
      result_.emplace(fn_(tx));
    }
  }
  void complete() override { net::PendingState<T>::set(std::move(*result_)); }
  void fail(std::exception_ptr error) override { net::PendingState<T>::fail(std::move(error)); }

 private:
  Fn fn_;
  std::optional<typename net::PendingState<T>::Stored> result_;
};

class Database {
 public:
  template <typename Fn>
  using ResultOf = std::invoke_result_t<Fn&, Transaction&>;

  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  // Finishes what is under way and fails what still waits (kUnavailable).
  virtual ~Database() = default;

  virtual Driver driver() const = 0;

  // The closure is queued by the call itself, not by the wait. Thread-safe.
  template <typename Fn>
  net::Pending<ResultOf<Fn>> start_read(Fn fn) {
    auto job = std::make_shared<JobOf<ResultOf<Fn>, Fn>>(std::move(fn));
    submit_read(job);
    return net::Pending<ResultOf<Fn>>(job);
  }
  template <typename Fn>
  net::Pending<ResultOf<Fn>> start_write(Fn fn) {
    auto job = std::make_shared<JobOf<ResultOf<Fn>, Fn>>(std::move(fn));
    submit_write(job);
    return net::Pending<ResultOf<Fn>>(job);
  }

  // For coroutines: resume on the caller's executor.
  template <typename Fn>
  boost::asio::awaitable<ResultOf<Fn>> async_read(Fn fn) {
    return start_read(std::move(fn)).wait();
  }
  template <typename Fn>
  boost::asio::awaitable<ResultOf<Fn>> async_write(Fn fn) {
    return start_write(std::move(fn)).wait();
  }

  // For threads that may block; a read runs on the calling thread.
  template <typename Fn>
  ResultOf<Fn> read(Fn fn) {
    JobOf<ResultOf<Fn>, Fn> job(std::move(fn));
    run_read(job);
    return job.take();
  }
  template <typename Fn>
  ResultOf<Fn> write(Fn fn) {
    return start_write(std::move(fn)).get();
  }

 protected:
  // Never throw: what goes wrong arrives through Job::fail.
  virtual void submit_read(std::shared_ptr<Job> job) = 0;
  virtual void submit_write(std::shared_ptr<Job> job) = 0;
  virtual void run_read(Job& job) = 0;
};

}  // namespace sql
