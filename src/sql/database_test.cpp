// What both drivers promise.
#include "sql/database.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <latch>
#include <map>
#include <thread>

#include "sql/testing.h"

namespace sql {
namespace {

using base::ErrorKind;
using base::Failure;

constexpr Migration kSchema[] = {{1, "item",
                                  "create table item (id {int} not null primary key, name {text} unique, body {blob}, weight {real}, rank "
                                  "{int} not null default 0) {strict};"}};

class DatabaseTest : public ::testing::TestWithParam<sql::testing::Kind> {
 protected:
  static int64_t count(Transaction& tx) {
    auto rows = tx.query("select count(*) from item");
    rows.next();
    return rows.number(0);
  }
  int64_t count() {
    return db->read([](Transaction& tx) { return count(tx); });
  }
  static void insert(Transaction& tx, int64_t id) { tx.execute("insert into item (id) values (?)", id); }

  std::unique_ptr<Database> db = sql::testing::make(GetParam(), {}, kSchema);
};
INSTANTIATE_TEST_SUITE_P(AllDrivers, DatabaseTest, ::testing::ValuesIn(sql::testing::drivers()), sql::testing::name);

TEST_P(DatabaseTest, KeepsEveryType) {
  const std::string bytes("\0\xff?'x", 5);
  db->write([&](Transaction& tx) {
    EXPECT_EQ(tx.execute("insert into item (id, name, body, weight) values (?, ?, ?, ?)", INT64_MIN, "驿站 '?'", Blob{bytes}, -0.125), 1);
    EXPECT_EQ(tx.execute("insert into item (id, name, body, weight) values (?, ?, ?, ?)", INT64_MAX, std::string_view(), Blob{},
                         std::optional<double>()),
              1);
    EXPECT_EQ(tx.execute("insert into item (id, name, body, weight) values (?, ?, ?, ?)", true, std::nullopt, nullptr, 1e300), 1);
  });
  db->read([&](Transaction& tx) {
    auto rows = tx.query("select id, name, body, weight, '?' from item order by id -- a ? in a comment");
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.number(0), INT64_MIN);
    EXPECT_EQ(rows.text(1), "驿站 '?'");
    EXPECT_EQ(rows.blob(2), bytes);
    EXPECT_EQ(rows.real(3), -0.125);
    EXPECT_EQ(rows.text(4), "?");
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.number(0), 1);
    EXPECT_TRUE(rows.is_null(1));
    EXPECT_TRUE(rows.is_null(2));
    EXPECT_EQ(rows.text(1), "");
    EXPECT_EQ(rows.real(3), 1e300);
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.number(0), INT64_MAX);
    EXPECT_FALSE(rows.is_null(1)) << "an empty text is not null";
    EXPECT_FALSE(rows.is_null(2)) << "empty bytes are not null";
    EXPECT_TRUE(rows.is_null(3));
    EXPECT_FALSE(rows.next());
    EXPECT_FALSE(rows.next());
  });
}

TEST_P(DatabaseTest, CountsWhatChanged) {
  db->write([&](Transaction& tx) {
    for (int i = 1; i <= 5; ++i) insert(tx, i);
    EXPECT_EQ(tx.execute("update item set name = null where id > ?", 2), 3);
    EXPECT_EQ(tx.execute("update item set name = null where id > ?", 100), 0);
    EXPECT_EQ(tx.execute("insert into item (id) values (?) on conflict do nothing", 5), 0);
    auto sum = tx.query("select sum(id), avg(id) from item");
    ASSERT_TRUE(sum.next());
    EXPECT_EQ(sum.number(0), 15);
    EXPECT_EQ(sum.real(1), 3.0);
    auto returned = tx.query("update item set weight = id where id = ? returning weight", 4);
    ASSERT_TRUE(returned.next());
    EXPECT_EQ(returned.real(0), 4.0);
    tx.query("insert into item (id) values (?) returning id", 6);
    EXPECT_EQ(tx.execute("delete from item"), 6) << "the insert took place although nobody read its rows";
  });
}

TEST_P(DatabaseTest, StatementsRunWhileRowsAreRead) {
  db->write([&](Transaction& tx) {
    for (int i = 1; i <= 300; ++i) insert(tx, i);
    int seen = 0;
    for (const Row& row : tx.query("select id from item where id <= ? order by id", 300)) {
      EXPECT_EQ(row.number(0), ++seen);
      tx.execute("update item set weight = ? where id = ?", row.number(0), row.number(0));
      auto again = tx.query("select id from item where id <= ? order by id", seen);  // the same kind of statement inside itself
      ASSERT_TRUE(again.next());
    }
    EXPECT_EQ(seen, 300);
    EXPECT_EQ(tx.execute("delete from item where weight = id"), 300);
  });
}

TEST_P(DatabaseTest, WhatTheClosureThrowsArrivesAndUndoesItsWork) {
  struct Own {};
  EXPECT_THROW(db->write([&](Transaction& tx) {
    insert(tx, 1);
    throw Own();
  }),
               Own);
  EXPECT_THROW(db->read([](Transaction&) -> int { throw Own(); }), Own);
  EXPECT_EQ(count(), 0);
  EXPECT_EQ(db->write([&](Transaction& tx) { return insert(tx, 1), std::make_unique<int>(7); }).operator*(), 7)
      << "results may be move-only";
  EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseTest, ConstraintsAreRecognised) {
  const auto kind_of = [&](auto fn) {
    try {
      db->write(fn);
    } catch (const ConstraintError& error) {
      return error.error().kind;
    }
    return ErrorKind::kCorrupt;
  };
  EXPECT_EQ(kind_of([](Transaction& tx) { insert(tx, 1), insert(tx, 1); }), ErrorKind::kExists);
  EXPECT_EQ(kind_of([](Transaction& tx) { tx.execute("insert into item (id, rank) values (1, ?)", nullptr); }), ErrorKind::kInvalid);
  EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseTest, AFailedStatementDoomsItsClosure) {
  try {
    db->write([](Transaction& tx) {
      insert(tx, 1);
      EXPECT_THROW(insert(tx, 1), ConstraintError);
      EXPECT_THROW(insert(tx, 2), ConstraintError) << "the same failure again";
    });
    FAIL() << "swallowing it does not help";
  } catch (const ConstraintError& error) {
    EXPECT_EQ(error.error().kind, ErrorKind::kExists);
  }
  EXPECT_EQ(count(), 0);
  EXPECT_THROW(db->read([](Transaction& tx) { tx.query("select nothing from nowhere"); }), Failure);
  EXPECT_THROW(db->write([](Transaction& tx) { tx.execute("this is no SQL"); }), Failure);
  EXPECT_THROW(db->read([](Transaction& tx) { insert(tx, 3); }), Failure) << "a read changes nothing";
  EXPECT_EQ(count(), 0) << "and the connection is as good as before";
}

TEST_P(DatabaseTest, LaterStatementsRunAndTheirFailureSurfaces) {
  db->write([](Transaction& tx) {
    for (int i = 1; i <= 1000; ++i) tx.execute_later("insert into item (id) values (?)", i);
    EXPECT_EQ(count(tx), 1000);
    tx.execute_later("delete from item where id > ?", 10);
  });
  EXPECT_EQ(count(), 10);
  const auto twice = [](Transaction& tx) {
    tx.execute_later("insert into item (id) values (?)", 11);
    tx.execute_later("insert into item (id) values (?)", 11);
  };
  EXPECT_THROW(db->write(twice), ConstraintError) << "at the commit";
  EXPECT_THROW(db->write([&](Transaction& tx) {
    twice(tx);
    count(tx);
    ADD_FAILURE() << "at the next query at the latest";
  }),
               ConstraintError);
  EXPECT_EQ(count(), 10);
}

TEST_P(DatabaseTest, HooksRunInOrderBeforeTheCallerHears) {
  std::vector<std::string> told;
  db->write([&](Transaction& tx) {
    for (const char* name : {"a", "b"}) {
      tx.on_commit([&told, name] { told.push_back(std::string("commit ") + name); });
      tx.on_rollback([&told, name] { told.push_back(std::string("rollback ") + name); });
    }
    insert(tx, 1);
  });
  EXPECT_EQ(told, (std::vector<std::string>{"commit a", "commit b"}));
  told.clear();
  EXPECT_THROW(db->write([&](Transaction& tx) {
    tx.on_commit([&] { told.push_back("commit"); });
    tx.on_rollback([&] { told.push_back("first"); });
    tx.on_rollback([&] { told.push_back("second"); });
    insert(tx, 1);
  }),
               ConstraintError);
  EXPECT_EQ(told, (std::vector<std::string>{"second", "first"})) << "it undoes, latest first";
}

TEST_P(DatabaseTest, WritersDoNotHarmEachOther) {
  constexpr int kThreads = 8, kWrites = 50;
  db->write([](Transaction& tx) { tx.execute("insert into item (id, weight) values (0, 0)"); });
  std::atomic<int> thrown{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::vector<net::Pending<void>> pending;
      for (int i = 0; i < kWrites; ++i) {
        pending.push_back(db->start_write([=](Transaction& tx) {
          tx.execute("update item set weight = weight + 1 where id = 0");
          insert(tx, 1 + t * kWrites + i);
          if (i % 5 == 0) insert(tx, 0);  // taken: only this closure is undone
        }));
      }
      for (auto& one : pending) {
        try {
          one.get();
        } catch (const ConstraintError&) {
          ++thrown;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(thrown, kThreads * kWrites / 5);
  EXPECT_EQ(count(), 1 + kThreads * kWrites * 4 / 5);
  EXPECT_EQ(db->read([](Transaction& tx) {
    auto rows = tx.query("select weight from item where id = 0");
    rows.next();
    return rows.number(0);
  }),
            kThreads * kWrites * 4 / 5);
}

TEST_P(DatabaseTest, AReadSeesOneSnapshot) {
  std::latch begun(1), written(1);
  std::thread writer([&] {
    begun.wait();
    db->write([](Transaction& tx) { insert(tx, 1); });
    written.count_down();
  });
  db->read([&](Transaction& tx) {
    EXPECT_EQ(count(tx), 0);
    begun.count_down();
    written.wait();
    EXPECT_EQ(count(tx), 0) << "committed meanwhile";
  });
  writer.join();
  EXPECT_EQ(count(), 1) << "a later read sees it";
}

TEST_P(DatabaseTest, CoroutinesResumeOnTheirLoop) {
  boost::asio::io_context loop;
  const auto here = std::this_thread::get_id();
  auto session = [&]() -> boost::asio::awaitable<int64_t> {
    auto one = db->start_write([](Transaction& tx) { insert(tx, 1); });
    auto two = db->start_write([](Transaction& tx) { insert(tx, 2); });
    auto bad = db->start_write([](Transaction& tx) { insert(tx, 0), insert(tx, 0); });
    co_await two.wait();
    co_await one.wait();
    bool failed = false;
    try {
      co_await bad.wait();
    } catch (const ConstraintError&) {
      failed = true;
    }
    EXPECT_TRUE(failed);
    EXPECT_EQ(std::this_thread::get_id(), here);
    co_await db->async_write([](Transaction& tx) { insert(tx, 3); });
    co_return co_await db->async_read([](Transaction& tx) { return count(tx); });
  };
  auto result = boost::asio::co_spawn(loop, session(), boost::asio::use_future);
  loop.run();
  EXPECT_EQ(result.get(), 3);
}

TEST_P(DatabaseTest, TooMuchWorkIsRefusedAndClosingFailsWhatWaits) {
  Settings settings;
  settings.connections = 1;
  settings.queue_limit = 2;
  auto narrow = sql::testing::make(GetParam(), settings, kSchema);
  std::latch running(1), go(1);
  auto first = narrow->start_write([&](Transaction&) { running.count_down(), go.wait(); });
  running.wait();
  auto second = narrow->start_write([](Transaction& tx) { insert(tx, 1); });
  auto third = narrow->start_write([](Transaction& tx) { insert(tx, 2); });
  auto fourth = narrow->start_write([](Transaction& tx) { insert(tx, 3); });
  EXPECT_TRUE(fourth.ready());
  EXPECT_THROW(fourth.get(), Failure);
  std::thread closing([&] { narrow.reset(); });
  while (!third.ready()) std::this_thread::yield();
  go.count_down();
  closing.join();
  EXPECT_NO_THROW(first.get());
  EXPECT_THROW(second.get(), Failure);
  EXPECT_THROW(third.get(), Failure);
}

TEST_P(DatabaseTest, KeepsManyKindsOfStatements) {
  Settings settings;
  settings.statement_cache = 3;
  auto small = sql::testing::make(GetParam(), settings, kSchema);
  small->write([](Transaction& tx) {
    for (int i = 0; i < 50; ++i) tx.execute("insert into item (id, weight) values (?, " + std::to_string(i) + ")", i);
    EXPECT_EQ(count(tx), 50);
  });
}

}  // namespace
}  // namespace sql
