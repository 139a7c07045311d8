#pragma once
// Fresh databases for tests, on both drivers:
//
//   class XTest : public testing::TestWithParam<sql::testing::Kind> {
//     std::unique_ptr<sql::Database> database = sql::testing::make(GetParam());
//   };
//   INSTANTIATE_TEST_SUITE_P(AllDrivers, XTest, testing::ValuesIn(sql::testing::drivers()), sql::testing::name);
//
// SQLite: a file in a temporary folder that goes when the process ends. PostgreSQL: a schema of its own on the server that
// POSTHOUSE_TEST_POSTGRES names (an address), or on a private server, started once for the process: it listens on a socket in that folder
// alone, runs as an unprivileged user when we are root, and dies with us. POSTHOUSE_TEST_DRIVERS=sqlite leaves PostgreSQL out.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sql/migration.h"
#include "sql/open.h"

namespace sql::testing {

using Kind = Driver;

std::vector<Kind> drivers();
// The address of an empty database. Every call makes another.
std::string fresh_url(Kind kind);
std::unique_ptr<Database> make(Kind kind, const Settings& settings = {}, std::span<const Migration> migrations = built_in_migrations());

// Names a parameterised test by its driver.
inline constexpr auto name = [](const auto& info) -> std::string { return info.param == Kind::kSqlite ? "sqlite" : "postgres"; };

}  // namespace sql::testing
