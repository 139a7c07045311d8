#pragma once
// Transaction over one SQLite connection. Begin, savepoint and commit are its owner's: sqlite.cpp.

#include "sql/sqlite_connection.h"
#include "sql/transaction.h"

namespace sql {

class SqliteTransaction final : public Transaction {
 public:
  explicit SqliteTransaction(SqliteConnection& connection) : connection_(connection) {}

  Driver driver() const override { return Driver::kSqlite; }

  using Transaction::begin_closure;
  using Transaction::doom;
  using Transaction::failure;
  using Transaction::take_hooks;

 private:
  std::unique_ptr<Cursor> start_query(std::string_view sql, std::span<const Value> values) override;
  int64_t run(std::string_view sql, std::span<const Value> values) override;
  void run_later(std::string_view sql, std::span<const Value> values) override { run(sql, values); }
  void run_statements(std::string_view script) override;
  void check_alive() const;

  SqliteConnection& connection_;
};

}  // namespace sql
