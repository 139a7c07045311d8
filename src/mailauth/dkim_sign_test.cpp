#include "mailauth/dkim_sign.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/text.h"
#include "mailauth/dkim_testing.h"
#include "mailauth/sha256.h"

namespace mailauth {
namespace {

using testing::kNow;
using namespace std::string_literals;

const std::string kMessage =
    "Received: from here\r\nFrom: Alice <alice@a.example>\r\nTo: bob@b.example\r\nSubject: one\r\n\ttwo\r\nDate: Mon, 1 Jan 2024 00:00:00 "
    "+0000\r\n"
    "List-Id: <l.a.example>\r\n\r\nHello \r\n\r\n";

DkimSigner rsa() { return *DkimSigner::make({.domain = "a.example", .selector = "r"}, testing::rsa_pem()); }
DkimSigner ed25519() { return *DkimSigner::make({.domain = "a.example", .selector = "e"}, testing::ed25519_pem()); }

testing::KeyTable published(const DkimSigner& one, const DkimSigner& other) {
  testing::KeyTable keys;
  keys.records[one.record_name()] = {one.record()};
  keys.records[other.record_name()] = {other.record()};
  return keys;
}

TEST(DkimSign, TwoKeysAtOnce) {
  const DkimSigner first = rsa(), second = ed25519();
  testing::KeyTable keys = published(first, second);
  const std::string fields = testing::sign(kMessage, {&first, &second});
  const auto results = testing::verify(fields + kMessage, keys);
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].result, DkimResult::kPass) << results[0].reason;
  EXPECT_EQ(results[0].algorithm, "rsa-sha256");
  EXPECT_EQ(results[0].key_bits, 2048u);
  EXPECT_EQ(results[1].result, DkimResult::kPass) << results[1].reason;
  EXPECT_EQ(results[1].algorithm, "ed25519-sha256");
}

TEST(DkimSign, LinesAreShortAndEndInCrlf) {
  const DkimSigner signer = rsa();
  const std::string fields = testing::sign(kMessage, {&signer});
  EXPECT_TRUE(
      fields.starts_with("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n\td=a.example; s=r; t=1700000000;\r\n\th=from:from:"));
  size_t lines = 0;
  for (const auto line : base::split(fields, '\n')) {
    if (line.empty()) continue;
    EXPECT_TRUE(line.ends_with('\r'));
    EXPECT_LE(line.size() + 7, 80u) << line;  // a tab counts eight columns
    ++lines;
  }
  EXPECT_GE(lines, 8u);
}

TEST(DkimSign, WhatIsSignedCannotBeChangedOrAddedTo) {
  const DkimSigner signer = ed25519();
  testing::KeyTable keys = published(signer, signer);
  const std::string fields = testing::sign(kMessage, {&signer});
  const auto result = [&](const std::string& message) { return testing::verify(fields + message, keys).at(0).result; };
  EXPECT_EQ(result("Received: by another\r\n" + kMessage), DkimResult::kPass);
  for (const char* name :
       {"From", "Subject", "Date", "To", "Cc", "Message-ID", "Reply-To", "MIME-Version", "Content-Type", "References", "In-Reply-To"})
    EXPECT_EQ(result(std::string(name) + ": x\r\n" + kMessage), DkimResult::kFail) << name;
  // A list may add its own fields, and not change those that were there.
  EXPECT_EQ(result("List-Unsubscribe: <mailto:x@l.example>\r\n" + kMessage), DkimResult::kPass);
  std::string other = kMessage;
  EXPECT_EQ(result(other.replace(other.find("<l.a"), 4, "<m.a")), DkimResult::kFail);
}

TEST(DkimSign, EveryKindOfMessage) {
  const DkimSigner signer = ed25519();
  testing::KeyTable keys = published(signer, signer);
  for (const std::string& message :
       {std::string("From: a@a.example\r\n\r\n"), std::string("From: a@a.example\r\n"), std::string("\r\nonly a body\r\n"),
        std::string("From: a@a.example\r\nFrom: b@a.example\r\n\r\nx"), std::string("From: a\r\nSubject:\r\n\r\n\r\n\r\n"),
        "From: \xff\r\nSubject: \t \r\n\r\na\nb\rc\0d \r\n"s}) {
    const std::string bytes = testing::sign(message, {&signer}) + message;
    const auto results = testing::verify(bytes, keys);
    ASSERT_EQ(results.size(), 1u);
    EXPECT_EQ(results[0].result, DkimResult::kPass) << base::printable(message) << results[0].reason;
  }
}

TEST(DkimSign, IdentityAndLifetime) {
  const auto signer =
      DkimSigner::make({.domain = "a.example", .selector = "e", .identity = "alice@mail.a.example", .lifetime = std::chrono::hours(1)},
                       testing::ed25519_pem());
  ASSERT_TRUE(signer.ok());
  testing::KeyTable keys = published(*signer, *signer);
  const std::string bytes = testing::sign(kMessage, {&*signer}) + kMessage;
  EXPECT_EQ(testing::verify(bytes, keys).at(0).identity, "alice@mail.a.example");
  EXPECT_EQ(testing::verify(bytes, keys, kNow + std::chrono::hours(1)).at(0).result, DkimResult::kPass);
  EXPECT_EQ(testing::verify(bytes, keys, kNow + std::chrono::hours(3)).at(0).reason, "signature expired");
}

TEST(DkimSign, RefusesWhatItCannotSignWith) {
  const auto why = [](SignerOptions options, const std::string& pem) {
    const auto signer = DkimSigner::make(std::move(options), pem);
    return signer.ok() ? "made" : signer.error().text;
  };
  const std::string& pem = testing::ed25519_pem();
  EXPECT_EQ(why({.domain = "a;b", .selector = "s"}, pem), "bad DKIM domain");
  EXPECT_EQ(why({.domain = "a.example", .selector = ""}, pem), "bad DKIM selector");
  EXPECT_EQ(why({.domain = "a.example", .selector = "s", .identity = "x@b.example"}, pem), "DKIM identity is not of the domain");
  EXPECT_EQ(why({.domain = "a.example", .selector = "s", .identity = "x;y@a.example"}, pem), "DKIM identity is not of the domain");
  EXPECT_EQ(why({.domain = "a.example", .selector = "s", .headers = {{"To"}, {}}}, pem), "DKIM must sign From");
  EXPECT_EQ(why({.domain = "a.example", .selector = "s", .headers = {{"From", "a:b"}, {}}}, pem), "bad header field name");
  EXPECT_EQ(why({.domain = "a.example", .selector = "s", .lifetime = std::chrono::seconds(0)}, pem), "DKIM lifetime must be positive");
  EXPECT_EQ(why({.domain = "a.example", .selector = "s"}, "no key"), "no private key in the PEM text");
}

TEST(DkimSign, TooManyFieldsIsAFailure) {
  std::string message;
  for (size_t i = 0; i <= CanonicalMessage::kMaxFields; ++i) message += "x:\r\n";
  const DkimSigner signer = ed25519();
  EXPECT_THROW(testing::sign(message, {&signer}), base::Failure);
}

TEST(DkimSign, ManyEqualFieldsStayWithinTheVerifiersLimit) {
  std::string message = "From: a@a.example\r\n";
  for (int i = 0; i < 600; ++i) message += "Content-Type: text/plain\r\n";
  const DkimSigner signer = ed25519();
  testing::KeyTable keys = published(signer, signer);
  EXPECT_EQ(testing::verify(testing::sign(message, {&signer}) + message, keys).at(0).result, DkimResult::kPass);
}

TEST(DkimSign, OneSignerInSeveralThreads) {
  const DkimSigner signer = rsa();
  const std::string expected = testing::sign(kMessage, {&signer});
  std::vector<std::thread> threads;
  std::atomic<int> same = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) same += testing::sign(kMessage, {&signer}) == expected;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(same, 80);
}

TEST(DkimKey, RecordsOfGeneratedKeysParse) {
  for (const auto algorithm : {SigningAlgorithm::kRsaSha256, SigningAlgorithm::kEd25519Sha256}) {
    const auto key = PrivateKey::from_pem(algorithm == SigningAlgorithm::kRsaSha256 ? testing::rsa_pem() : testing::ed25519_pem());
    ASSERT_TRUE(key.ok());
    const auto record = PublicKey::parse(key->record());
    ASSERT_TRUE(record.ok()) << record.error().text;
    EXPECT_EQ(record->algorithm(), algorithm);
    EXPECT_EQ(record->bits(), key->bits());
    const std::string digest = sha256("text");
    EXPECT_TRUE(record->verify(digest, key->sign(digest)));
    EXPECT_FALSE(record->verify(sha256("other"), key->sign(digest)));
    EXPECT_FALSE(record->verify(digest, ""));
  }
}

}  // namespace
}  // namespace mailauth
