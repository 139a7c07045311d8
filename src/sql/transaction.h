#pragma once
// What a closure given to Database::read or write works on. SQL is written in the subset both drivers share, with `?` for parameters.
//
// Failures are thrown as base::Failure:
//   ConstraintError        a unique key (kExists) or another constraint (kInvalid)
//   kUnavailable           disk full, I/O error, lock or connection lost: the same work may succeed later
//   kCorrupt               the database file is damaged
//   kInvalid               a mistake in the SQL
// A statement that failed dooms its closure on both drivers (PostgreSQL can do no other): later statements throw the same failure, and a
// closure that swallows it is rolled back all the same. To try an insert write `on conflict do nothing` and look at the number of rows.

#include <array>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "sql/rows.h"
#include "sql/value.h"

namespace sql {

enum class Driver { kSqlite, kPostgres };

class ConstraintError : public base::Failure {
 public:
  using Failure::Failure;
};

// Hooks of one closure; see Transaction::before_commit and on_commit.
struct Hooks {
  std::vector<std::function<void()>> before;
  std::vector<std::function<void()>> commit;
  std::vector<std::function<void()>> rollback;

  void run_before();    // in order; throws what the first failing one throws
  void run_commit();    // in order
  void run_rollback();  // latest first: it undoes
};

class Transaction {
 public:
  virtual ~Transaction() = default;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // The rows of a select, or of an insert, update or delete with `returning` (the change is complete once the first row is there).
  template <typename... Args>
  Rows query(std::string_view sql, const Args&... args) {
    const std::array<Value, sizeof...(Args)> values{Value(args)...};
    return query_with(sql, values);
  }
  // The number of rows changed.
  template <typename... Args>
  int64_t execute(std::string_view sql, const Args&... args) {
    const std::array<Value, sizeof...(Args)> values{Value(args)...};
    return execute_with(sql, values);
  }
  // Does not wait on PostgreSQL: the statement travels with the next query, execute or the commit, and a failure surfaces there.
  template <typename... Args>
  void execute_later(std::string_view sql, const Args&... args) {
    const std::array<Value, sizeof...(Args)> values{Value(args)...};
    execute_later_with(sql, values);
  }
  // The same with a list made at run time.
  Rows query_with(std::string_view sql, std::span<const Value> values);
  int64_t execute_with(std::string_view sql, std::span<const Value> values);
  void execute_later_with(std::string_view sql, std::span<const Value> values);
  // Several statements without parameters, separated by semicolons: for migrations.
  void run_script(std::string_view script);

  // Run on the writer's thread when all statements are done and before the commit: the place to wait for what the rows promise, such as a
  // body on its way to disk. It may block and throw; a failure undoes the closure, on SQLite with all others of its group. REQUIRES: a
  // write.
  void before_commit(std::function<void()> hook) { hooks_.before.push_back(std::move(hook)); }
  // Run on the writer's thread once the commit is on disk and before the caller hears of it, in order; on SQLite in the order of the
  // closures. Must not throw and must not use the database.
  void on_commit(std::function<void()> hook) { hooks_.commit.push_back(std::move(hook)); }
  // Run instead, latest first, when this closure's work is undone: its own failure, or the commit of its whole group failing.
  void on_rollback(std::function<void()> hook) { hooks_.rollback.push_back(std::move(hook)); }

  // A place for what belongs to the transaction underneath: shared by all closures of one group on SQLite, by one closure on PostgreSQL.
  // Emptied when the transaction has been committed or rolled back as a whole (after the hooks); a closure's own rollback leaves it.
  std::shared_ptr<void>& attachment() { return attachment_; }

  virtual Driver driver() const = 0;

 protected:
  Transaction() = default;

  virtual std::unique_ptr<Cursor> start_query(std::string_view sql, std::span<const Value> values) = 0;
  virtual int64_t run(std::string_view sql, std::span<const Value> values) = 0;
  virtual void run_later(std::string_view sql, std::span<const Value> values) = 0;
  virtual void run_statements(std::string_view script) = 0;

  // A cursor reports what it throws, so that the closure is doomed.
  void doom(std::exception_ptr failure) {
    if (!failure_) failure_ = std::move(failure);
  }
  // For the driver, between closures.
  const std::exception_ptr& failure() const { return failure_; }
  Hooks take_hooks() { return std::exchange(hooks_, {}); }
  void run_before_commit() { hooks_.run_before(); }
  void begin_closure() { failure_ = nullptr; }

 private:
  template <typename Fn>
  auto guarded(Fn fn);

  Hooks hooks_;
  std::exception_ptr failure_;
  std::shared_ptr<void> attachment_;
};

}  // namespace sql
