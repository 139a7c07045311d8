// Published messages: RFC 6376 A.2, RFC 8463 A (mail-auth/001), mail-auth and Mail::DKIM. test/vectors/dkim says whose they are.

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "base/text.h"
#include "mailauth/dkim_testing.h"

namespace mailauth {
namespace {

const std::string kVectors = POSTHOUSE_SOURCE_DIR "/test/vectors/dkim/";

std::vector<std::string> files(const std::string& folder) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(kVectors + folder))
    if (entry.path().extension() == ".txt") found.push_back(folder + "/" + entry.path().filename().string());
  std::sort(found.begin(), found.end());
  return found;
}

std::string name_of(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name)
    if (!base::is_alpha(c) && !base::is_digit(c)) c = '_';
  return name;
}

// "name record" lines, an empty line, the message with LF.
struct Published {
  testing::KeyTable keys;
  std::string message;
};

Published read_published(const std::string& path) {
  const std::string text = testing::read_file(path);
  const size_t end = text.find("\n\n");
  Published out;
  std::istringstream lines(text.substr(0, end));
  for (std::string line; std::getline(lines, line);) {
    const size_t space = line.find(' ');
    out.keys.records[line.substr(0, space)].push_back(line.substr(space + 1));
  }
  out.message = testing::crlf(text.substr(end + 2));
  return out;
}

// Verified shortly after the time of its own t=, because of x=.
base::Time shortly_after(const std::string& message) {
  const size_t at = message.find(" t=");
  const size_t other = message.find("\tt=");
  const size_t begin = std::min(at, other);
  if (begin == std::string::npos || message.compare(0, 14, "DKIM-Signature") != 0) return testing::kNow;
  return base::from_seconds(std::stoll(message.substr(begin + 3, 12)) + 60);
}

class SignedMessage : public ::testing::TestWithParam<std::string> {};

TEST_P(SignedMessage, EverySignatureVerifies) {
  Published vector = read_published(kVectors + GetParam());
  const auto results = testing::verify(vector.message, vector.keys, shortly_after(vector.message));
  ASSERT_FALSE(results.empty());
  for (const auto& result : results) {
    EXPECT_EQ(result.result, DkimResult::kPass) << result.domain << ": " << result.reason;
    EXPECT_FALSE(result.domain.empty());
    EXPECT_GE(result.key_bits, 253u);
  }
}

TEST_P(SignedMessage, FailsWithAnotherBody) {
  Published vector = read_published(kVectors + GetParam());
  for (const auto& result : testing::verify(vector.message + "added\r\n", vector.keys, shortly_after(vector.message))) {
    EXPECT_EQ(result.result, DkimResult::kFail);
    EXPECT_EQ(result.reason, "body hash did not verify");
  }
}

TEST_P(SignedMessage, FailsWithAnotherFrom) {
  Published vector = read_published(kVectors + GetParam());
  const size_t at = vector.message.find("\r\nFrom: ") + 8;
  vector.message[at] = vector.message[at] == 'X' ? 'Y' : 'X';
  for (const auto& result : testing::verify(vector.message, vector.keys, shortly_after(vector.message))) {
    EXPECT_EQ(result.result, DkimResult::kFail);
    EXPECT_EQ(result.reason, "signature did not verify");
  }
}

INSTANTIATE_TEST_SUITE_P(Rfc, SignedMessage, ::testing::ValuesIn(files("rfc")), name_of);
INSTANTIATE_TEST_SUITE_P(MailAuth, SignedMessage, ::testing::ValuesIn(files("mail-auth")), name_of);

// Mail::DKIM's corpus, older than RFC 8301: what it says of rsa-sha1 and of 512-bit keys does not hold any more.
class MailDkimCorpus : public ::testing::Test {
 protected:
  static testing::KeyTable keys() {
    testing::KeyTable table;
    std::istringstream lines(testing::read_file(kVectors + "mail-dkim/FAKE_DNS.dat"));
    for (std::string line; std::getline(lines, line);) {
      const size_t space = line.find("  ");
      if (line.empty() || line.front() == '#' || space == std::string::npos) continue;
      table.records[base::to_lower(line.substr(0, space))].push_back(line.substr(space + 2));
    }
    return table;
  }
  static std::map<std::string, std::string> expected() {
    std::map<std::string, std::string> table;
    std::istringstream lines(testing::read_file(kVectors + "mail-dkim/expected.tsv"));
    for (std::string line; std::getline(lines, line);) table[line.substr(0, line.find('\t'))] = line.substr(line.find('\t') + 1);
    return table;
  }
};

class MailDkim : public MailDkimCorpus, public ::testing::WithParamInterface<std::string> {};

TEST_P(MailDkim, IsJudgedAsExpected) {
  const std::string file = GetParam().substr(GetParam().rfind('/') + 1);
  const std::string verdict = expected().at(file);
  testing::KeyTable table = keys();
  const auto results = testing::verify(testing::crlf(testing::read_file(kVectors + GetParam())), table);
  bool passed = false, historic = false;
  for (const auto& result : results) {
    passed |= result.result == DkimResult::kPass;
    historic |= result.algorithm == "rsa-sha1" && result.result == DkimResult::kPermError && result.reason == "rsa-sha1 is historic";
  }
  if (verdict == "pass")
    EXPECT_TRUE(passed || historic);
  else
    EXPECT_FALSE(passed);
}

INSTANTIATE_TEST_SUITE_P(Corpus, MailDkim, ::testing::ValuesIn(files("mail-dkim/corpus")), name_of);

TEST_F(MailDkimCorpus, Ed25519Reasons) {
  const auto reason = [](const std::string& file) {
    testing::KeyTable table = keys();
    const auto results = testing::verify(testing::crlf(testing::read_file(kVectors + "mail-dkim/corpus/" + file)), table);
    return std::string(results.empty() ? "unsigned" : to_string(results.front().result));
  };
  EXPECT_EQ(reason("goodkey_ed25519.txt"), "pass");
  EXPECT_EQ(reason("badkey1_ed25519.txt"), "permerror");  // 44 bytes: SubjectPublicKeyInfo
  EXPECT_EQ(reason("badkey3_ed25519.txt"), "fail");
  EXPECT_EQ(reason("badkey5_ed25519.txt"), "permerror");  // an empty record
}

}  // namespace
}  // namespace mailauth
