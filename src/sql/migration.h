#pragma once
// The schema, as numbered forward-only scripts: migrations/NNNN_name.sql, compiled into the binary, each run once in a transaction of its
// own and noted in schema_migration(version, name, applied_at, checksum). One script serves both drivers:
//
//   {int} {blob} {text} {real}   column types                          INTEGER BLOB TEXT REAL | BIGINT BYTEA TEXT DOUBLE PRECISION
//   {strict}                     after the closing bracket             STRICT | nothing
//   {without_rowid}              the same, table is its primary key    WITHOUT ROWID, STRICT | nothing
//   -- only sqlite:  -- only postgres:  -- both:                       a line each: what follows is for that driver, until the next such
//   line
//
// Text in PostgreSQL sorts by the database's collation: make the database with C collation, or write `collate "C"` under `only postgres`.

#include <span>
#include <string>
#include <string_view>

#include "sql/database.h"

namespace sql {

struct Migration {
  int version;            // 1..9999, ascending in a list
  std::string_view name;  // "core" of 0001_core.sql
  std::string_view text;
};

std::span<const Migration> built_in_migrations();

// Runs what is missing; safe when several processes start at once. Returns how many were run. Throws base::Failure kInvalid when the
// database has a migration this binary does not know (it was made by a newer release), or one whose text has changed since, or a script is
// wrong.
int migrate(Database& database, std::span<const Migration> migrations);

// The script as the driver wants it. Throws kInvalid on an unknown {word}.
std::string expand(std::string_view script, Driver driver);

}  // namespace sql
