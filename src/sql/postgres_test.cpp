// What the PostgreSQL driver promises beyond database_test.cpp: lost connections, deadlocks, its value formats.
#include "sql/postgres.h"

#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "sql/postgres_values.h"
#include "sql/testing.h"

namespace sql {
namespace {

using base::ErrorKind;
using base::Failure;

TEST(PostgresValuesTest, NumbersPlaceholders) {
  EXPECT_EQ(number_placeholders("select ?, '?', \"?\" -- ?\n, ? /* ? */ where x = ?"),
            "select $1, '?', \"?\" -- ?\n, $2 /* ? */ where x = $3");
  EXPECT_EQ(number_placeholders("select 'it''s ?', ?"), "select 'it''s ?', $1");
  EXPECT_EQ(number_placeholders("select 'not closed ?"), "select 'not closed ?");
  EXPECT_EQ(number_placeholders(""), "");
}

class PostgresTest : public ::testing::Test {
 protected:
  static constexpr Migration kSchema[] = {{1, "item", "create table item (id {int} not null primary key, weight {int}) {strict};"}};

  void SetUp() override {
    if (sql::testing::drivers().size() < 2) GTEST_SKIP() << "POSTHOUSE_TEST_DRIVERS leaves PostgreSQL out";
    url = sql::testing::fresh_url(Driver::kPostgres);
    db = open(url, {}, kSchema);
  }
  static int64_t backend(Transaction& tx) {
    auto rows = tx.query("select pg_backend_pid()");
    rows.next();
    return rows.number(0);
  }
  void kill_backend(int64_t pid) {
    auto other = open(url, {}, kSchema);
    other->read([=](Transaction& tx) { tx.query("select pg_terminate_backend(?::int)", pid).next(); });
    while (other->read([=](Transaction& tx) { return tx.query("select 1 from pg_stat_activity where pid = ?", pid).next(); })) {
    }
  }
  int64_t count() {
    return db->read([](Transaction& tx) {
      auto rows = tx.query("select count(*) from item");
      rows.next();
      return rows.number(0);
    });
  }

  std::string url;
  std::unique_ptr<Database> db;
};

TEST_F(PostgresTest, DecodesNumbers) {
  db->read([](Transaction& tx) {
    auto rows = tx.query(
        "select 12::int2, -3::int4, true, 1.5::float4, -12345678901234567::numeric, 20000.25::numeric, 0::numeric, 10000::numeric");
    ASSERT_TRUE(rows.next());
    const int64_t wanted[] = {12, -3, 1, 1, -12345678901234567, 20000, 0, 10000};
    for (int i = 0; i < 8; ++i) EXPECT_EQ(rows.number(i), wanted[i]) << i;
    EXPECT_EQ(rows.real(3), 1.5);
    EXPECT_EQ(rows.real(5), 20000.25);
    EXPECT_EQ(rows.real(1), -3.0);
  });
}

TEST_F(PostgresTest, AnIdleConnectionThatWasCutIsMadeAnew) {
  for (int i = 0; i < 8; ++i) {
    const auto pid = db->read([](Transaction& tx) { return backend(tx); });
    kill_backend(pid);
    db->write([=](Transaction& tx) { tx.execute("insert into item values (?, 0)", i); });
  }
  EXPECT_EQ(count(), 8);
}

TEST_F(PostgresTest, AClosureCutInTheMiddleIsRepeated) {
  int runs = 0, undone = 0;
  db->write([&](Transaction& tx) {
    tx.on_rollback([&] { ++undone; });
    tx.execute("insert into item values (1, 0)");
    const auto pid = backend(tx);
    if (++runs == 1) kill_backend(pid);
    tx.execute("insert into item values (2, 0)");
  });
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(undone, 1);
  EXPECT_EQ(count(), 2);
}

TEST_F(PostgresTest, ADeadlockIsRepeated) {
  db->write([](Transaction& tx) { tx.execute("insert into item values (1, 0), (2, 0)"); });
  std::latch both(2);
  const auto crossed = [&](int64_t first, int64_t second) {
    return [&both, first, second, met = false](Transaction& tx) mutable {
      tx.execute("update item set weight = weight + 1 where id = ?", first);
      if (!std::exchange(met, true)) both.arrive_and_wait();
      tx.execute("update item set weight = weight + 1 where id = ?", second);
    };
  };
  auto one = db->start_write(crossed(1, 2)), two = db->start_write(crossed(2, 1));
  one.get();
  two.get();
  db->read([](Transaction& tx) {
    for (const Row& row : tx.query("select weight from item")) EXPECT_EQ(row.number(0), 2);
  });
}

TEST_F(PostgresTest, AFailureAtTheCommitIsTold) {
  db->write([](Transaction& tx) {
    tx.run_script(
        "create table child (item bigint references item (id) deferrable initially deferred); create index child_item on child (item)");
  });
  bool undone = false;
  EXPECT_THROW(db->write([&](Transaction& tx) {
    tx.on_rollback([&] { undone = true; });
    tx.execute("insert into child values (99)");
  }),
               ConstraintError);
  EXPECT_TRUE(undone);
}

TEST_F(PostgresTest, AnAbandonedQueryDoesNotDisturb) {
  db->read([](Transaction& tx) {
    auto rows = tx.query("select n from generate_series(1, 100000) n");
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.number(0), 1);
  });
  EXPECT_THROW(db->read([](Transaction& tx) {
    for (const Row& row : tx.query("select 10 / (n - 500) from generate_series(1, 1000) n")) EXPECT_LE(row.number(0), 10);
  }),
               Failure)
      << "a failure in the middle of the rows";
  EXPECT_EQ(count(), 0);
}

TEST_F(PostgresTest, NoServerIsUnavailable) {
  try {
    open("postgres:///none?host=/nonexistent", {}, {});
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.error().kind, ErrorKind::kUnavailable);
  }
}

}  // namespace
}  // namespace sql
