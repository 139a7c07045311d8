#include "sql/migration.h"

#include <openssl/evp.h>

#include <array>
#include <chrono>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/text.h"

namespace sql {

namespace {

using base::ErrorKind;
using base::Failure;

struct Word {
  std::string_view name, sqlite, postgres;
};
constexpr Word kWords[] = {
    {"int", "INTEGER", "BIGINT"},         {"blob", "BLOB", "BYTEA"}, {"text", "TEXT", "TEXT"},
    {"real", "REAL", "DOUBLE PRECISION"}, {"strict", "STRICT", ""},  {"without_rowid", "WITHOUT ROWID, STRICT", ""},
};

std::string_view expand_word(std::string_view name, Driver driver) {
  for (const Word& word : kWords) {
    if (word.name == name) return driver == Driver::kSqlite ? word.sqlite : word.postgres;
  }
  throw Failure(ErrorKind::kInvalid, "unknown {" + std::string(name) + "} in a migration");
}

// Only a brace with a lower-case word is a marker: JSON and array literals pass.
std::string expand_line(std::string_view line, Driver driver) {
  std::string out;
  size_t at = 0;
  while (at < line.size()) {
    const size_t open = line.find('{', at);
    out += line.substr(at, open - at);
    if (open == std::string_view::npos) break;
    const size_t close = line.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", open + 1);
    if (close == std::string_view::npos || line[close] != '}' || close == open + 1) {
      out += '{';
      at = open + 1;
    } else {
      out += expand_word(line.substr(open + 1, close - open - 1), driver);
      at = close + 1;
    }
  }
  return out;
}

std::string checksum(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return base::hex_encode({reinterpret_cast<const char*>(digest.data()), size});
}

struct Applied {
  int64_t version;
  std::string name, checksum;
};

// One starter at a time: SQLite's write transaction is exclusive by itself.
void lock(Transaction& tx) {
  constexpr int64_t kMigrationLock = 0x706f737468736d31;  // any number nobody else uses as an advisory lock
  if (tx.driver() == Driver::kPostgres) tx.query("select 1 from pg_advisory_xact_lock(?)", kMigrationLock).next();
}

void make_table(Transaction& tx) {
  tx.run_script(
      expand("create table if not exists schema_migration (version {int} primary key, name {text} not null, applied_at {int} not null, "
             "checksum {text} not null) {strict}",
             tx.driver()));
}

std::vector<Applied> applied(Transaction& tx) {
  std::vector<Applied> out;
  for (const Row& row : tx.query("select version, name, checksum from schema_migration order by version")) {
    out.push_back({row.number(0), std::string(row.text(1)), std::string(row.text(2))});
  }
  return out;
}

const Migration* find(std::span<const Migration> migrations, int64_t version) {
  for (const Migration& migration : migrations) {
    if (migration.version == version) return &migration;
  }
  return nullptr;
}

void check(const std::vector<Applied>& done, std::span<const Migration> migrations) {
  for (const Applied& one : done) {
    const auto label = std::to_string(one.version) + " (" + one.name + ")";
    const Migration* known = find(migrations, one.version);
    if (!known) throw Failure(ErrorKind::kInvalid, "the database was made by a newer release: migration " + label + " is not known here");
    if (checksum(known->text) != one.checksum) {
      throw Failure(ErrorKind::kInvalid, "migration " + label + " has changed since it was applied to this database");
    }
  }
}

const Migration* first_missing(const std::vector<Applied>& done, std::span<const Migration> migrations) {
  for (const Migration& migration : migrations) {
    bool found = false;
    for (const Applied& one : done) found |= one.version == migration.version;
    if (!found) return &migration;
  }
  return nullptr;
}

void apply(Transaction& tx, const Migration& migration) {
  try {
    tx.run_script(expand(migration.text, tx.driver()));
  } catch (const Failure& failure) {
    const auto name = std::to_string(migration.version) + "_" + std::string(migration.name);
    throw Failure(failure.error().kind, "migration " + name + " failed", failure.what());
  }
  const int64_t now = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  tx.execute("insert into schema_migration (version, name, applied_at, checksum) values (?, ?, ?, ?)", migration.version, migration.name,
             now, checksum(migration.text));
}

// Nothing is written when nothing is missing, so that many processes open one database in parallel.
bool up_to_date(Database& database, std::span<const Migration> migrations) {
  return database.read([=](Transaction& tx) {
    const auto table = tx.driver() == Driver::kSqlite ? "select 1 from sqlite_master where name = 'schema_migration'"
                                                      : "select 1 where to_regclass('schema_migration') is not null";
    if (!tx.query(table).next()) return false;
    const auto done = applied(tx);
    check(done, migrations);
    return !first_missing(done, migrations);
  });
}

}  // namespace

std::string expand(std::string_view script, Driver driver) {
  const std::string_view other = driver == Driver::kSqlite ? "-- only postgres:" : "-- only sqlite:";
  std::string out;
  bool skip = false;
  for (std::string_view line : base::split(script, '\n')) {
    const auto bare = base::trim(line);
    if (bare.starts_with("-- only ") || bare == "-- both:") skip = bare == other;
    if (!skip) out += expand_line(line, driver);
    out += '\n';  // line numbers stay those of the file
  }
  return out;
}

int migrate(Database& database, std::span<const Migration> migrations) {
  if (up_to_date(database, migrations)) return 0;
  for (int count = 0;; ++count) {
    const Migration* ran = database.write([=](Transaction& tx) -> const Migration* {
      lock(tx);
      make_table(tx);
      const auto done = applied(tx);
      check(done, migrations);
      const Migration* next = first_missing(done, migrations);
      if (next) apply(tx, *next);
      return next;
    });
    if (!ran) return count;
    base::log_info("schema migrated", {{"version", ran->version}, {"name", ran->name}});
  }
}

}  // namespace sql
