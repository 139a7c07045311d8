#include "sql/migration.h"

#include <gtest/gtest.h>

#include <thread>

#include "sql/testing.h"

namespace sql {
namespace {

using base::Failure;

TEST(ExpandTest, OneScriptServesBothDrivers) {
  constexpr std::string_view kScript = R"(create table t (a {int}, b {blob}, c {text} default '{}', d {real}) {strict};
-- only sqlite:
create x;
-- only postgres:
create y;
-- both:
create table u (j json default '{"a": {1}}', primary key (j)) {without_rowid};)";
  EXPECT_EQ(expand(kScript, Driver::kSqlite), R"(create table t (a INTEGER, b BLOB, c TEXT default '{}', d REAL) STRICT;
-- only sqlite:
create x;


-- both:
create table u (j json default '{"a": {1}}', primary key (j)) WITHOUT ROWID, STRICT;
)");
  EXPECT_EQ(expand(kScript, Driver::kPostgres), R"(create table t (a BIGINT, b BYTEA, c TEXT default '{}', d DOUBLE PRECISION) ;


-- only postgres:
create y;
-- both:
create table u (j json default '{"a": {1}}', primary key (j)) ;
)");
  EXPECT_THROW(expand("create table t (a {integer})", Driver::kSqlite), Failure);
}

class MigrationTest : public ::testing::TestWithParam<sql::testing::Kind> {
 protected:
  static constexpr Migration kOne[] = {{1, "core", "create table core (id {int} not null primary key) {strict};"}};
  static constexpr Migration kThree[] = {
      kOne[0],
      {10, "more", "create table more (id {int} not null primary key) {strict}; insert into core values (7);"},
      {20, "last", "alter table more add column name {text};"}};

  static std::string failure_of(const std::string& url, std::span<const Migration> migrations) {
    try {
      open(url, {}, migrations);
      return "";
    } catch (const Failure& failure) {
      return failure.what();
    }
  }

  const std::string url = sql::testing::fresh_url(GetParam());
};
INSTANTIATE_TEST_SUITE_P(AllDrivers, MigrationTest, ::testing::ValuesIn(sql::testing::drivers()), sql::testing::name);

TEST_P(MigrationTest, RunsWhatIsMissing) {
  open(url, {}, kOne);
  auto db = open(url, {}, kThree);
  db->read([](Transaction& tx) {
    EXPECT_TRUE(tx.query("select id from core where id = 7").next());
    EXPECT_FALSE(tx.query("select name from more").next());
    std::vector<int64_t> versions;
    for (const Row& row : tx.query("select version, applied_at from schema_migration order by version")) {
      versions.push_back(row.number(0));
      EXPECT_GT(row.number(1), 1'700'000'000'000'000);
    }
    EXPECT_EQ(versions, (std::vector<int64_t>{1, 10, 20}));
  });
  EXPECT_EQ(migrate(*db, kThree), 0);
}

TEST_P(MigrationTest, ANewerDatabaseIsRefused) {
  open(url, {}, kThree);
  EXPECT_NE(failure_of(url, kOne).find("newer release"), std::string::npos);
}

TEST_P(MigrationTest, AChangedMigrationIsRefused) {
  open(url, {}, kOne);
  const Migration changed[] = {{1, "core", "create table core (id {int} not null primary key, name {text}) {strict};"}};
  EXPECT_NE(failure_of(url, changed).find("has changed"), std::string::npos);
}

TEST_P(MigrationTest, AFailingMigrationLeavesNothingOfItself) {
  const Migration broken[] = {kOne[0], {2, "broken", "create table half (id {int}) {strict}; insert into nowhere values (1);"}};
  EXPECT_NE(failure_of(url, broken).find("2_broken"), std::string::npos);
  auto db = open(url, {}, kOne);
  const Migration fixed[] = {kOne[0], {2, "broken", "create table half (id {int}) {strict};"}};
  EXPECT_EQ(migrate(*db, fixed), 1) << "the first stayed, the second starts over";
}

TEST_P(MigrationTest, SeveralStartersDoNotCollide) {
  std::vector<std::thread> starters;
  for (int i = 0; i < 4; ++i) starters.emplace_back([&] { EXPECT_EQ(failure_of(url, kThree), ""); });
  for (auto& starter : starters) starter.join();
}

TEST_P(MigrationTest, TheSchemaOfThisReleaseOpens) {
  int last = 0;
  for (const Migration& migration : built_in_migrations()) {
    EXPECT_GT(migration.version, last) << migration.name;
    last = migration.version;
  }
  EXPECT_EQ(failure_of(url, built_in_migrations()), "");
}

}  // namespace
}  // namespace sql
