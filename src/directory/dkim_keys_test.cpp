#include "directory/dkim_keys.h"

#include <gtest/gtest.h>

#include "mailauth/dkim_key.h"
#include "sql/testing.h"

namespace directory {
namespace {

class DkimKeysTest : public testing::TestWithParam<sql::testing::Kind> {
 protected:
  std::string states(const std::vector<DkimKey>& keys) {
    std::string out;
    for (const auto& key : keys) out += key.selector + "=" + std::to_string(static_cast<int>(key.state)) + " ";
    return out;
  }
  std::unique_ptr<sql::Database> database = sql::testing::make(GetParam());
  base::ManualClock clock{base::from_seconds(1795439731)};  // 2026-11-23
  DkimKeys keys{*database, clock};
  const sql::EnterpriseScope ours{1}, others{2};
};

INSTANTIATE_TEST_SUITE_P(AllDrivers, DkimKeysTest, testing::ValuesIn(sql::testing::drivers()), sql::testing::name);

TEST_P(DkimKeysTest, TheFirstPairIsMadeOnceAndSigns) {
  const auto made = keys.ensure(ours, "example.com");
  EXPECT_EQ(states(made), "ph20261123e=2 ph20261123r=2 ");
  EXPECT_EQ(made[1].record_name(), "ph20261123r._domainkey.example.com");
  for (const auto& key : made) EXPECT_TRUE(mailauth::PrivateKey::from_pem(key.pem).ok());
  EXPECT_EQ(keys.ensure(ours, "example.com")[0].pem, made[0].pem);
  EXPECT_TRUE(keys.list(ours, "example.org").empty());
  EXPECT_TRUE(keys.list(others, "example.com").empty()) << "another enterprise's";
}

TEST_P(DkimKeysTest, RotationLeavesNoGap) {
  keys.ensure(ours, "example.com");
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(states(keys.begin_rotation(ours, "example.com")), "ph20261123e=2 ph20261123r=2 ph20261123ae=1 ph20261123ar=1 ");
  EXPECT_EQ(keys.begin_rotation(ours, "example.com").size(), 4u) << "one waits already";
  clock.advance(std::chrono::hours(1));
  keys.complete_rotation(ours, "example.com");
  keys.complete_rotation(ours, "example.com");
  EXPECT_EQ(states(keys.list(ours, "example.com")), "ph20261123e=3 ph20261123r=3 ph20261123ae=2 ph20261123ar=2 ");
  EXPECT_TRUE(keys.older_than(DkimKeyState::kRetiring, clock.now(), 10).empty());
  const auto old = keys.older_than(DkimKeyState::kRetiring, clock.now() + std::chrono::hours(1), 10);
  ASSERT_EQ(old.size(), 2u);
  for (const auto& key : old) keys.remove(key);
  EXPECT_EQ(states(keys.list(ours, "example.com")), "ph20261123ae=2 ph20261123ar=2 ");
}

}  // namespace
}  // namespace directory
