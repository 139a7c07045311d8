#pragma once
// One SQLite connection: opened with our settings, errors as base::Failure, prepared statements kept. Used by one thread at a time.

#include <sqlite3.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sql/settings.h"
#include "sql/transaction.h"

namespace sql {

// What SQLite says, as what a caller decides about. Throws always.
[[noreturn]] void throw_sqlite(sqlite3* db, int code, std::string_view sql);

class SqliteConnection {
  struct Finalize {
    void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
  };
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Cache = std::unordered_map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>, TextHash, std::equal_to<>>;

 public:
  enum class Mode { kReader, kWriter };

  SqliteConnection(const std::string& path, const Settings& settings, Mode mode);

  sqlite3* handle() const { return db_.get(); }
  bool in_transaction() const { return sqlite3_get_autocommit(db_.get()) == 0; }

  // A prepared statement on loan, reset and handed back on destruction. While it is lent, the same SQL is prepared a second time.
  class Lent {
   public:
    Lent(SqliteConnection& owner, Cache::node_type node) : owner_(&owner), node_(std::move(node)) {}
    Lent(Lent&&) = default;
    ~Lent() {
      if (!node_.empty()) owner_->give_back(std::move(node_));
    }
    sqlite3_stmt* get() const { return node_.mapped().get(); }
    std::string_view sql() const { return node_.key(); }

   private:
    SqliteConnection* owner_;
    Cache::node_type node_;
  };
  Lent statement(std::string_view sql);

  // Without parameters and rows: "begin immediate". Throws.
  void command(std::string_view sql);
  // Several statements, none kept.
  void script(std::string_view text);

 private:
  void give_back(Cache::node_type node);
  sqlite3_stmt* prepare(std::string_view sql);

  const size_t cache_limit_;
  const std::chrono::milliseconds busy_timeout_;
  std::unique_ptr<sqlite3, Close> db_;
  Cache cache_;  // after db_: statements go first
};

}  // namespace sql
