#pragma once
// Transaction over one PostgreSQL connection. Begin and commit are its owner's: postgres.cpp.

#include "sql/postgres_connection.h"
#include "sql/transaction.h"

namespace sql {

class PostgresCursor;

class PostgresTransaction final : public Transaction {
 public:
  explicit PostgresTransaction(PostgresConnection& connection) : connection_(connection) {}

  Driver driver() const override { return Driver::kPostgres; }
  // Rows not read yet move into memory: the connection is needed for something else.
  void release_cursor();

  using Transaction::doom;
  using Transaction::failure;
  using Transaction::run_before_commit;
  using Transaction::take_hooks;

 private:
  friend class PostgresCursor;
  std::unique_ptr<Cursor> start_query(std::string_view sql, std::span<const Value> values) override;
  int64_t run(std::string_view sql, std::span<const Value> values) override;
  void run_later(std::string_view sql, std::span<const Value> values) override;
  void run_statements(std::string_view script) override;

  PostgresConnection& connection_;
  PostgresCursor* streaming_ = nullptr;  // the one whose rows are still arriving
};

}  // namespace sql
