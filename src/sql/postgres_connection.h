#pragma once
// One PostgreSQL connection in libpq's pipeline mode: statements are sent without waiting, and what was sent is collected, in order, when
// an answer is needed. Used by one thread at a time.
//
//   send(begin) send(insert) send(update)  run(select)     one round trip: everything up to the select's answer
//   send(insert) run(commit)               one more
//
// After a statement fails the server skips the rest up to the next sync, the commit included.

#include <libpq-fe.h>

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sql/settings.h"
#include "sql/transaction.h"

namespace sql {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

// A deadlock, a serialization failure or a lost connection: the closure may be run again, if its commit was not under way.
class Repeatable : public base::Failure {
 public:
  using Failure::Failure;
};

class PostgresConnection {
 public:
  PostgresConnection(const std::string& url, const Settings& settings);  // throws kUnavailable

  bool usable() const { return PQstatus(connection_.get()) == CONNECTION_OK && !lost_; }

  // Queues a statement. Its failure surfaces in the next finish() or start().
  void send(std::string_view sql, std::span<const Value> values);
  // Queues the end of a transaction and sends everything on, without waiting for an answer.
  void send_and_flush(std::string_view sql);
  // Sends what is queued and waits for all of it: the rows changed by the last statement. Throws the first failure.
  int64_t finish();
  // Queues a query, collects what was sent before it and leaves its rows to next_result(). Throws the first failure before it.
  void start(std::string_view sql, std::span<const Value> values);
  // A result of the query started, with one row or none; null at its end. Throws its failure.
  Result next_result();
  // Several statements in the simple protocol. Throws.
  void script(const std::string& text);

 private:
  enum class Kind { kPrepare, kStatement, kSync };
  struct Expected {
    Kind kind;
    std::string key;  // of statements_, for kPrepare
  };
  struct Finish {
    void operator()(PGconn* c) const { PQfinish(c); }
  };

  const std::string& prepared(std::string_view sql, std::span<const Value> values);
  void require(int sent);
  void sync();
  void collect(size_t leave);
  void collect_one(const Expected& expected);
  void note(const PGresult* result);
  void throw_first_failure();
  [[noreturn]] void lose();

  std::unique_ptr<PGconn, Finish> connection_;
  const size_t cache_limit_;
  std::unordered_map<std::string, std::string> statements_;  // types and SQL: name
  uint64_t names_ = 0;
  std::deque<Expected> expected_;
  std::exception_ptr failure_;  // the first of what is being collected
  int64_t changed_ = 0;         // rows, of the statement collected last
  bool lost_ = false;
};

}  // namespace sql
