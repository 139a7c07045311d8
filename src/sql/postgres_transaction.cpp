#include "sql/postgres_transaction.h"

#include <deque>

#include "sql/postgres_values.h"

namespace sql {

// Rows as they arrive, one result each; those that had to make way wait in `kept_`.
class PostgresCursor final : public Cursor {
 public:
  PostgresCursor(PostgresTransaction& tx, PostgresConnection& connection) : tx_(tx), connection_(connection) {
    kept_.push_back(receive());  // a failure surfaces in query()
    if (!ended_) tx_.streaming_ = this;
  }
  ~PostgresCursor() override {
    try {
      while (!ended_) receive();
    } catch (const base::Failure&) {  // dooms the closure, which is told by its next statement or its end
    }
    forget();
  }

  bool next() override {
    if (kept_.empty() && !ended_) kept_.push_back(receive());
    if (kept_.empty()) return false;
    row_ = std::move(kept_.front());
    kept_.pop_front();
    return row_ != nullptr;
  }
  void keep_rest() {
    while (!ended_) kept_.push_back(receive());
  }

  bool is_null(int column) const override { return PQgetisnull(row_.get(), 0, column) != 0; }
  int64_t number(int column) const override { return decode_number(PQftype(row_.get(), column), text(column)); }
  double real(int column) const override { return decode_real(PQftype(row_.get(), column), text(column)); }
  std::string_view text(int column) const override {
    return {PQgetvalue(row_.get(), 0, column), static_cast<size_t>(PQgetlength(row_.get(), 0, column))};
  }
  std::string_view blob(int column) const override { return text(column); }

 private:
  Result receive() {
    try {
      auto result = connection_.next_result();
      if (!result) forget();
      return result;
    } catch (...) {
      forget();
      tx_.doom(std::current_exception());
      throw;
    }
  }
  void forget() {
    ended_ = true;
    if (tx_.streaming_ == this) tx_.streaming_ = nullptr;
  }

  PostgresTransaction& tx_;
  PostgresConnection& connection_;
  std::deque<Result> kept_;
  Result row_;
  bool ended_ = false;
};

void PostgresTransaction::release_cursor() {
  if (streaming_) streaming_->keep_rest();
}

std::unique_ptr<Cursor> PostgresTransaction::start_query(std::string_view sql, std::span<const Value> values) {
  release_cursor();
  connection_.start(sql, values);
  return std::make_unique<PostgresCursor>(*this, connection_);
}

int64_t PostgresTransaction::run(std::string_view sql, std::span<const Value> values) {
  release_cursor();
  connection_.send(sql, values);
  return connection_.finish();
}

void PostgresTransaction::run_later(std::string_view sql, std::span<const Value> values) {
  release_cursor();
  connection_.send(sql, values);
}

void PostgresTransaction::run_statements(std::string_view script) {
  release_cursor();
  connection_.script(std::string(script));
}

}  // namespace sql
