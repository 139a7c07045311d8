#include "sql/sqlite_connection.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

namespace sql {

namespace {

using base::ErrorKind;

ErrorKind kind_of(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_INTERRUPT:
    case SQLITE_ABORT:
    case SQLITE_PROTOCOL:
      return ErrorKind::kUnavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorKind::kCorrupt;
    default:
      return ErrorKind::kInvalid;
  }
}

// SQLite's own handler sleeps up to 100 ms a time: another process that writes without pause would hardly ever be caught between two
// commits.
int wait_for_lock(void* timeout, int tries) {
  if (std::chrono::milliseconds(tries) >= *static_cast<const std::chrono::milliseconds*>(timeout)) return 0;
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return 1;
}

}  // namespace

void throw_sqlite(sqlite3* db, int code, std::string_view sql) {
  const auto cause = fmt::format("SQLite {} ({}): {} in: {}", code, sqlite3_errstr(code), db ? sqlite3_errmsg(db) : "", sql.substr(0, 400));
  if ((code & 0xff) == SQLITE_CONSTRAINT) {
    const bool taken = code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID;
    throw ConstraintError(taken ? ErrorKind::kExists : ErrorKind::kInvalid, taken ? "it exists already" : "the data break a rule", cause);
  }
  const ErrorKind kind = kind_of(code);
  if (kind == ErrorKind::kInvalid) throw base::Failure(kind, "the database did not understand", cause);
  throw base::Failure(kind, kind == ErrorKind::kCorrupt ? "the database is damaged" : "the database is not available", cause);
}

SqliteConnection::SqliteConnection(const std::string& path, const Settings& settings, Mode mode)
    : cache_limit_(settings.statement_cache), busy_timeout_(settings.busy_timeout) {
  sqlite3* db = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  db_.reset(db);
  if (code != SQLITE_OK) throw_sqlite(db, code, path);
  sqlite3_busy_handler(db, wait_for_lock, const_cast<std::chrono::milliseconds*>(&busy_timeout_));
  // Not memory-mapped: a failing disk is an error and not a signal, and what was read stays within cache_size.
  script(
      fmt::format("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory; "
                  "pragma cache_size = -{}; pragma mmap_size = 0; pragma wal_autocheckpoint = 0; pragma journal_size_limit = {};",
                  settings.cache_bytes / 1024, settings.wal_limit_bytes));
  if (mode == Mode::kReader) script("pragma query_only = on");
  if (settings.pages_limit > 0) script(fmt::format("pragma max_page_count = {}", settings.pages_limit));
}

sqlite3_stmt* SqliteConnection::prepare(std::string_view sql) {
  sqlite3_stmt* made = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &made, &tail);
  if (code != SQLITE_OK) throw_sqlite(db_.get(), code, sql);
  if (!made) throw base::Failure(ErrorKind::kInvalid, "an empty statement", std::string(sql));
  return made;
}

SqliteConnection::Lent SqliteConnection::statement(std::string_view sql) {
  if (auto found = cache_.find(sql); found != cache_.end()) return Lent(*this, cache_.extract(found));
  Cache one;
  one.emplace(std::string(sql), prepare(sql));
  return Lent(*this, one.extract(one.begin()));
}

void SqliteConnection::give_back(Cache::node_type node) {
  sqlite3_reset(node.mapped().get());
  sqlite3_clear_bindings(node.mapped().get());
  if (cache_.size() >= cache_limit_ && !cache_.empty()) cache_.erase(cache_.begin());
  cache_.insert(std::move(node));
}

void SqliteConnection::command(std::string_view sql) {
  const Lent lent = statement(sql);
  const int code = sqlite3_step(lent.get());
  if (code != SQLITE_DONE && code != SQLITE_ROW) throw_sqlite(db_.get(), code, sql);
}

void SqliteConnection::script(std::string_view text) {
  const int code = sqlite3_exec(db_.get(), std::string(text).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw_sqlite(db_.get(), code, text);
}

}  // namespace sql
