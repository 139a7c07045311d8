// PostgreSQL behind Database: a number of threads, each with a connection while it works on a closure. The server groups commits by itself.
//
// A write costs the round trips its closure asks for, and one: `begin` travels with the first statement, and what execute_later queued with
// the commit. A read's end is not waited for.
#include "sql/postgres.h"

#include <optional>
#include <random>
#include <thread>
#include <vector>

#include "base/log.h"
#include "sql/job_queue.h"
#include "sql/lease.h"
#include "sql/postgres_connection.h"
#include "sql/postgres_transaction.h"

namespace sql {

namespace {

using base::ErrorKind;

// A place for a connection, made when it is first needed and again after it was lost.
struct Slot {
  std::optional<PostgresConnection> connection;

  PostgresConnection& usable(const std::string& url, const Settings& settings) {
    if (!connection || !connection->usable()) {
      connection.reset();
      connection.emplace(url, settings);
    }
    return *connection;
  }
};

// Two that met in a deadlock should not meet again.
void pause_before_repeat(int times) {
  static thread_local std::minstd_rand random(std::random_device{}());
  std::this_thread::sleep_for(std::chrono::microseconds(random() % (2000u << std::min(times, 6))));
}

bool is_repeatable(const std::exception_ptr& error) {
  try {
    if (error) std::rethrow_exception(error);
  } catch (const Repeatable&) {
    return true;
  } catch (...) {
  }
  return false;
}

// One try of one closure. Hooks run here; the caller tells the job.
class Attempt {
 public:
  explicit Attempt(PostgresConnection& connection) : connection_(connection), tx_(connection) {}

  std::exception_ptr run(Job& job) {
    try {
      connection_.send(job.writes ? "begin" : "begin isolation level repeatable read read only", {});
      job.run(tx_);
      tx_.release_cursor();
      if (tx_.failure()) std::rethrow_exception(tx_.failure());
      commit(job.writes);
    } catch (...) {
      // A closure may have put a deadlock into words of its own.
      return undo(is_repeatable(tx_.failure()) ? tx_.failure() : std::current_exception());
    }
    tx_.take_hooks().run_commit();
    return nullptr;
  }

 private:
  void commit(bool wait) {
    if (!wait) return connection_.send_and_flush("commit");
    tx_.run_before_commit();
    connection_.send("commit", {});
    try {
      connection_.finish();
    } catch (const Repeatable& failure) {
      if (connection_.usable()) throw;  // the server said no
      throw base::Failure(ErrorKind::kUnavailable, "the database is not available",
                          std::string("lost while committing: ") + failure.what());
    }
  }
  std::exception_ptr undo(std::exception_ptr error) {
    try {
      if (connection_.usable()) end_rollback();
    } catch (const base::Failure&) {  // the connection is lost, and its transaction with it
    }
    tx_.take_hooks().run_rollback();
    return error;
  }
  void end_rollback() {
    try {
      connection_.finish();  // what was queued goes first, so that its failure does not take the rollback with it
    } catch (const base::Failure&) {
      if (!connection_.usable()) return;
    }
    connection_.send("rollback", {});
    connection_.finish();
  }

  PostgresConnection& connection_;
  PostgresTransaction tx_;
};

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(const std::string& url, const Settings& settings) : url_(url), settings_(settings), jobs_(settings.queue_limit) {
    for (int i = 0; i < settings.connections; ++i) slots_.add(std::make_unique<Slot>());
    slots_.lend()->usable(url_, settings_);
    for (int i = 0; i < settings.connections; ++i) threads_.emplace_back([this] { loop(); });
  }
  ~PostgresDatabase() override {
    jobs_.close();
    for (auto& thread : threads_) thread.join();
  }

  Driver driver() const override { return Driver::kPostgres; }

 private:
  void submit_read(std::shared_ptr<Job> job) override { jobs_.push(std::move(job)); }
  void submit_write(std::shared_ptr<Job> job) override {
    job->writes = true;
    jobs_.push(std::move(job));
  }
  void run_read(Job& job) override { work(job); }

  void loop() {
    while (jobs_.serve(1, [&](const auto& jobs) { work(*jobs.front()); })) {
    }
  }
  void work(Job& job) {
    const auto error = run(job);
    error ? job.fail(error) : job.complete();
  }
  std::exception_ptr run(Job& job) {
    const auto slot = slots_.lend();
    for (int times = 0;; ++times) {
      try {
        const auto error = Attempt(slot->usable(url_, settings_)).run(job);
        if (!error) return nullptr;
        std::rethrow_exception(error);
      } catch (const Repeatable& failure) {
        if (times >= settings_.repeats) return std::current_exception();
        base::log(base::LogLevel::kDebug, "transaction repeated", {{"cause", failure.what()}});
      } catch (...) {
        return std::current_exception();
      }
      pause_before_repeat(times);
    }
  }

  const std::string url_;
  const Settings settings_;
  JobQueue jobs_;
  LeasePool<Slot> slots_;
  std::vector<std::thread> threads_;
};

}  // namespace

std::unique_ptr<Database> open_postgres(const std::string& url, const Settings& settings) {
  return std::make_unique<PostgresDatabase>(url, settings);
}

}  // namespace sql
