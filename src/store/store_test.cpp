// The store over both databases: what each operation promises, and that one account never reaches another.

#include "store/store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "blob/open.h"
#include "sql/testing.h"
#include "store/verify.h"

namespace store {
namespace {

const blob::EnterpriseKey kKey{1, 2, 3};

class StoreTest : public testing::TestWithParam<sql::testing::Kind> {
 protected:
  StoreTest() {
    in_write([&](sql::Transaction& tx) {
      store.create_account(tx, alice);
      store.create_account(tx, eve);
    });
    inbox = mailbox_id(alice, "INBOX");
  }
  ~StoreTest() override {
    auto counts = verify(
        store, [](sql::EnterpriseScope) { return kKey; }, [](const std::string& finding) { ADD_FAILURE() << finding; });
    EXPECT_EQ(counts.findings, 0u) << "every test leaves a store that keeps its promises";
  }

  template <typename Fn>
  sql::Database::ResultOf<Fn> in_write(Fn fn) {
    return database->write(fn);
  }
  template <typename Fn>
  sql::Database::ResultOf<Fn> in_read(Fn fn) {
    return database->read(fn);
  }

  int64_t mailbox_id(AccountScope scope, std::string_view name) {
    return in_read([&](sql::Transaction& tx) { return store.find_mailbox(tx, scope, name).value_or(Mailbox{}).id; });
  }
  NewMessage message(const std::string& text, FlagNames flags = {}) {
    std::string bytes = "From: a@b.example\r\nSubject: " + text + "\r\n\r\n" + text + "\r\n";
    NewMessage made = store.prepare(bytes, kKey, clock.now());
    made.flags = std::move(flags);
    blobs->put(alice.enterprise_id, made.blob, bytes);
    blobs->put(eve.enterprise_id, made.blob, bytes);
    return made;
  }
  base::Result<Appended> append(AccountScope scope, int64_t mailbox, std::vector<NewMessage> messages, int64_t quota = 0) {
    return in_write([&](sql::Transaction& tx) { return store.append(tx, scope, mailbox, messages, quota); });
  }
  void fill(int64_t mailbox, int count) {
    std::vector<NewMessage> messages;
    for (int i = 0; i < count; ++i) messages.push_back(message("m" + std::to_string(i)));
    ASSERT_TRUE(append(alice, mailbox, messages).ok());
  }
  ListPtr list(AccountScope scope, int64_t mailbox) {
    return in_read([&](sql::Transaction& tx) { return base::value_or_throw(store.list(tx, scope, mailbox)); });
  }
  FlagResult flag(int64_t mailbox, UidSet uids, FlagChange change, FlagNames flags, std::optional<uint64_t> since = {}) {
    return in_write(
        [&](sql::Transaction& tx) { return base::value_or_throw(store.change_flags(tx, alice, mailbox, uids, change, flags, since)); });
  }

  std::unique_ptr<sql::Database> database = sql::testing::make(GetParam());
  std::unique_ptr<blob::BlobStore> blobs = blob::open("memory:");
  base::ManualClock clock{base::from_seconds(1'800'000'000)};
  base::IdMaker ids{clock, 1};
  ChangeFeed feed;
  Store store{*database, *blobs, feed, clock, ids, {.mailboxes = 20, .name_depth = 5}};
  const AccountScope alice{1, 101}, eve{2, 202};
  int64_t inbox = 0;
};

INSTANTIATE_TEST_SUITE_P(AllDrivers, StoreTest, testing::ValuesIn(sql::testing::drivers()), sql::testing::name);

TEST_P(StoreTest, NewAccountHasTheDefaultMailboxes) {
  auto all = in_read([&](sql::Transaction& tx) { return store.mailboxes(tx, alice); });
  std::vector<std::string> names;
  for (const Mailbox& m : all) {
    names.push_back(m.name);
    EXPECT_TRUE(m.subscribed);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"Archive", "Drafts", "INBOX", "Junk", "Sent", "Trash"}));
  EXPECT_EQ(all[5].special_use, SpecialUse::kTrash);
  in_write([&](sql::Transaction& tx) { store.create_account(tx, alice); });
  EXPECT_EQ(in_read([&](sql::Transaction& tx) { return store.mailboxes(tx, alice).size(); }), 6u) << "making it again is harmless";
}

TEST_P(StoreTest, AppendGivesUidsAndCounts) {
  auto done = append(alice, inbox, {message("one"), message("two", {kSeen, {"$Forwarded"}})});
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->uids, (std::vector<uint32_t>{1, 2}));
  auto now = list(alice, inbox);
  EXPECT_EQ(now->state().exists, 2u);
  EXPECT_EQ(now->state().unseen, 1u);
  EXPECT_EQ(now->state().uid_next, 3u);
  EXPECT_EQ(flag_names(now->at(2).flags, *now->state().keywords), (std::vector<std::string_view>{"\\Seen", "$Forwarded"}));
  EXPECT_EQ(store.committed(alice, inbox)->state().modseq, now->state().modseq);
  auto usage = in_read([&](sql::Transaction& tx) { return store.usage(tx, alice); });
  EXPECT_EQ(usage.messages, 2);
  EXPECT_EQ(static_cast<uint64_t>(usage.bytes), now->state().bytes);
}

TEST_P(StoreTest, QuotaRefusesAndStoresNothing) {
  auto m = message("x");
  auto refused = append(alice, inbox, {m, m}, static_cast<int64_t>(m.size));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, base::ErrorKind::kOverQuota);
  EXPECT_EQ(list(alice, inbox)->size(), 0u);
  EXPECT_TRUE(append(alice, inbox, {m}, static_cast<int64_t>(m.size)).ok()) << "a message that just fits is taken";
}

TEST_P(StoreTest, ManyPagesKeepSequenceAndFlags) {
  fill(inbox, 2500);
  auto changed = flag(inbox, UidSet::of(1000, 1100), FlagChange::kAdd, {kSeen, {}});
  EXPECT_EQ(changed.changed.size(), 101u);
  EXPECT_EQ(list(alice, inbox)->state().unseen, 2500u - 101);
  Store other(*database, *blobs, feed, clock, ids);  // nothing in memory: everything comes from the pages
  auto read = in_read([&](sql::Transaction& tx) { return base::value_or_throw(other.list(tx, alice, inbox)); });
  ASSERT_EQ(read->size(), 2500u);
  for (uint32_t s = 1; s <= 2500; ++s) ASSERT_EQ(read->at(s).flags, s >= 1000 && s <= 1100 ? kSeen : 0) << s;
}

TEST_P(StoreTest, UnchangedSinceLeavesNewerMessagesAlone) {
  fill(inbox, 3);
  uint64_t before = list(alice, inbox)->state().modseq;
  flag(inbox, UidSet::of(2), FlagChange::kAdd, {kFlagged, {}});
  auto result = flag(inbox, UidSet::of(1, 3), FlagChange::kAdd, {kSeen, {}}, before);
  EXPECT_EQ(result.refused, UidSet::of(2));
  EXPECT_EQ(result.changed.size(), 2u);
}

TEST_P(StoreTest, FlagsThatChangeNothingMakeNoVersion) {
  fill(inbox, 2);
  flag(inbox, UidSet::of(1, 2), FlagChange::kAdd, {kSeen, {}});
  auto before = list(alice, inbox);
  auto again = flag(inbox, UidSet::of(1, 2), FlagChange::kAdd, {kSeen, {}});
  EXPECT_TRUE(again.changed.empty());
  EXPECT_EQ(list(alice, inbox)->state().modseq, before->state().modseq);
  EXPECT_TRUE(flag(inbox, UidSet::of(1), FlagChange::kRemove, {0, {"unknown"}}).changed.empty());
  EXPECT_TRUE(list(alice, inbox)->state().keywords->empty()) << "removing an unknown keyword adds none";
}

TEST_P(StoreTest, TooManyKeywordsAreRefused) {
  fill(inbox, 1);
  FlagNames names;
  for (size_t i = 0; i <= kMaxKeywords; ++i) names.keywords.push_back("k" + std::to_string(i));
  auto refused =
      in_write([&](sql::Transaction& tx) { return store.change_flags(tx, alice, inbox, UidSet::of(1), FlagChange::kAdd, names); });
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, base::ErrorKind::kLimit);
}

TEST_P(StoreTest, ExpungeLeavesTombstones) {
  fill(inbox, 1500);
  uint64_t before = list(alice, inbox)->state().modseq;
  UidSet gone;
  for (uint32_t uid = 3; uid <= 1500; uid += 3) gone.add(uid);
  flag(inbox, gone, FlagChange::kAdd, {kDeleted, {}});
  UidSet some = UidSet::of(1, 30);
  auto first = in_write([&](sql::Transaction& tx) { return *store.expunge(tx, alice, inbox, &some); });
  EXPECT_EQ(first.expunged.size(), 10u);
  auto rest = in_write([&](sql::Transaction& tx) { return *store.expunge(tx, alice, inbox, nullptr); });
  EXPECT_EQ(rest.expunged.size(), 490u);
  auto now = list(alice, inbox);
  EXPECT_EQ(now->size(), 1000u);
  EXPECT_EQ(now->state().deleted, 0u);
  auto since = in_read([&](sql::Transaction& tx) { return store.expunged_since(tx, alice, inbox, before); });
  ASSERT_TRUE(since);
  EXPECT_EQ(*since, gone);
  clock.advance(std::chrono::hours(1));
  while (store.prune_tombstones(clock.now(), 100)) {
  }
  EXPECT_FALSE(in_read([&](sql::Transaction& tx) { return store.expunged_since(tx, alice, inbox, before); }))
      << "pruned: the answer is unknown";
}

TEST_P(StoreTest, ThinnedPagesAreMerged) {
  fill(inbox, 5000);
  UidSet most;
  for (uint32_t uid = 1; uid <= 5000; ++uid)
    if (uid % 100) most.add(uid);
  flag(inbox, most, FlagChange::kAdd, {kDeleted, {}});
  in_write([&](sql::Transaction& tx) { return *store.expunge(tx, alice, inbox, nullptr); });
  auto now = list(alice, inbox);
  EXPECT_EQ(now->size(), 50u);
  EXPECT_EQ(now->pages().size(), 1u);
  EXPECT_EQ(now->uid_at(50), 5000u);
}

TEST_P(StoreTest, CopyAndMoveKeepFlagsAndMapUids) {
  int64_t archive = mailbox_id(alice, "Archive");
  ASSERT_TRUE(append(alice, inbox, {message("a"), message("b", {kFlagged, {"work"}}), message("c")}).ok());
  UidSet two = UidSet::of(2, 9);
  auto copied = in_write([&](sql::Transaction& tx) { return *store.copy(tx, alice, inbox, two, archive, 0); });
  EXPECT_EQ(copied.source, UidSet::of(2, 3));
  EXPECT_EQ(copied.target, UidSet::of(1, 2));
  auto there = list(alice, archive);
  EXPECT_EQ(flag_names(there->at(1).flags, *there->state().keywords), (std::vector<std::string_view>{"\\Flagged", "work"}));
  auto moved = in_write([&](sql::Transaction& tx) { return *store.move(tx, alice, archive, UidSet::of(1), inbox); });
  EXPECT_EQ(moved.target, UidSet::of(4));
  EXPECT_EQ(list(alice, archive)->size(), 1u);
  EXPECT_EQ(list(alice, inbox)->size(), 4u);
}

TEST_P(StoreTest, MailboxNamesHaveRules) {
  in_write([&](sql::Transaction& tx) {
    for (const std::string& bad : {std::string(""), std::string("a//b"), std::string("/a"), std::string("a/"), std::string("a\nb"),
                                   std::string("\xff"), std::string("1/2/3/4/5/6"), std::string(2000, 'x')})
      EXPECT_EQ(store.create_mailbox(tx, alice, bad).error().kind, base::ErrorKind::kInvalid) << bad;
    EXPECT_EQ(store.create_mailbox(tx, alice, "inbox").error().kind, base::ErrorKind::kExists);
    EXPECT_TRUE(store.create_mailbox(tx, alice, "客户/甲").ok());
    EXPECT_TRUE(store.find_mailbox(tx, alice, "客户")) << "the parent was made";
    EXPECT_EQ(store.delete_mailbox(tx, alice, "Inbox").error().kind, base::ErrorKind::kDenied);
    EXPECT_EQ(store.delete_mailbox(tx, alice, "none").error().kind, base::ErrorKind::kNotFound);
    for (int i = 0; i < 30; ++i) {
      auto made = store.create_mailbox(tx, alice, "m" + std::to_string(i));
      if (!made.ok()) EXPECT_EQ(made.error().kind, base::ErrorKind::kLimit);
    }
    EXPECT_EQ(store.mailboxes(tx, alice).size(), 20u);
  });
}

TEST_P(StoreTest, RenameTakesChildrenAlong) {
  in_write([&](sql::Transaction& tx) {
    EXPECT_TRUE(store.create_mailbox(tx, alice, "a/b/c").ok());
    EXPECT_EQ(store.rename_mailbox(tx, alice, "a", "a/b/x").error().kind, base::ErrorKind::kInvalid);
    EXPECT_TRUE(store.rename_mailbox(tx, alice, "a", "z/y").ok());
    EXPECT_TRUE(store.find_mailbox(tx, alice, "z/y/b/c"));
    EXPECT_FALSE(store.find_mailbox(tx, alice, "a/b"));
    EXPECT_EQ(store.rename_mailbox(tx, alice, "z", "Sent").error().kind, base::ErrorKind::kExists);
  });
}

TEST_P(StoreTest, RenamingInboxMovesItsMessages) {
  fill(inbox, 3);
  in_write([&](sql::Transaction& tx) { EXPECT_TRUE(store.rename_mailbox(tx, alice, "INBOX", "Old").ok()); });
  EXPECT_EQ(list(alice, inbox)->size(), 0u);
  EXPECT_EQ(list(alice, mailbox_id(alice, "Old"))->size(), 3u);
}

TEST_P(StoreTest, DeletedMailboxIsSweptAndItsNameStartsAnew) {
  auto made = in_write([&](sql::Transaction& tx) { return *store.create_mailbox(tx, alice, "temp"); });
  fill(made.id, 25);
  in_write([&](sql::Transaction& tx) { EXPECT_TRUE(store.delete_mailbox(tx, alice, "temp").ok()); });
  EXPECT_EQ(store.committed(alice, made.id), nullptr);
  EXPECT_EQ(in_read([&](sql::Transaction& tx) { return store.usage(tx, alice).messages; }), 0);
  auto again = in_write([&](sql::Transaction& tx) { return *store.create_mailbox(tx, alice, "temp"); });
  EXPECT_GT(again.state.uid_validity, made.state.uid_validity);
  while (store.sweep_dropped(10)) {
  }
  EXPECT_EQ(in_read([&](sql::Transaction& tx) {
              auto rows = tx.query("select count(*) from message where account_id = ?", alice.account_id);
              rows.next();
              return rows.number(0);
            }),
            0);
}

TEST_P(StoreTest, AFailedClosureLeavesNoTrace) {
  fill(inbox, 1);
  auto before = store.committed(alice, inbox);
  EXPECT_THROW(in_write([&](sql::Transaction& tx) {
                 auto m = message("lost");
                 EXPECT_TRUE(store.append(tx, alice, inbox, {&m, 1}, 0).ok());
                 throw base::Failure(base::ErrorKind::kInvalid, "changed my mind");
               }),
               base::Failure);
  EXPECT_EQ(store.committed(alice, inbox), before) << "sessions never see what was undone";
  EXPECT_EQ(append(alice, inbox, {message("next")})->uids, std::vector<uint32_t>{2});
}

TEST_P(StoreTest, ManyWritersAtOnceGetDistinctUids) {
  auto m = message("x");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        bool fails = i % 7 == 0;
        try {
          in_write([&](sql::Transaction& tx) {
            EXPECT_TRUE(store.append(tx, alice, inbox, {&m, 1}, 0).ok());
            if (fails) throw base::Failure(base::ErrorKind::kInvalid, "undone");
          });
        } catch (const base::Failure&) {
          EXPECT_TRUE(fails);
        }
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(list(alice, inbox)->size(), 4u * 42);
  EXPECT_EQ(store.committed(alice, inbox)->size(), 4u * 42);
}

TEST_P(StoreTest, TheFeedTellsOnlyItsAccount) {
  std::atomic<int> mine{0}, hers{0};
  auto one = feed.subscribe(alice, [&](const Change& change) { mine += change.mailbox_id == inbox; });
  auto two = feed.subscribe(eve, [&](const Change&) { ++hers; });
  fill(inbox, 1);
  EXPECT_EQ(mine, 1);
  EXPECT_EQ(hers, 0);
  one.reset();
  fill(inbox, 1);
  EXPECT_EQ(mine, 1);
}

TEST_P(StoreTest, OneAccountNeverReachesAnother) {
  fill(inbox, 2);
  auto m = message("evil");
  in_write([&](sql::Transaction& tx) {
    auto not_found = [](const auto& result) { return !result.ok() && result.error().kind == base::ErrorKind::kNotFound; };
    int64_t own = store.find_mailbox(tx, eve, "INBOX")->id;
    EXPECT_TRUE(not_found(store.list(tx, eve, inbox)));
    EXPECT_TRUE(not_found(store.append(tx, eve, inbox, {&m, 1}, 0)));
    EXPECT_TRUE(not_found(store.change_flags(tx, eve, inbox, UidSet::of(1), FlagChange::kAdd, {kSeen, {}})));
    EXPECT_TRUE(not_found(store.expunge(tx, eve, inbox, nullptr)));
    EXPECT_TRUE(not_found(store.claim_recent(tx, eve, inbox)));
    EXPECT_TRUE(not_found(store.copy(tx, eve, inbox, UidSet::of(1), own, 0)));
    EXPECT_TRUE(not_found(store.copy(tx, eve, own, UidSet::of(1), inbox, 0)));
    EXPECT_FALSE(store.expunged_since(tx, eve, inbox, 0));
    store.for_each_message(tx, eve, inbox, UidSet::of(1, 9), {}, [](const MessageRow&) { ADD_FAILURE() << "a row of another account"; });
  });
  EXPECT_EQ(store.committed(eve, inbox), nullptr);
  EXPECT_EQ(list(alice, inbox)->size(), 2u);
}

TEST_P(StoreTest, RecentIsClaimedOnce) {
  fill(inbox, 2);
  auto claim = [&] { return in_write([&](sql::Transaction& tx) { return *store.claim_recent(tx, alice, inbox); }); };
  EXPECT_EQ(claim(), 1u);
  EXPECT_EQ(claim(), 3u);
  fill(inbox, 1);
  EXPECT_EQ(claim(), 3u);
}

}  // namespace
}  // namespace store
