// The rules of verifying, one by one, on messages made and spoilt here. Published messages are in dkim_vectors_test.cpp.

#include "mailauth/dkim.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "mailauth/dkim_testing.h"
#include "mailauth/sha256.h"

namespace mailauth {
namespace {

using testing::kNow;

const std::string kHeader = "From: Alice <alice@a.example>\r\nTo: bob@b.example\r\nSubject: one\r\nSubject: two\r\n";
const std::string kBody = "Hello,  Bob\r\n\r\n";

// A signature written by hand, so that each tag can be what a test needs.
class DkimTest : public ::testing::Test {
 protected:
  DkimTest() { publish(record()); }

  void publish(const std::string& text) { keys_.records["s._domainkey.a.example"] = {text}; }
  static const PrivateKey& key() {
    static const PrivateKey made = *PrivateKey::from_pem(testing::ed25519_pem());
    return made;
  }
  static std::string record() { return key().record(); }

  // `tags` without bh= and b=; they are appended for `body` as canonicalized by `form`.
  static std::string field(const std::string& tags, const std::vector<std::string>& names, Canonicalization header, Canonicalization form,
                           const std::string& header_block = kHeader, std::optional<uint64_t> length = {}, const PrivateKey& with = key()) {
    const std::string bytes = header_block + "\r\n" + kBody;
    CanonicalMessage message(bytes);
    const std::string text = "DKIM-Signature: " + tags + "; bh=" + base::base64_encode(message.body_hash(form, length).digest) + "; b=";
    return text + base::base64_encode(with.sign(signed_digest(message, names, header, text))) + "\r\n";
  }
  // The usual one, with further tags.
  static std::string relaxed(const std::string& more = "", const std::string& names = "from:to:subject:date") {
    std::vector<std::string> list;
    for (const auto name : split_colons(names)) list.push_back(base::to_lower(name));
    return field("v=1; a=ed25519-sha256; c=relaxed/relaxed; d=a.example; s=s; h=" + names + more, list, Canonicalization::kRelaxed,
                 Canonicalization::kRelaxed);
  }

  DkimSignatureResult check(const std::string& bytes, base::Time now = kNow, const DkimLimits& limits = {}) {
    const auto results = testing::verify(bytes, keys_, now, limits);
    EXPECT_EQ(results.size(), 1u);
    return results.empty() ? DkimSignatureResult{} : results.front();
  }
  // "pass", or the result and its reason.
  std::string judge(const std::string& signature, base::Time now = kNow, const DkimLimits& limits = {}) {
    const auto result = check(signature + kHeader + "\r\n" + kBody, now, limits);
    return result.reason.empty() ? to_string(result.result) : fmt::format("{}: {}", to_string(result.result), result.reason);
  }

  testing::KeyTable keys_;
};

TEST_F(DkimTest, ReportsWhatItRead) {
  const auto result = check(relaxed("; i=alice@mail.a.example") + kHeader + "\r\n" + kBody);
  EXPECT_EQ(result.result, DkimResult::kPass) << result.reason;
  EXPECT_EQ(result.domain, "a.example");
  EXPECT_EQ(result.selector, "s");
  EXPECT_EQ(result.identity, "alice@mail.a.example");
  EXPECT_EQ(result.algorithm, "ed25519-sha256");
  EXPECT_EQ(result.header_b.size(), 8u);
  EXPECT_EQ(keys_.asked, std::vector<std::string>{"s._domainkey.a.example"});
}

TEST_F(DkimTest, UnsignedGivesNothing) {
  EXPECT_TRUE(testing::verify(kHeader + "\r\n" + kBody, keys_).empty());
  EXPECT_TRUE(testing::verify("", keys_).empty());
  EXPECT_TRUE(keys_.asked.empty());
}

TEST_F(DkimTest, AllFourCanonicalizations) {
  for (const auto& [name, header, body] : {std::tuple{"simple/simple", Canonicalization::kSimple, Canonicalization::kSimple},
                                           std::tuple{"simple", Canonicalization::kSimple, Canonicalization::kSimple},
                                           std::tuple{"relaxed", Canonicalization::kRelaxed, Canonicalization::kSimple},
                                           std::tuple{"relaxed/simple", Canonicalization::kRelaxed, Canonicalization::kSimple},
                                           std::tuple{"simple/relaxed", Canonicalization::kSimple, Canonicalization::kRelaxed},
                                           std::tuple{"relaxed/relaxed", Canonicalization::kRelaxed, Canonicalization::kRelaxed}}) {
    const std::string signature =
        field(fmt::format("v=1; a=ed25519-sha256; c={}; d=a.example; s=s; h=From:To", name), {"from", "to"}, header, body);
    EXPECT_EQ(judge(signature), "pass") << name;
  }
  // Without c= it is simple/simple.
  EXPECT_EQ(judge(field("v=1; a=ed25519-sha256; d=a.example; s=s; h=From", {"from"}, Canonicalization::kSimple, Canonicalization::kSimple)),
            "pass");
}

TEST_F(DkimTest, SimpleSeesWhatRelaxedDoesNot) {
  const auto spoil = [](std::string header) { return header.replace(header.find("From: "), 6, "FROM:  "); };
  EXPECT_EQ(check(relaxed() + spoil(kHeader) + "\r\nHello, Bob \r\n").result, DkimResult::kPass);
  const std::string simple =
      field("v=1; a=ed25519-sha256; d=a.example; s=s; h=From", {"from"}, Canonicalization::kSimple, Canonicalization::kSimple);
  EXPECT_EQ(check(simple + spoil(kHeader) + "\r\n" + kBody).reason, "signature did not verify");
  EXPECT_EQ(check(simple + kHeader + "\r\nHello, Bob\r\n").reason, "body hash did not verify");
}

TEST_F(DkimTest, RequiredTags) {
  const std::string good = relaxed();
  for (const char* tag : {"v=1; ", "a=ed25519-sha256; ", "d=a.example; ", "s=s; ", "h=from:to:subject:date; "}) {
    std::string without = good;
    without.erase(without.find(tag), std::string(tag).size());
    EXPECT_EQ(judge(without), fmt::format("neutral: no {}= tag", tag[0]));
  }
  EXPECT_EQ(judge(good.substr(0, good.find("; bh=")) + "; b=AAAA\r\n"), "neutral: no bh= tag");
  EXPECT_EQ(judge(good.substr(0, good.find("; b=")) + "\r\n"), "neutral: no b= tag");
  EXPECT_TRUE(keys_.asked.empty());
}

TEST_F(DkimTest, BadTags) {
  const auto replaced = [](const std::string& from, const std::string& to) {
    std::string text = relaxed();
    return text.replace(text.find(from), from.size(), to);
  };
  EXPECT_EQ(judge(replaced("v=1", "v=2")), "neutral: version is unknown");
  EXPECT_EQ(judge(replaced("ed25519-sha256", "rsa-md5")), "neutral: algorithm is unknown");
  EXPECT_EQ(judge(replaced("ed25519-sha256", "rsa-sha1")), "permerror: rsa-sha1 is historic");
  EXPECT_EQ(judge(replaced("relaxed/relaxed", "relaxed/nowsp")), "neutral: canonicalization is unknown");
  EXPECT_EQ(judge(replaced("relaxed/relaxed", "")), "neutral: canonicalization is unknown");
  EXPECT_EQ(judge(replaced("d=a.example", "d=a..example")), "neutral: bad d= tag");
  EXPECT_EQ(judge(replaced("d=a.example", "d=a example")), "neutral: bad d= tag");
  EXPECT_EQ(judge(replaced("s=s;", "s=;")), "neutral: bad s= tag");
  EXPECT_EQ(judge(replaced("h=from:to", "h=from::to")), "neutral: bad h= tag");
  EXPECT_EQ(judge(replaced("h=from:to", "h=to:cc")), "permerror: From is not signed");
  EXPECT_EQ(judge(replaced("; b=", "; b=!")), "neutral: bad b= tag");
  EXPECT_EQ(judge(replaced("; bh=", "; bh=AAAA")), "neutral: bad bh= tag");
  EXPECT_EQ(judge(replaced("v=1;", "v=1;;")), "neutral: tag without \"=\"");
}

TEST_F(DkimTest, QueryMethods) {
  EXPECT_EQ(judge(relaxed("; q=dns/txt")), "pass");
  EXPECT_EQ(judge(relaxed("; q=http/other : dns/txt")), "pass");
  EXPECT_EQ(judge(relaxed("; q=dns/special")), "neutral: query method is unknown");
}

TEST_F(DkimTest, IdentityIsOfTheDomain) {
  EXPECT_EQ(judge(relaxed("; i=@a.example")), "pass");
  EXPECT_EQ(judge(relaxed("; i=@A.EXAMPLE")), "pass");
  EXPECT_EQ(judge(relaxed("; i=alice@x.y.a.example")), "pass");
  EXPECT_EQ(judge(relaxed("; i=@example")), "permerror: i= is not of the domain in d=");
  EXPECT_EQ(judge(relaxed("; i=@ba.example")), "permerror: i= is not of the domain in d=");
  EXPECT_EQ(judge(relaxed("; i=alice")), "neutral: bad i= tag");
  publish(record() + "; t=s");
  EXPECT_EQ(judge(relaxed("; i=@a.example")), "pass");
  EXPECT_EQ(judge(relaxed("; i=@mail.a.example")), "permerror: key allows no subdomain in i=");
}

TEST_F(DkimTest, Times) {
  const int64_t now = base::to_seconds(kNow);
  EXPECT_EQ(judge(relaxed(fmt::format("; t={}; x={}", now, now + 10))), "pass");
  EXPECT_EQ(judge(relaxed(fmt::format("; t={}", now + 3600))), "pass");
  EXPECT_EQ(judge(relaxed(fmt::format("; t={}", now + 3601))), "permerror: signed in the future");
  EXPECT_EQ(judge(relaxed(fmt::format("; x={}", now - 3600))), "pass");
  EXPECT_EQ(judge(relaxed(fmt::format("; x={}", now - 3601))), "permerror: signature expired");
  EXPECT_EQ(judge(relaxed(fmt::format("; x={}", now - 1)), kNow, {.clock_skew = std::chrono::seconds(0)}), "permerror: signature expired");
  EXPECT_EQ(judge(relaxed(fmt::format("; t={}; x={}", now, now))), "neutral: x= is not after t=");
  EXPECT_EQ(judge(relaxed("; t=soon")), "neutral: bad t= tag");
  EXPECT_EQ(judge(relaxed("; x=-1")), "neutral: bad x= tag");
  EXPECT_EQ(judge(relaxed("; x=999999999999999999999999")), "neutral: bad x= tag");
}

TEST_F(DkimTest, BodyLengthIsNotTrusted) {
  const std::string tags = "v=1; a=ed25519-sha256; c=simple/simple; d=a.example; s=s; h=From; l=";
  const auto with_length = [&](uint64_t length) {
    return field(tags + std::to_string(length), {"from"}, Canonicalization::kSimple, Canonicalization::kSimple, kHeader, length);
  };
  EXPECT_EQ(judge(with_length(13)), "pass");  // all of it
  EXPECT_EQ(judge(with_length(5)), "policy: the body goes on behind l=");
  EXPECT_EQ(judge(with_length(0)), "policy: the body goes on behind l=");
  EXPECT_EQ(judge(with_length(5), kNow, {.trust_body_length = true}), "pass");
  EXPECT_EQ(judge(with_length(14)), "permerror: l= is larger than the body");
  EXPECT_EQ(judge(relaxed("; l=x")), "neutral: bad l= tag");
  // Within the length nothing may change.
  EXPECT_EQ(check(with_length(5) + kHeader + "\r\nhello", kNow, {.trust_body_length = true}).result, DkimResult::kFail);
}

TEST_F(DkimTest, FieldsAreTakenFromTheBottom) {
  // One "subject" in h= is the last of the two.
  const std::string one = relaxed("", "from:subject");
  std::string header = kHeader;
  EXPECT_EQ(check(one + header.replace(header.find("one"), 3, "ONE") + "\r\n" + kBody).result, DkimResult::kPass);
  EXPECT_EQ(check(one + header.replace(header.find("two"), 3, "TWO") + "\r\n" + kBody).result, DkimResult::kFail);
  // Two are both, and a third that came later is seen when it was signed as absent.
  const std::string two = relaxed("", "from:subject:subject"), three = relaxed("", "from:subject:subject:subject");
  EXPECT_EQ(judge(two), "pass");
  EXPECT_EQ(judge(three), "pass");
  EXPECT_EQ(check(two + "Subject: new\r\n" + kHeader + "\r\n" + kBody).result, DkimResult::kPass);
  EXPECT_EQ(check(three + "Subject: new\r\n" + kHeader + "\r\n" + kBody).result, DkimResult::kFail);
  // "Date" was signed as absent.
  EXPECT_EQ(check(relaxed() + "Date: today\r\n" + kHeader + "\r\n" + kBody).result, DkimResult::kFail);
}

TEST_F(DkimTest, KeyRecords) {
  const std::string p = record().substr(record().find("p="));
  const auto with = [&](const std::string& text) {
    publish(text);
    return judge(relaxed());
  };
  EXPECT_EQ(with("k=ed25519;" + p), "pass");
  EXPECT_EQ(with("v=DKIM1; k=ed25519; h=sha1:sha256; s=other:email; n=note; x=y; " + p + ";"), "pass");
  EXPECT_EQ(with("v=DKIM1; k=ed25519; s=*;" + p), "pass");
  EXPECT_EQ(with("k=ed25519; v=DKIM1;" + p), "permerror: key record is of another version");
  EXPECT_EQ(with("v=DKIM2; k=ed25519;" + p), "permerror: key record is of another version");
  EXPECT_EQ(with("v=DKIM1; k=ed25519; p="), "permerror: key revoked");
  EXPECT_EQ(with("v=DKIM1; k=ed25519"), "permerror: key record has no key");
  EXPECT_EQ(with("v=DKIM1; k=ed25519; h=sha1;" + p), "permerror: key does not allow sha256");
  EXPECT_EQ(with("v=DKIM1; k=ed25519; s=tlsrpt;" + p), "permerror: key is not for email");
  EXPECT_EQ(with("v=DKIM1; k=dsa;" + p), "permerror: key type is unknown");
  EXPECT_EQ(with("v=DKIM1; " + p), "permerror: key cannot be read");  // k= is rsa by default
  EXPECT_EQ(with("v=DKIM1; k=ed25519; p=%%"), "permerror: key is not base64");
  EXPECT_EQ(with("v=spf1 -all"), "permerror: key record is of another version");
  EXPECT_EQ(with("hello"), "permerror: key record is no tag list");
  EXPECT_EQ(with(PrivateKey::from_pem(testing::rsa_pem())->record()), "permerror: key is of another algorithm");
  keys_.records["s._domainkey.a.example"] = {"v=spf1 -all", record()};
  EXPECT_EQ(judge(relaxed()), "pass");  // the record that is a key
}

TEST_F(DkimTest, KeyLookups) {
  keys_.records.clear();
  EXPECT_EQ(judge(relaxed()), "permerror: no key");
  keys_.failing = {"s._domainkey.a.example"};
  EXPECT_EQ(judge(relaxed()), "temperror: DNS did not answer for the key");
}

TEST_F(DkimTest, AFailureWithATestingKeyIsNeutral) {
  publish(record() + "; t=y:x");
  const auto good = check(relaxed() + kHeader + "\r\n" + kBody);
  EXPECT_EQ(good.result, DkimResult::kPass);
  EXPECT_TRUE(good.testing);
  const auto bad = check(relaxed() + kHeader + "\r\nother");
  EXPECT_EQ(bad.result, DkimResult::kNeutral);
  EXPECT_EQ(bad.reason, "body hash did not verify, the key is in testing mode");
}

// RFC 8301 3.2.
TEST_F(DkimTest, RsaKeySizes) {
  const auto signed_by = [&](const PrivateKey& rsa) {
    publish(rsa.record());
    return field("v=1; a=rsa-sha256; c=relaxed/relaxed; d=a.example; s=s; h=from", {"from"}, Canonicalization::kRelaxed,
                 Canonicalization::kRelaxed, kHeader, {}, rsa);
  };
  const auto small = PrivateKey::from_pem(generate_key(SigningAlgorithm::kRsaSha256, 1024));
  const std::string signature = signed_by(*small);
  const auto result = check(signature + kHeader + "\r\n" + kBody);
  EXPECT_EQ(result.result, DkimResult::kPass) << result.reason;
  EXPECT_EQ(result.key_bits, 1024u);
  EXPECT_EQ(judge(signature, kNow, {.key = {.min_rsa_bits = 1025}}), "permerror: key has only 1024 bits");
  EXPECT_EQ(judge(signature, kNow, {.key = {.max_rsa_bits = 1000}}), "permerror: key has 1024 bits");
  EXPECT_FALSE(PrivateKey::from_pem(generate_key(SigningAlgorithm::kRsaSha256, 768)).ok());
  // An RSA key under an Ed25519 signature.
  EXPECT_EQ(judge(relaxed()), "permerror: key is of another algorithm");
}

TEST_F(DkimTest, UnicodeDomainsAreAskedForAsALabels) {
  const std::string signature = field("v=1; a=ed25519-sha256; d=b\xc3\xbc\x63her.example; s=s; h=from", {"from"}, Canonicalization::kSimple,
                                      Canonicalization::kSimple);
  keys_.records["s._domainkey.xn--bcher-kva.example"] = {record()};
  EXPECT_EQ(judge(signature), "pass");
}

TEST_F(DkimTest, SeveralSignatures) {
  const std::string bad = [] {
    std::string text = relaxed();
    text.replace(text.find("d=a.example"), 11, "d=c.example");
    return text;
  }();
  const auto results = testing::verify(bad + relaxed() + relaxed("; t=1") + kHeader + "\r\n" + kBody, keys_);
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0].result, DkimResult::kPermError);
  EXPECT_EQ(results[1].result, DkimResult::kPass);
  EXPECT_EQ(results[2].result, DkimResult::kPass);
  // One question per key. The first two have the same b= all through.
  EXPECT_EQ(keys_.asked, (std::vector<std::string>{"s._domainkey.c.example", "s._domainkey.a.example"}));
  EXPECT_GT(results[0].header_b.size(), 80u);
  EXPECT_EQ(results[2].header_b.size(), 8u);
}

TEST_F(DkimTest, Limits) {
  std::string many;
  for (int i = 0; i < 12; ++i) many += relaxed();
  EXPECT_EQ(testing::verify(many + kHeader + "\r\n" + kBody, keys_).size(), 10u);
  EXPECT_EQ(testing::verify(many + kHeader + "\r\n" + kBody, keys_, kNow, {.signatures = 3}).size(), 3u);
  EXPECT_EQ(judge(relaxed(), kNow, {.signature = {.signed_headers = 3}}), "neutral: too many names in h=");
  EXPECT_EQ(judge(relaxed("; z=" + std::string(40'000, 'z'))), "neutral: tag list is too long");
  std::string flood;
  for (size_t i = 0; i < CanonicalMessage::kMaxFields; ++i) flood += "x:\r\n";
  EXPECT_EQ(check(relaxed() + flood + kHeader + "\r\n" + kBody).reason, "message header is too large");
}

TEST_F(DkimTest, FoldedAndSpacedTagsVerify) {
  std::string text = relaxed("", "from : \r\n\tto");
  const size_t b = text.rfind("; b=") + 4;
  text = text.substr(0, b) + "\r\n\t " + text.substr(b, 20) + "\r\n\t" + text.substr(b + 20);
  EXPECT_EQ(judge(text), "pass");
}

TEST_F(DkimTest, HashBodiesDoesTheHashingBefore) {
  const std::string bytes = relaxed() + kHeader + "\r\n" + kBody;
  CanonicalMessage message(bytes);
  hash_bodies(message);
  const auto results = net::block_on(verify_dkim(message, keys_, kNow, net::Deadline::none()));
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].result, DkimResult::kPass);
}

}  // namespace
}  // namespace mailauth
