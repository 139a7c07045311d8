// The journal on both databases: what is recorded comes back, in order, for its own enterprise alone.

#include "journal/journal.h"

#include <gtest/gtest.h>

#include <thread>

#include "journal/event_rows.h"
#include "sql/testing.h"

namespace journal {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kStart{std::chrono::hours(24 * 365 * 55)};

class JournalTest : public testing::TestWithParam<sql::testing::Kind> {
 protected:
  std::unique_ptr<sql::Database> db_ = sql::testing::make(GetParam());
  base::ManualClock clock_{kStart};
  base::IdMaker ids_{clock_, 1};
  Journal journal_{*db_, clock_, ids_};
};

Event received(int64_t enterprise, int64_t account, std::string subject) {
  Event event{EventKind::kMessageReceived};
  event.enterprise_id = enterprise;
  event.account_id = account;
  event.protocol = "smtp";
  event.client = "192.0.2.1";
  event.sender = "ann@example.org";
  event.recipient = "tom@example.com";
  event.subject = std::move(subject);
  event.message_id = "<1@example.org>";
  event.size = 1234;
  event.status = 250;
  event.detail = "stored";
  return event;
}

std::vector<std::string> subjects(const std::vector<Event>& events) {
  std::vector<std::string> out;
  for (const auto& event : events) out.push_back(event.subject);
  return out;
}
using Subjects = std::vector<std::string>;

TEST_P(JournalTest, AnEventComesBackWhole) {
  journal_.record(received(1, 7, "Hello"));
  journal_.flush();
  auto events = journal_.query({{1}});
  ASSERT_EQ(events.size(), 1u);
  const auto& event = events[0];
  EXPECT_EQ(event.kind, EventKind::kMessageReceived);
  EXPECT_EQ(event.enterprise_id, 1);
  EXPECT_EQ(event.account_id, 7);
  EXPECT_EQ(event.at, clock_.now());
  EXPECT_EQ(event.protocol, "smtp");
  EXPECT_EQ(event.client, "192.0.2.1");
  EXPECT_EQ(event.sender, "ann@example.org");
  EXPECT_EQ(event.recipient, "tom@example.com");
  EXPECT_EQ(event.subject, "Hello");
  EXPECT_EQ(event.message_id, "<1@example.org>");
  EXPECT_EQ(event.size, 1234);
  EXPECT_EQ(event.status, 250);
  EXPECT_EQ(event.detail, "stored");
}

TEST_P(JournalTest, QueriesNarrowByAccountKindAndTimeNewestFirst) {
  for (int i = 0; i < 6; ++i) {
    journal_.record(received(1, i % 2 ? 7 : 8, std::to_string(i)));
    clock_.advance(1h);
  }
  auto refused = received(1, 7, "refused");
  refused.kind = EventKind::kMessageRefused;
  journal_.record(refused);
  journal_.flush();
  EXPECT_EQ(subjects(journal_.query({.scope = {1}})), (Subjects{"refused", "5", "4", "3", "2", "1", "0"}));
  EXPECT_EQ(subjects(journal_.query({.scope = {1}, .limit = 2})), (Subjects{"refused", "5"}));
  EXPECT_EQ(subjects(journal_.query({.scope = {1}, .account_id = 8})), (Subjects{"4", "2", "0"}));
  EXPECT_EQ(subjects(journal_.query({.scope = {1}, .account_id = 7, .kinds = {EventKind::kMessageReceived}})), (Subjects{"5", "3", "1"}));
  EXPECT_EQ(subjects(journal_.query({.scope = {1}, .kinds = {EventKind::kMessageRefused, EventKind::kSignIn}})), (Subjects{"refused"}));
  EXPECT_EQ(subjects(journal_.query({.scope = {1}, .from = kStart + 1h, .until = kStart + 3h})), (Subjects{"2", "1"}));
}

TEST_P(JournalTest, EnterprisesReadTheirOwnEventsAlone) {
  journal_.record(received(1, 7, "ours"));
  journal_.record(received(2, 7, "theirs"));
  journal_.record(received(0, 0, "of nobody"));
  journal_.flush();
  EXPECT_EQ(subjects(journal_.query({.scope = {1}})), Subjects{"ours"});
  EXPECT_EQ(subjects(journal_.query({.scope = {2}, .account_id = 7})), Subjects{"theirs"});
  EXPECT_EQ(subjects(journal_.query({.scope = {0}})), Subjects{"of nobody"});
  EXPECT_TRUE(journal_.query({.scope = {3}}).empty());
}

TEST_P(JournalTest, AnEventInATransactionLivesAndDiesWithIt) {
  db_->write([&](sql::Transaction& tx) { journal_.record(tx, received(1, 7, "kept")); });
  EXPECT_EQ(subjects(journal_.query({.scope = {1}})), Subjects{"kept"});
  auto undone = [&](sql::Transaction& tx) {
    journal_.record(tx, received(1, 7, "undone"));
    throw std::runtime_error("no");
  };
  EXPECT_THROW(db_->write(undone), std::runtime_error);
  EXPECT_EQ(subjects(journal_.query({.scope = {1}})), Subjects{"kept"});
}

TEST_P(JournalTest, WhatIsQueuedIsWrittenAtTheEnd) {
  {
    Journal other(*db_, clock_, ids_);
    for (int i = 0; i < 2'500; ++i) other.record(received(1, 7, std::to_string(i)));
  }
  EXPECT_EQ(journal_.query({.scope = {1}, .limit = 10'000}).size(), 2'500u);
}

TEST_P(JournalTest, ManyThreadsLoseNothing) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) journal_.record(received(1, t, std::to_string(i)));
      journal_.flush();
      EXPECT_EQ(journal_.query({.scope = {1}, .account_id = t, .limit = 1'000}).size(), 500u);
    });
  for (auto& thread : threads) thread.join();
}

TEST_P(JournalTest, WhatComesOffTheWireIsMadeStorable) {
  auto event = received(1, 7, "");
  for (int i = 0; i < 300; ++i) event.subject += "张";
  event.sender = "a\xff@b";
  event.recipient = std::string("a\0b", 3);
  event.detail = std::string(10'000, 'x');
  journal_.record(event);
  journal_.flush();
  auto stored = journal_.query({.scope = {1}});
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_EQ(stored[0].subject.size(), 200u * 3);
  EXPECT_EQ(stored[0].sender, "a\\xff@b");
  EXPECT_EQ(stored[0].recipient, "a\\x00b");
  EXPECT_EQ(stored[0].detail.size(), 500u);
}

TEST_P(JournalTest, PurgeDeletesWhatIsOlderEverywhere) {
  for (int64_t enterprise : {0, 1, 2})
    for (int i = 0; i < 1'500; ++i) {
      auto event = received(enterprise, 7, "old");
      event.at = kStart + i * 1ms;
      journal_.record(event);
    }
  clock_.advance(24h);
  journal_.record(received(1, 7, "new"));
  journal_.flush();
  EXPECT_EQ(journal_.purge(kStart), 0);
  EXPECT_EQ(journal_.purge(kStart + 1h), 4'500);
  EXPECT_EQ(subjects(journal_.query({.scope = {1}})), Subjects{"new"});
  EXPECT_TRUE(journal_.query({.scope = {2}}).empty());
  EXPECT_EQ(journal_.purge(kStart + 1h), 0);
}

INSTANTIATE_TEST_SUITE_P(AllDrivers, JournalTest, testing::ValuesIn(sql::testing::drivers()), sql::testing::name);

TEST(CleanText, CutsAtCharacters) {
  EXPECT_EQ(clean_text("abc", 3), "abc");
  EXPECT_EQ(clean_text("abcd", 3), "abc");
  EXPECT_EQ(clean_text("张三李四", 2), "张三");
  EXPECT_EQ(clean_text("", 2), "");
}

}  // namespace
}  // namespace journal
