// Collection: what no row names goes, what a row names stays, whatever happens meanwhile.
#include "store/collect.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "blob/open.h"
#include "sql/testing.h"

namespace store {
namespace {

const blob::EnterpriseKey kKey{7};

class CollectTest : public testing::TestWithParam<sql::testing::Kind> {
 protected:
  CollectTest() {
    database->write([&](sql::Transaction& tx) {
      for (const AccountScope& scope : {anna, bert, other}) store.create_account(tx, scope);
    });
  }
  NewMessage message(int64_t enterprise, const std::string& text) {
    const std::string bytes = "Subject: " + text + "\r\n\r\n" + text;
    NewMessage made = store.prepare(bytes, kKey, clock.now());
    blobs->put(enterprise, made.blob, bytes);
    return made;
  }
  int64_t inbox(sql::Transaction& tx, AccountScope scope) { return store.find_mailbox(tx, scope, "INBOX")->id; }
  void append(AccountScope scope, const NewMessage& message) {
    database->write([&](sql::Transaction& tx) { base::value_or_throw(store.append(tx, scope, inbox(tx, scope), {&message, 1}, 0)); });
  }
  void expunge_all(AccountScope scope) {
    database->write([&](sql::Transaction& tx) {
      const auto all = UidSet::of(1, UINT32_MAX);
      base::value_or_throw(store.change_flags(tx, scope, inbox(tx, scope), all, FlagChange::kAdd, {kDeleted, {}}));
      base::value_or_throw(store.expunge(tx, scope, inbox(tx, scope), nullptr));
    });
  }
  bool has(int64_t enterprise, const NewMessage& message) { return *blobs->exists(enterprise, message.blob); }
  Collected run(CollectLimits limits = {}) {
    limits.grace = -std::chrono::hours(1);  // nothing is too young
    return collect(store, others, limits, [] { return false; });
  }

  std::unique_ptr<sql::Database> database = sql::testing::make(GetParam());
  std::unique_ptr<blob::BlobStore> blobs = blob::open("memory:");
  base::ManualClock clock{base::from_seconds(1'800'000'000)};
  base::IdMaker ids{clock, 1};
  ChangeFeed feed;
  Store store{*database, *blobs, feed, clock, ids};
  std::vector<Marker> others;
  const AccountScope anna{1, 11}, bert{1, 12}, other{2, 21};
};

INSTANTIATE_TEST_SUITE_P(AllDrivers, CollectTest, testing::ValuesIn(sql::testing::drivers()), sql::testing::name);

TEST_P(CollectTest, ExpungedBodiesGoAndSharedOnesStay) {
  const auto own = message(1, "own"), shared = message(1, "shared"), foreign = message(2, "own");
  append(anna, own);
  append(anna, shared);
  append(bert, shared);
  append(other, foreign);
  EXPECT_EQ(run().enterprises, 0u) << "nothing was freed";
  expunge_all(anna);
  const auto collected = run();
  EXPECT_EQ(collected.bodies, 1u);
  EXPECT_EQ(collected.bytes, own.size);
  EXPECT_FALSE(has(1, own));
  EXPECT_TRUE(has(1, shared));
  EXPECT_TRUE(has(2, foreign)) << "same content, another enterprise";
  EXPECT_EQ(run().enterprises, 0u) << "and again: nothing to do";
}

TEST_P(CollectTest, YoungBodiesStay) {
  const auto arriving = message(1, "its row is on its way"), old = message(1, "old");
  append(anna, old);
  expunge_all(anna);
  CollectLimits limits;
  EXPECT_EQ(collect(store, {}, limits, [] { return false; }).bodies, 0u);
  EXPECT_TRUE(has(1, arriving));
  EXPECT_TRUE(has(1, old));
  EXPECT_EQ(run().bodies, 2u) << "and they are not forgotten when they are older";
}

TEST_P(CollectTest, LittleGarbageIsLeftForLater) {
  append(anna, message(1, std::string(100'000, 'x')));
  append(bert, message(1, "small"));
  expunge_all(bert);
  EXPECT_EQ(run({.share = 0.1}).enterprises, 0u);
  EXPECT_EQ(run({.share = 0}).bodies, 1u);
}

TEST_P(CollectTest, BodiesOfDeletedMailboxesGoOnceTheirRowsAreSwept) {
  const auto filed = message(1, "filed");
  database->write([&](sql::Transaction& tx) {
    const auto made = base::value_or_throw(store.create_mailbox(tx, anna, "Old"));
    base::value_or_throw(store.append(tx, anna, made.id, {&filed, 1}, 0));
    EXPECT_TRUE(store.delete_mailbox(tx, anna, "Old").ok());
  });
  EXPECT_EQ(run().bodies, 0u) << "its rows are still there";
  while (store.sweep_dropped(100)) {
  }
  EXPECT_EQ(run().bodies, 1u);
  EXPECT_FALSE(has(1, filed));
}

TEST_P(CollectTest, WhatOthersNameStays) {
  const auto queued = message(1, "queued"), gone = message(1, "gone");
  others.push_back([&](sql::Transaction&, sql::EnterpriseScope scope, const auto& mark) {
    if (scope.enterprise_id == 1) mark(queued.blob);
  });
  append(anna, gone);
  expunge_all(anna);
  EXPECT_EQ(run().bodies, 1u);
  EXPECT_TRUE(has(1, queued));
}

TEST_P(CollectTest, ManyRowsTakeSeveralPasses) {
  std::vector<NewMessage> kept, gone;
  for (int i = 0; i < 40; ++i) {
    kept.push_back(message(1, "kept " + std::to_string(i)));
    gone.push_back(message(1, "gone " + std::to_string(i)));
    append(anna, kept.back());
    append(bert, gone.back());
  }
  expunge_all(bert);
  EXPECT_EQ(run({.marks = 7}).bodies, 40u);
  for (const auto& one : kept) EXPECT_TRUE(has(1, one));
  for (const auto& one : gone) EXPECT_FALSE(has(1, one));
}

TEST_P(CollectTest, AMessageCopiedMeanwhileKeepsItsBody) {
  const auto wanders = message(1, "wanders");
  append(anna, wanders);
  append(bert, message(1, "makes garbage"));
  std::atomic<bool> stop = false;
  std::thread mover([&] {
    std::vector<std::string> names{"INBOX", "Archive"};
    while (!stop) {
      database->write([&](sql::Transaction& tx) {
        const auto from = store.find_mailbox(tx, anna, names[0])->id, to = store.find_mailbox(tx, anna, names[1])->id;
        base::value_or_throw(store.move(tx, anna, from, UidSet::of(1, UINT32_MAX), to));
      });
      std::swap(names[0], names[1]);
    }
  });
  for (int i = 0; i < 20; ++i) {
    run({.share = 0});
    EXPECT_TRUE(has(1, wanders)) << i;
  }
  stop = true;
  mover.join();
}

}  // namespace
}  // namespace store
