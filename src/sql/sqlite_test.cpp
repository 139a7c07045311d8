// What the SQLite driver promises beyond database_test.cpp: groups, a full disk, two processes.
#include "sql/sqlite.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <latch>
#include <thread>

#include "sql/testing.h"

namespace sql {
namespace {

using base::ErrorKind;
using base::Failure;

constexpr Migration kSchema[] = {{1, "item", "create table item (id {int} not null primary key, body {blob}) {strict};"}};

void insert(Transaction& tx, int64_t id, size_t size = 1) {
  tx.execute("insert into item values (?, ?)", id, Blob{std::string(size, 'x')});
}

int64_t count(Database& db) {
  return db.read([](Transaction& tx) {
    auto rows = tx.query("select count(*) from item");
    rows.next();
    return rows.number(0);
  });
}

// The closures started while the writer is held make one group.
class Gate {
 public:
  explicit Gate(Database& db) : held_(db.start_write([this](Transaction&) { running_.count_down(), go_.wait(); })) { running_.wait(); }
  void open() {
    go_.count_down();
    held_.get();
  }

 private:
  std::latch running_{1}, go_{1};
  net::Pending<void> held_;
};

TEST(SqliteTest, AGroupSharesATransactionAndItsHooksRunInOrder) {
  auto db = sql::testing::make(Driver::kSqlite, {}, kSchema);
  std::vector<std::string> told;
  std::shared_ptr<void> first_place;
  const auto closure = [&](std::string name, int64_t id, bool fails) {
    return db->start_write([&told, &first_place, name, id, fails](Transaction& tx) {
      if (!tx.attachment()) tx.attachment() = std::make_shared<int>(0);
      if (!first_place) first_place = tx.attachment();
      EXPECT_EQ(tx.attachment(), first_place) << name;
      tx.on_commit([&told, name] { told.push_back("commit " + name); });
      tx.on_rollback([&told, name] { told.push_back("rollback " + name); });
      insert(tx, id);
      told.push_back("ran " + name);
      if (fails) throw Failure(ErrorKind::kOverQuota, name);
    });
  };
  Gate gate(*db);
  auto a = closure("a", 1, false), b = closure("b", 2, true), c = closure("c", 2, false);
  gate.open();
  a.get();
  EXPECT_THROW(b.get(), Failure);
  c.get();
  EXPECT_EQ(told, (std::vector<std::string>{"ran a", "ran b", "rollback b", "ran c", "commit a", "commit c"}));
  EXPECT_EQ(count(*db), 2);
  db->write([](Transaction& tx) { EXPECT_EQ(tx.attachment(), nullptr) << "it went with its group"; });
}

TEST(SqliteTest, AFailingCommitFailsTheWholeGroup) {
  constexpr Migration kDeferred[] = {{1, "pair", R"(
    create table parent (id {int} not null primary key) {strict};
    create table item (id {int} not null primary key, parent {int} references parent (id) deferrable initially deferred) {strict};)"}};
  auto db = sql::testing::make(Driver::kSqlite, {}, kDeferred);
  std::vector<std::string> told;
  const auto closure = [&](int64_t id, std::optional<int64_t> parent) {
    return db->start_write([&told, id, parent](Transaction& tx) {
      tx.on_commit([&told] { told.push_back("commit"); });
      tx.on_rollback([&told, id] { told.push_back("rollback " + std::to_string(id)); });
      tx.execute("insert into item values (?, ?)", id, parent);
    });
  };
  Gate gate(*db);
  auto good = closure(1, std::nullopt), bad = closure(2, 99);
  gate.open();
  for (auto* pending : {&good, &bad}) {
    try {
      pending->get();
      ADD_FAILURE() << "nothing was committed";
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.error().kind, ErrorKind::kUnavailable);
    }
  }
  EXPECT_EQ(told, (std::vector<std::string>{"rollback 2", "rollback 1"}));
  EXPECT_EQ(count(*db), 0);
  closure(1, std::nullopt).get();
  EXPECT_EQ(count(*db), 1) << "the writer goes on";
}

TEST(SqliteTest, AFullDiskFailsWritesAndPasses) {
  const auto url = sql::testing::fresh_url(Driver::kSqlite);
  Settings settings;
  settings.pages_limit = 64;
  {
    auto db = open(url, settings, kSchema);
    int64_t stored = 0;
    ErrorKind kind = ErrorKind::kInvalid;
    for (int64_t id = 1; id < 1000 && kind == ErrorKind::kInvalid; ++id) {
      try {
        db->write([&](Transaction& tx) { insert(tx, id, 10'000); });
        stored = id;
      } catch (const Failure& failure) {
        kind = failure.error().kind;
      }
    }
    EXPECT_EQ(kind, ErrorKind::kUnavailable);
    EXPECT_GT(stored, 3);
    Gate gate(*db);
    auto small = db->start_write([](Transaction& tx) { tx.execute("update item set body = null where id = 1"); });
    auto large = db->start_write([](Transaction& tx) { insert(tx, 5000, 1'000'000); });
    auto after = db->start_write([](Transaction& tx) { tx.execute("update item set body = null where id = 2"); });
    gate.open();
    EXPECT_THROW(large.get(), Failure);
    for (auto* pending : {&small, &after}) {
      try {
        pending->get();
      } catch (const Failure& failure) {
        EXPECT_EQ(failure.error().kind, ErrorKind::kUnavailable) << "lost with the group, or not at all";
      }
    }
    EXPECT_EQ(count(*db), stored);
    db->write([](Transaction& tx) { tx.execute("delete from item where id <= 3"); });
    db->write([](Transaction& tx) { insert(tx, 6000, 10'000); });
    EXPECT_EQ(count(*db), stored - 2) << "there is room again";
  }
}

TEST(SqliteTest, TwoProcessesWriteOneFile) {
  const auto url = sql::testing::fresh_url(Driver::kSqlite);
  open(url, {}, kSchema);
  const auto write_all = [&](int64_t from) {
    auto db = open(url, {}, kSchema);
    for (int64_t id = from; id < from + 200; ++id) db->write([=](Transaction& tx) { insert(tx, id); });
  };
  const pid_t child = fork();
  if (child == 0) {
    try {
      write_all(1000);
      _exit(0);
    } catch (...) {
      _exit(1);
    }
  }
  write_all(2000);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(count(*open(url, {}, kSchema)), 400);
}

TEST(SqliteTest, ALockHeldTooLongIsUnavailable) {
  const auto url = sql::testing::fresh_url(Driver::kSqlite);
  Settings impatient;
  impatient.busy_timeout = std::chrono::milliseconds(20);
  auto holder = open(url, {}, kSchema), other = open(url, impatient, kSchema);
  Gate gate(*holder);
  try {
    other->write([](Transaction& tx) { insert(tx, 1); });
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.error().kind, ErrorKind::kUnavailable);
  }
  EXPECT_EQ(count(*other), 0) << "reading goes on";
  gate.open();
  other->write([](Transaction& tx) { insert(tx, 1); });
}

TEST(SqliteTest, AcknowledgedWritesSurviveAKilledProcess) {
  const auto url = sql::testing::fresh_url(Driver::kSqlite);
  open(url, {}, kSchema);
  const pid_t child = fork();
  if (child == 0) {
    auto db = open(url, {}, kSchema);
    for (int64_t id = 0; id < 50; ++id) db->write([=](Transaction& tx) { insert(tx, id); });
    _exit(0);  // nothing is closed
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_EQ(count(*open(url, {}, kSchema)), 50);
}

TEST(SqliteTest, TheWalDoesNotGrowWithoutEnd) {
  const auto url = sql::testing::fresh_url(Driver::kSqlite);
  Settings settings;
  settings.checkpoint_bytes = 256 << 10;
  settings.wal_limit_bytes = 1 << 20;
  auto db = open(url, settings, kSchema);
  db->write([](Transaction& tx) { insert(tx, 1); });
  const std::string body(50'000, 'y');
  for (int i = 0; i < 400; ++i) db->write([&](Transaction& tx) { tx.execute("update item set body = ?", Blob{body}); });
  std::ifstream wal(url.substr(7) + "-wal", std::ios::ate | std::ios::binary);
  EXPECT_LT(static_cast<int64_t>(wal.tellg()), 4 << 20) << "20 MB were written";
}

TEST(SqliteTest, ADamagedFileIsCorrupt) {
  const auto url = sql::testing::fresh_url(Driver::kSqlite);
  std::ofstream(url.substr(7)) << std::string(8192, 'z');
  try {
    open(url, {}, kSchema);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.error().kind, ErrorKind::kCorrupt);
  }
}

}  // namespace
}  // namespace sql
