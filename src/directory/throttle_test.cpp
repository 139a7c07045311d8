#include "directory/throttle.h"

#include <gtest/gtest.h>

namespace directory {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kStart{std::chrono::hours(1)};

class ThrottleTest : public testing::Test {
 protected:
  void fail(int times, const std::string& account, const std::string& client) {
    for (int i = 0; i < times; ++i) throttle_.note(account, client, false, now_);
  }
  bool blocked(const std::string& account, const std::string& client) { return throttle_.is_blocked(account, client, now_); }

  base::Time now_ = kStart;
  Throttle throttle_{5, 15min, 1000};
};

TEST_F(ThrottleTest, APairIsBlockedAtItsLimitForTheWindow) {
  fail(4, "tom", "192.0.2.1");
  EXPECT_FALSE(blocked("tom", "192.0.2.1"));
  fail(1, "tom", "192.0.2.1");
  EXPECT_TRUE(blocked("tom", "192.0.2.1"));
  EXPECT_FALSE(blocked("ann", "192.0.2.1"));
  EXPECT_FALSE(blocked("tom", "192.0.2.2"));
  now_ += 15min;
  EXPECT_FALSE(blocked("tom", "192.0.2.1"));
  fail(1, "tom", "192.0.2.1");
  EXPECT_FALSE(blocked("tom", "192.0.2.1"));
}

TEST_F(ThrottleTest, SuccessForgetsThePairsFailures) {
  fail(4, "tom", "192.0.2.1");
  throttle_.note("tom", "192.0.2.1", true, now_);
  fail(4, "tom", "192.0.2.1");
  EXPECT_FALSE(blocked("tom", "192.0.2.1"));
}

TEST_F(ThrottleTest, AnAddressThatTriesManyAccountsIsBlockedForAll) {
  for (int i = 0; i < 25; ++i) fail(4, "user" + std::to_string(i), "192.0.2.1");
  EXPECT_TRUE(blocked("tom", "192.0.2.1"));
  EXPECT_FALSE(blocked("tom", "192.0.2.2"));
}

TEST_F(ThrottleTest, AnAccountTriedFromManyAddressesIsBlockedButForWhereItsOwnerIs) {
  throttle_.note("tom", "198.51.100.1", true, now_);
  for (int i = 0; i < 25; ++i) fail(4, "tom", "192.0.2." + std::to_string(i));
  EXPECT_TRUE(blocked("tom", "203.0.113.1"));
  EXPECT_FALSE(blocked("tom", "198.51.100.1"));
}

TEST_F(ThrottleTest, WithoutAnAddressOnlyTheAccountCounts) {
  for (int i = 0; i < 25; ++i) fail(4, "user" + std::to_string(i), "");
  EXPECT_FALSE(blocked("tom", ""));
}

TEST(Throttle, RemembersNoMoreThanItsLimit) {
  Throttle throttle(1, 15min, 30);
  for (int i = 0; i < 1000; ++i) throttle.note("user" + std::to_string(i), "", false, kStart);
  int blocked = 0;
  for (int i = 0; i < 1000; ++i) blocked += throttle.is_blocked("user" + std::to_string(i), "", kStart);
  EXPECT_GT(blocked, 0);
  EXPECT_LE(blocked, 30);
}

}  // namespace
}  // namespace directory
