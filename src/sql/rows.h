#pragma once
// The rows of a query, one at a time: nothing is kept but the row in hand.
//
//   for (const sql::Row& row : tx.query("select uid, flags from message where mailbox_id = ?", id)) use(row.number(0), row.blob(1));
//
//   auto rows = tx.query("select name from mailbox where mailbox_id = ?", id);
//   if (!rows.next()) return std::nullopt;
//   return std::string(rows.text(0));

#include <cstdint>
#include <iterator>
#include <memory>
#include <string_view>

namespace sql {

// The row in hand. Columns count from 0; views live until the next step. A null reads as 0 or empty.
class Row {
 public:
  virtual ~Row() = default;
  virtual bool is_null(int column) const = 0;
  virtual int64_t number(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual std::string_view blob(int column) const = 0;
};

// A driver's statement under way. next() goes to the first or the following row; false after the last. Throws like Transaction::query.
class Cursor : public Row {
 public:
  virtual bool next() = 0;
};

// Movable, not to outlive the closure that made it. Other statements may run while rows are being read.
class Rows {
 public:
  explicit Rows(std::unique_ptr<Cursor> cursor) : cursor_(std::move(cursor)) {}

  bool next() { return cursor_->next(); }
  const Row& row() const { return *cursor_; }
  bool is_null(int column) const { return cursor_->is_null(column); }
  int64_t number(int column) const { return cursor_->number(column); }
  double real(int column) const { return cursor_->real(column); }
  std::string_view text(int column) const { return cursor_->text(column); }
  std::string_view blob(int column) const { return cursor_->blob(column); }

  class Iterator {
   public:
    explicit Iterator(Cursor* cursor) : cursor_(cursor) { ++*this; }
    const Row& operator*() const { return *cursor_; }
    const Row* operator->() const { return cursor_; }
    Iterator& operator++() {
      if (!cursor_->next()) cursor_ = nullptr;
      return *this;
    }
    bool operator==(std::default_sentinel_t) const { return cursor_ == nullptr; }

   private:
    Cursor* cursor_;
  };
  Iterator begin() { return Iterator(cursor_.get()); }
  std::default_sentinel_t end() const { return {}; }

 private:
  std::unique_ptr<Cursor> cursor_;
};

}  // namespace sql
