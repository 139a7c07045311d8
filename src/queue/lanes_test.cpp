#include "queue/lanes.h"

#include <gtest/gtest.h>

namespace queue {
namespace {

constexpr base::Time kNow{std::chrono::hours(24 * 365 * 56)};

Work work(const std::string& hop, int64_t enterprise, int64_t message, const std::string& pool = "") {
  auto m = std::make_shared<Message>();
  m->enterprise_id = enterprise;
  m->message_id = message;
  m->source_pool = pool;
  Work work{m, hop, {}};
  work.entries.push_back({.entry_id = 1, .recipient = "u@" + hop});
  return work;
}

struct LanesTest : testing::Test {
  void add(const Work& one) {
    ASSERT_TRUE(room.take(one.next_hop, 1));
    lanes.add(one);
  }
  // Hops of the next `count` turns.
  std::vector<std::string> turns(int count) {
    std::vector<std::string> hops;
    for (int i = 0; i < count; ++i) {
      auto turn = lanes.next(now);
      if (!turn) break;
      hops.push_back(turn->work.next_hop + "/" + std::to_string(turn->work.message->enterprise_id));
      under_way.push_back(turn->work);
    }
    return hops;
  }
  void end_all(Lanes::Reached reached = Lanes::Reached::kYes) {
    for (const Work& one : std::exchange(under_way, {})) lanes.sent(one, reached, Attempt{.reason = "refused"}, now);
  }

  Settings settings;
  Room room{1'000, 100};
  Lanes lanes{settings, room};
  base::Time now = kNow;
  std::vector<Work> under_way;
};
using Hops = std::vector<std::string>;

TEST_F(LanesTest, NextHopsTakeTurnsAndEnterprisesInside) {
  for (int i = 0; i < 3; ++i) add(work("big", 1, i));
  add(work("small", 1, 10));
  for (int i = 0; i < 2; ++i) add(work("big", 2, 20 + i));
  EXPECT_EQ(turns(10), (Hops{"big/1", "small/1", "big/2", "big/1", "big/2", "big/1"}));
}

TEST_F(LanesTest, ANextHopHasItsLimit) {
  settings.deliveries_per_destination = 2;
  for (int i = 0; i < 5; ++i) add(work("a", 1, i));
  add(work("b", 1, 10));
  EXPECT_EQ(turns(10), (Hops{"a/1", "b/1", "a/1"}));
  end_all();
  EXPECT_EQ(turns(10), (Hops{"a/1", "a/1"}));
  EXPECT_EQ(lanes.active(), 2u);
}

TEST_F(LanesTest, SlowNextHopsLeaveSlotsForOthers) {
  settings.deliveries = 20;
  settings.deliveries_per_destination = 20;
  for (int i = 0; i < 50; ++i) add(work("a", 1, i));
  EXPECT_LE(turns(100).size(), 5u);
  for (int i = 0; i < 50; ++i) add(work("b", 1, i));
  EXPECT_GE(turns(100).size(), 2u);
  add(work("c", 1, 1));
  EXPECT_EQ(turns(100), Hops{"c/1"});
}

TEST_F(LanesTest, APoolHasItsLimitAndOthersGoOn) {
  settings.deliveries_per_pool = 1;
  add(work("a", 1, 1, "p"));
  add(work("b", 1, 2, "p"));
  add(work("c", 1, 3, "q"));
  add(work("b", 2, 4, "q"));
  EXPECT_EQ(turns(10), (Hops{"a/1", "b/2"}));
  EXPECT_TRUE(turns(10).empty());
  end_all();
  const auto next = turns(10);
  EXPECT_EQ(next, (Hops{"b/1", "c/1"}));
  end_all();
  EXPECT_TRUE(turns(10).empty());
  EXPECT_EQ(lanes.active(), 0u);
}

TEST_F(LanesTest, ADeadNextHopHandsItsWorkBackUntriedAndIsProbedByOne) {
  for (int i = 0; i < 5; ++i) add(work("a", 1, i));
  settings.deliveries_per_destination = 2;
  EXPECT_EQ(turns(10).size(), 2u);
  end_all(Lanes::Reached::kNo);
  EXPECT_TRUE(lanes.dead("a", now));
  for (int i = 0; i < 3; ++i) {
    auto turn = lanes.next(now);
    ASSERT_TRUE(turn);
    EXPECT_FALSE(turn->to_send);
    EXPECT_EQ(turn->dead.reason, "refused");
    EXPECT_GT(turn->dead_until, now);
  }
  EXPECT_EQ(lanes.active(), 0u);
  now += 2min;
  EXPECT_FALSE(lanes.dead("a", now));
  for (int i = 0; i < 3; ++i) add(work("a", 1, 10 + i));
  EXPECT_EQ(turns(10).size(), 1u);
  end_all();
  EXPECT_EQ(turns(10).size(), 2u);
}

TEST_F(LanesTest, AFailureAmongSuccessesSlowsDown) {
  settings.deliveries_per_destination = 8;
  for (int i = 0; i < 40; ++i) add(work("a", 1, i));
  EXPECT_EQ(turns(40).size(), 8u);
  lanes.sent(under_way.back(), Lanes::Reached::kYes, {}, now);
  under_way.pop_back();
  lanes.sent(under_way.back(), Lanes::Reached::kNo, {}, now);
  under_way.pop_back();
  EXPECT_FALSE(lanes.dead("a", now));
  EXPECT_TRUE(turns(40).empty());  // 6 under way, 3 allowed
  end_all();
  EXPECT_LT(turns(40).size(), 8u);
}

TEST_F(LanesTest, ClaimsAreOrderedWhenDueWithinTheRoom) {
  lanes.note_due({"a", 1}, now + 5min, now);
  lanes.note_due({"b", 1}, now, now);
  lanes.note_due({"c", 1}, now + 2h, now);  // beyond the horizon
  EXPECT_EQ(lanes.lane_count(), 2u);
  auto orders = lanes.take_claims(now, 50);
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].lane.next_hop, "b");
  EXPECT_EQ(room.taken(), orders[0].limit);
  EXPECT_TRUE(lanes.take_claims(now, 50).empty());
  Claimed none;
  lanes.claimed(orders[0], std::move(none), now);
  EXPECT_EQ(room.taken(), 0u);
  EXPECT_EQ(lanes.lane_count(), 1u);
  EXPECT_EQ(lanes.next_due(), now + 5min);
  now += 5min;
  EXPECT_EQ(lanes.take_claims(now, 50).size(), 1u);
}

TEST_F(LanesTest, ALaneWaitsUntilItsHopHasRoom) {
  ASSERT_TRUE(room.take("a", 80));
  lanes.note_due({"a", 1}, now, now);
  EXPECT_TRUE(lanes.take_claims(now, 50).empty());
  EXPECT_TRUE(lanes.take_claims(now, 50).empty());
  room.give("a", 79);
  lanes.room_freed({"a", 1}, now);
  EXPECT_EQ(lanes.take_claims(now, 50).size(), 1u);
}

TEST(Room, OneHopNeverTakesAll) {
  Room room(800, 400);
  EXPECT_EQ(room.take_most("a", 1'000), 100u);
  EXPECT_FALSE(room.take("a", 1));
  size_t total = 100;
  for (int i = 0; i < 20; ++i) total += room.take_most("h" + std::to_string(i), 1'000);
  EXPECT_LT(total, 800u);
  EXPECT_EQ(room.taken(), total);
  EXPECT_TRUE(room.take("late", 1));
  room.give("a", 100);
  EXPECT_EQ(room.taken(), total - 99);
  room.give("a", 5);  // it has none
  EXPECT_EQ(room.taken(), total - 99);
}

}  // namespace
}  // namespace queue
