#include "queue/schedule.h"

#include <gtest/gtest.h>

#include <set>

namespace queue {
namespace {

constexpr base::Time kNow{std::chrono::hours(24 * 365 * 56)};

TEST(Schedule, DelaysGrowToTheLongest) {
  Settings settings;
  settings.jitter = 0;
  EXPECT_EQ(retry_delay(settings, 1, 1), 5min);
  EXPECT_EQ(retry_delay(settings, 2, 1), 9min);
  EXPECT_EQ(retry_delay(settings, 3, 1), 16min + 12s);
  EXPECT_EQ(retry_delay(settings, 20, 1), 4h);
  EXPECT_EQ(retry_delay(settings, 1'000'000, 1), 4h);
  EXPECT_EQ(retry_delay(settings, 0, 1), 5min);
  EXPECT_EQ(dead_delay(settings, 1, 1), 1min);
  EXPECT_EQ(dead_delay(settings, 4, 1), 8min);
  EXPECT_EQ(dead_delay(settings, 40, 1), 1h);
}

TEST(Schedule, JitterSpreadsAndStaysInBounds) {
  const Settings settings;
  std::set<int64_t> seen;
  double sum = 0;
  for (uint64_t seed = 0; seed < 1'000; ++seed) {
    const auto delay = retry_delay(settings, 1, seed);
    EXPECT_GE(delay, 4min);
    EXPECT_LE(delay, 6min);
    seen.insert(delay.count());
    sum += static_cast<double>(delay.count());
  }
  EXPECT_GT(seen.size(), 990u);
  EXPECT_NEAR(sum / 1'000 / 1e6, 300, 5);
  EXPECT_EQ(retry_delay(settings, 3, 42), retry_delay(settings, 3, 42));
}

TEST(Schedule, TheLastAttemptIsAtTheEndOfTheLifetime) {
  const Settings settings;
  const auto end = kNow + 24h * 5;
  auto before = after_failure(settings, end - 1min, 40, end, std::nullopt, 1);
  EXPECT_FALSE(before.give_up);
  EXPECT_EQ(before.next_at, end);
  EXPECT_TRUE(after_failure(settings, end, 41, end, std::nullopt, 1).give_up);
  // A dead next hop's time counts in place of the schedule.
  EXPECT_EQ(after_failure(settings, kNow, 1, end, std::nullopt, 1, kNow + 30s).next_at, kNow + 30s);
  EXPECT_EQ(after_failure(settings, end - 1s, 1, end, std::nullopt, 1, end + 1h).next_at, end);
}

TEST(Schedule, TheDelayIsToldWhenItsTimeHasCome) {
  const Settings settings;
  const auto end = kNow + 24h * 5;
  EXPECT_FALSE(after_failure(settings, kNow + 3h, 5, end, kNow + 4h, 1).tell_delay);
  EXPECT_TRUE(after_failure(settings, kNow + 4h, 6, end, kNow + 4h, 1).tell_delay);
  EXPECT_FALSE(after_failure(settings, kNow + 9h, 6, end, std::nullopt, 1).tell_delay);
  EXPECT_FALSE(after_failure(settings, end, 6, end, kNow + 4h, 1).tell_delay);
}

}  // namespace
}  // namespace queue
