// The ARC test suite (test/vectors/arc): each message with the chain status that is expected of it.

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "base/text.h"
#include "mailauth/arc.h"
#include "mailauth/dkim_testing.h"

namespace mailauth {
namespace {

struct Case {
  std::string name, message, expected;
  std::map<std::string, std::string> keys;
};

std::vector<Case> cases() {
  std::vector<Case> found;
  for (const YAML::Node& document : YAML::LoadAllFromFile(POSTHOUSE_SOURCE_DIR "/test/vectors/arc/arc-validation-part.yml")) {
    std::map<std::string, std::string> keys;
    for (const auto& record : document["txt-records"]) keys[record.first.as<std::string>()] = record.second.as<std::string>();
    for (const auto& test : document["tests"])
      found.push_back({test.first.as<std::string>(), testing::crlf(test.second["message"].as<std::string>()),
                       test.second["cv"].as<std::string>(), keys});
  }
  return found;
}

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class ArcVector : public ::testing::TestWithParam<Case> {};

TEST_P(ArcVector, HasTheExpectedStatus) {
  testing::KeyTable keys;
  for (const auto& [name, record] : GetParam().keys) keys.records[name] = {record};
  CanonicalMessage message(GetParam().message);
  const ArcChain chain = net::block_on(verify_arc(message, keys, testing::kNow, net::Deadline::none()));
  std::string expected = GetParam().expected;
  expected[0] = base::ascii_lower(expected[0]);
  EXPECT_EQ(to_string(chain.status), expected) << chain.reason;
  EXPECT_EQ(chain.reason.empty(), chain.status != ArcStatus::kFail);
  if (chain.status == ArcStatus::kPass) {
    EXPECT_EQ(chain.sets.size(), chain.highest);
  }
}

INSTANTIATE_TEST_SUITE_P(Suite, ArcVector, ::testing::ValuesIn(cases()), [](const auto& info) { return info.param.name; });

TEST(ArcVectors, OldestPass) {
  for (const Case& one : cases()) {
    if (one.name != "cv_pass_i2_1_ams1_invalid" && one.name != "cv_pass_i3_1") continue;
    testing::KeyTable keys;
    for (const auto& [name, record] : one.keys) keys.records[name] = {record};
    CanonicalMessage message(one.message);
    const ArcChain chain = net::block_on(verify_arc(message, keys, testing::kNow, net::Deadline::none()));
    EXPECT_EQ(chain.oldest_pass, one.name == "cv_pass_i3_1" ? 0u : 2u);
  }
}

}  // namespace
}  // namespace mailauth
