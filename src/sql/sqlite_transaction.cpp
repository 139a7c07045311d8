#include "sql/sqlite_transaction.h"

namespace sql {

namespace {

void bind_values(sqlite3* db, const SqliteConnection::Lent& lent, std::span<const Value> values, sqlite3_destructor_type keep) {
  sqlite3_stmt* statement = lent.get();
  if (static_cast<size_t>(sqlite3_bind_parameter_count(statement)) != values.size()) {
    throw base::Failure(base::ErrorKind::kInvalid, "wrong number of parameters", std::string(lent.sql()));
  }
  int index = 0;
  for (const Value& value : values) {
    int code = SQLITE_OK;
    const auto bytes = value.bytes();
    const char* data = bytes.data() ? bytes.data() : "";  // an empty view is empty, not null
    switch (value.type()) {
      case Value::Type::kNull:
        code = sqlite3_bind_null(statement, ++index);
        break;
      case Value::Type::kNumber:
        code = sqlite3_bind_int64(statement, ++index, value.number());
        break;
      case Value::Type::kReal:
        code = sqlite3_bind_double(statement, ++index, value.real());
        break;
      case Value::Type::kText:
        code = sqlite3_bind_text64(statement, ++index, data, bytes.size(), keep, SQLITE_UTF8);
        break;
      case Value::Type::kBlob:
        code = sqlite3_bind_blob64(statement, ++index, data, bytes.size(), keep);
        break;
    }
    if (code != SQLITE_OK) throw_sqlite(db, code, lent.sql());
  }
}

class SqliteCursor final : public Cursor {
 public:
  // Takes the first step at once: an `insert ... returning` is done whether its rows are read or not.
  SqliteCursor(SqliteTransaction& tx, sqlite3* db, SqliteConnection::Lent lent)
      : tx_(tx), db_(db), lent_(std::move(lent)), at_(lent_.get()) {
    waiting_ = step();
  }

  bool next() override {
    if (std::exchange(first_, false)) return waiting_;
    return waiting_ && (waiting_ = step());
  }
  bool is_null(int column) const override { return sqlite3_column_type(at_, column) == SQLITE_NULL; }
  int64_t number(int column) const override { return sqlite3_column_int64(at_, column); }
  double real(int column) const override { return sqlite3_column_double(at_, column); }
  std::string_view text(int column) const override {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(at_, column));
    return {data ? data : "", static_cast<size_t>(sqlite3_column_bytes(at_, column))};
  }
  std::string_view blob(int column) const override {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(at_, column));
    return {data ? data : "", static_cast<size_t>(sqlite3_column_bytes(at_, column))};
  }

 private:
  bool step() {
    const int code = sqlite3_step(at_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) {
      sqlite3_reset(at_);
      return false;
    }
    try {
      throw_sqlite(db_, code, lent_.sql());
    } catch (...) {
      tx_.doom(std::current_exception());
      throw;
    }
  }

  SqliteTransaction& tx_;
  sqlite3* db_;
  SqliteConnection::Lent lent_;
  sqlite3_stmt* at_;
  bool first_ = true;
  bool waiting_ = false;  // a row is in hand
};

}  // namespace

// A full disk makes SQLite roll the whole transaction back by itself; what came next would be committed one by one.
void SqliteTransaction::check_alive() const {
  if (!connection_.in_transaction())
    throw base::Failure(base::ErrorKind::kUnavailable, "the database is not available", "transaction lost");
}

std::unique_ptr<Cursor> SqliteTransaction::start_query(std::string_view sql, std::span<const Value> values) {
  check_alive();
  auto lent = connection_.statement(sql);
  bind_values(connection_.handle(), lent, values, SQLITE_TRANSIENT);  // rows are read after the caller's temporaries have gone
  return std::make_unique<SqliteCursor>(*this, connection_.handle(), std::move(lent));
}

int64_t SqliteTransaction::run(std::string_view sql, std::span<const Value> values) {
  check_alive();
  const auto lent = connection_.statement(sql);
  bind_values(connection_.handle(), lent, values, SQLITE_STATIC);
  const int64_t before = sqlite3_total_changes64(connection_.handle());
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(lent.get());
  if (code != SQLITE_DONE) throw_sqlite(connection_.handle(), code, sql);
  // sqlite3_changes64 keeps the count of the statement before when this one is no change; foreign key actions are not counted in it.
  return sqlite3_total_changes64(connection_.handle()) == before ? 0 : sqlite3_changes64(connection_.handle());
}

void SqliteTransaction::run_statements(std::string_view script) {
  check_alive();
  connection_.script(script);
}

}  // namespace sql
