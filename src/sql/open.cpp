#include "sql/open.h"

#include "sql/postgres.h"
#include "sql/sqlite.h"

namespace sql {

namespace {

std::unique_ptr<Database> connect(const std::string& url, const Settings& settings) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (url.starts_with(kSqlite)) return open_sqlite(url.substr(kSqlite.size()), settings);
  if (url.starts_with("postgres://") || url.starts_with("postgresql://")) return open_postgres(url, settings);
  throw base::Failure(base::ErrorKind::kInvalid, "a database address starts with sqlite: or postgres://");
}

}  // namespace

std::unique_ptr<Database> open(const std::string& url, const Settings& settings, std::span<const Migration> migrations) {
  auto database = connect(url, settings);
  migrate(*database, migrations);
  return database;
}

}  // namespace sql
