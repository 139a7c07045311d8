// Sealing, chains of several hosts, and the structural rules that the published suite (arc_vectors_test.cpp) does not reach.

#include "mailauth/arc.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "mailauth/dkim_testing.h"

namespace mailauth {
namespace {

using testing::kNow;

const std::string kMessage =
    "Received: from here\r\nFrom: Alice <alice@a.example>\r\nTo: list@l.example\r\nSubject: hello\r\nDate: Mon, 1 Jan 2024 00:00:00 "
    "+0000\r\n\r\nHello\r\n";

class ArcTest : public ::testing::Test {
 protected:
  ArcTest() {
    keys_.records["s._domainkey.one.example"] = {PrivateKey::from_pem(testing::ed25519_pem())->record()};
    keys_.records["s._domainkey.two.example"] = {PrivateKey::from_pem(testing::rsa_pem())->record()};
  }

  static ArcSealer one() { return *ArcSealer::make({.domain = "one.example", .selector = "s"}, testing::ed25519_pem()); }
  static ArcSealer two() { return *ArcSealer::make({.domain = "two.example", .selector = "s"}, testing::rsa_pem()); }

  ArcChain verify(const std::string& bytes, const DkimLimits& limits = {}) {
    CanonicalMessage message(bytes);
    return net::block_on(verify_arc(message, keys_, kNow, net::Deadline::none(), limits));
  }

  // The message with one more set, as a host would that received it so.
  std::string sealed(const std::string& bytes, const ArcSealer& sealer) {
    const ArcChain chain = verify(bytes);
    CanonicalMessage message(bytes);
    AuthenticationResults results{.authserv_id = "mx.example"};
    results.results = {spf_auth_result("pass", "alice@a.example", ""), arc_auth_result(chain, "192.0.2.1")};
    const auto fields = sealer.seal(message, chain, results, kNow);
    return fields.ok() ? *fields + bytes : "refused: " + fields.error().text;
  }

  // The text of `set`'s field of that name, replaced in `bytes`.
  static std::string replaced(std::string bytes, const std::string& from, const std::string& to) {
    const size_t at = bytes.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? bytes : bytes.replace(at, from.size(), to);
  }

  testing::KeyTable keys_;
};

TEST_F(ArcTest, NoSets) {
  const ArcChain chain = verify(kMessage);
  EXPECT_EQ(chain.status, ArcStatus::kNone);
  EXPECT_EQ(chain.highest, 0u);
  EXPECT_TRUE(chain.sets.empty());
}

TEST_F(ArcTest, AChainOfThree) {
  const std::string bytes = sealed(sealed(sealed(kMessage, one()), two()), one());
  const ArcChain chain = verify(bytes);
  EXPECT_EQ(chain.status, ArcStatus::kPass) << chain.reason;
  EXPECT_EQ(chain.highest, 3u);
  EXPECT_EQ(chain.oldest_pass, 0u);
  ASSERT_EQ(chain.sets.size(), 3u);
  EXPECT_EQ(chain.sets[0].seal_domain, "one.example");
  EXPECT_EQ(chain.sets[1].signature_domain, "two.example");
  EXPECT_EQ(chain.sets[1].seal_selector, "s");
  EXPECT_EQ(chain.sets[2].instance, 3u);
  const auto results = parse_authentication_results(chain.sets[1].authentication_results);
  ASSERT_TRUE(results.ok()) << results.error().text;
  EXPECT_EQ(results->authserv_id, "mx.example");
  ASSERT_EQ(results->results.size(), 2u);
  EXPECT_EQ(results->results[1].method, "arc");
  EXPECT_EQ(results->results[1].result, "pass");
  // Each key was asked for once per verification.
  keys_.asked.clear();
  verify(bytes);
  EXPECT_EQ(keys_.asked.size(), 2u);
}

TEST_F(ArcTest, SetsStandNewestFirstAndSayTheStatus) {
  const std::string bytes = sealed(sealed(kMessage, one()), two());
  EXPECT_TRUE(bytes.starts_with("ARC-Seal: i=2; a=rsa-sha256; cv=pass;\r\n\td=two.example; s=s; t=1700000000;\r\n\tb="));
  EXPECT_NE(bytes.find("\r\nARC-Message-Signature: i=2; a=rsa-sha256; c=relaxed/relaxed;"), std::string::npos);
  EXPECT_NE(bytes.find("\r\nARC-Authentication-Results: i=2; mx.example;"), std::string::npos);
  EXPECT_NE(bytes.find("\r\nARC-Seal: i=1; a=ed25519-sha256; cv=none;"), std::string::npos);
}

TEST_F(ArcTest, AHostThatChangesTheMessageMovesOldestPass) {
  const std::string first = sealed(kMessage, one());
  // The second host takes the chain as it came, changes the subject and seals.
  const ArcChain chain = verify(first);
  const std::string changed = replaced(first, "Subject: hello", "Subject: [l] hello");
  CanonicalMessage message(changed);
  const std::string second = *two().seal(message, chain, {.authserv_id = "l.example"}, kNow) + changed;
  const ArcChain after = verify(second);
  EXPECT_EQ(after.status, ArcStatus::kPass) << after.reason;
  EXPECT_EQ(after.oldest_pass, 2u);
  EXPECT_EQ(after.sets[1].authentication_results, " l.example; none");
}

TEST_F(ArcTest, AnyChangeToASetBreaksTheChain) {
  const std::string bytes = sealed(sealed(kMessage, one()), two());
  EXPECT_EQ(verify(bytes).status, ArcStatus::kPass);
  const auto why = [&](const std::string& from, const std::string& to) { return verify(replaced(bytes, from, to)).reason; };
  EXPECT_EQ(why("Subject: hello", "Subject: other"), "ARC-Message-Signature 2: signature did not verify");
  EXPECT_EQ(why("\r\n\r\nHello", "\r\n\r\nBye"), "ARC-Message-Signature 2: body hash did not verify");
  EXPECT_EQ(why("i=2; mx.example;\r\n\tspf=pass", "i=2; mx.example;\r\n\tspf=fail"), "ARC-Seal 2: signature did not verify");
  // The first set's results are covered by both seals; the second is checked first.
  EXPECT_EQ(why("i=1; mx.example;\r\n\tspf=pass", "i=1; mx.example;\r\n\tspf=fail"), "ARC-Seal 2: signature did not verify");
  EXPECT_EQ(why("cv=none", "cv=pass"), "ARC-Seal 1 says cv=pass");
  EXPECT_EQ(why("cv=pass", "cv=none"), "ARC-Seal 2 says cv=none");
  EXPECT_EQ(why("cv=pass", "cv=maybe"), "ARC-Seal 2: bad cv= tag");
  EXPECT_EQ(why("cv=pass;", "cv=pass; h=from;"), "ARC-Seal 2: h= in an ARC-Seal");
  EXPECT_EQ(why("h=from:from", "h=from:arc-seal"), "ARC-Message-Signature 2: ARC-Seal is signed");
}

TEST_F(ArcTest, StructuralRules) {
  const std::string bytes = sealed(sealed(kMessage, one()), two());
  const auto why = [&](const std::string& text) { return verify(text).reason; };
  EXPECT_EQ(why(replaced(bytes, "ARC-Seal: i=1", "X-Seal: i=1")), "ARC set 1 is not complete");
  EXPECT_EQ(why(replaced(bytes, "ARC-Authentication-Results: i=2", "X-Results: i=2")), "ARC set 2 is not complete");
  EXPECT_EQ(why(replaced(bytes, "ARC-Seal: i=2", "ARC-Seal: i=1")), "ARC set 1 has a field twice");
  EXPECT_EQ(why(replaced(bytes, "ARC-Seal: i=2", "ARC-Seal: i=51")), "ARC field without a valid instance");
  EXPECT_EQ(why(replaced(bytes, "ARC-Seal: i=2", "ARC-Seal: i=0")), "ARC field without a valid instance");
  EXPECT_EQ(why(replaced(bytes, "ARC-Authentication-Results: i=2;", "ARC-Authentication-Results:")), "ARC field without a valid instance");
  EXPECT_EQ(why("ARC-Authentication-Results: i=1; mx.example; none\r\n" + kMessage), "ARC set 1 is not complete");
  for (const std::string& text : {replaced(bytes, "ARC-Seal: i=1", "X-Seal: i=1"), std::string("ARC-Seal:\r\n") + kMessage})
    EXPECT_EQ(verify(text).status, ArcStatus::kFail);
  // A gap: 1 and 3.
  std::string gap = bytes;
  for (const char* name : {"ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"})
    gap = replaced(gap, fmt::format("{}: i=2", name), fmt::format("{}: i=3", name));
  EXPECT_EQ(why(gap), "ARC set 2 is not complete");
}

TEST_F(ArcTest, ABrokenChainIsSealedAsFailedAndThenEnds) {
  const std::string broken = replaced(sealed(kMessage, one()), "Hello", "Bye");
  const std::string failed = sealed(broken, two());
  EXPECT_TRUE(failed.starts_with("ARC-Seal: i=2; a=rsa-sha256; cv=fail;")) << failed.substr(0, 80);
  const ArcChain chain = verify(failed);
  EXPECT_EQ(chain.status, ArcStatus::kFail);
  EXPECT_TRUE(chain.ended);
  EXPECT_EQ(chain.reason, "ARC-Seal 2 says cv=fail");
  EXPECT_EQ(sealed(failed, one()), "refused: the ARC chain has ended");
}

TEST_F(ArcTest, TheSealOfAFailedChainCoversItsOwnSetAlone) {
  const std::string broken = replaced(sealed(kMessage, one()), "Hello", "Bye");
  const std::string failed = sealed(broken, two());
  CanonicalMessage message(failed);
  Sha256 hash;
  add_sealed(message.fields()[2].text, hash);
  add_sealed(message.fields()[1].text, hash);
  const Signature seal = parse_signature(SignatureKind::kArcSeal, message.fields()[0]);
  std::string last;
  append_canonical(Canonicalization::kRelaxed, seal.unsigned_text, last);
  hash.add(last);
  const auto key = PublicKey::parse(keys_.records["s._domainkey.two.example"][0]);
  EXPECT_TRUE(key->verify(hash.finish(), seal.signature));
}

TEST_F(ArcTest, KeysThatCannotBeHad) {
  const std::string bytes = sealed(sealed(kMessage, one()), two());
  keys_.failing = {"s._domainkey.one.example"};
  keys_.records.erase("s._domainkey.one.example");
  ArcChain chain = verify(bytes);
  EXPECT_EQ(chain.status, ArcStatus::kFail);
  EXPECT_TRUE(chain.temporary);
  keys_.failing.clear();
  chain = verify(bytes);
  EXPECT_FALSE(chain.temporary);
  EXPECT_EQ(chain.reason, "ARC-Seal 1: no key");
}

TEST_F(ArcTest, FiftySetsAndNoMore) {
  std::string bytes = kMessage;
  for (unsigned i = 0; i < kMaxArcSets; ++i) bytes = sealed(bytes, one());
  const ArcChain chain = verify(bytes);
  EXPECT_EQ(chain.status, ArcStatus::kPass) << chain.reason;
  EXPECT_EQ(chain.highest, 50u);
  EXPECT_EQ(sealed(bytes, one()), "refused: the ARC chain has 50 sets");
}

TEST_F(ArcTest, SignsTheDkimSignaturesThatCame) {
  const auto signer = DkimSigner::make({.domain = "one.example", .selector = "s"}, testing::ed25519_pem());
  const std::string bytes = sealed(testing::sign(kMessage, {&*signer}) + kMessage, two());
  EXPECT_EQ(verify(bytes).status, ArcStatus::kPass);
  EXPECT_EQ(testing::verify(bytes, keys_).at(0).result, DkimResult::kPass);
  EXPECT_EQ(verify(replaced(bytes, "DKIM-Signature: v=1", "DKIM-Signature: v=2")).reason,
            "ARC-Message-Signature 1: signature did not verify");
}

TEST_F(ArcTest, RefusesFieldsThatAreNotToBeSigned) {
  const auto made = [](const std::string& name) {
    return ArcSealer::make({.domain = "one.example", .selector = "s", .headers = {{"From"}, {name}}}, testing::ed25519_pem()).ok();
  };
  EXPECT_TRUE(made("To"));
  EXPECT_FALSE(made("ARC-Seal"));
  EXPECT_FALSE(made("arc-authentication-results"));
  EXPECT_FALSE(made("Authentication-Results"));
}

}  // namespace
}  // namespace mailauth
