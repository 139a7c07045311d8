#include "mailauth/srs.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace mailauth {
namespace {

const base::Time kNow = base::from_seconds(1'700'000'000);
constexpr auto kDay = std::chrono::hours(24);
const std::string kSecret = "0123456789abcdef", kOther = "another secret of ours";

Srs srs(std::vector<std::string> secrets = {kSecret}, std::string domain = "fwd.example") {
  auto made = Srs::make({.domain = std::move(domain), .secrets = std::move(secrets)});
  EXPECT_TRUE(made.ok());
  return *made;
}

std::string reversed(const Srs& with, std::string_view address, base::Time now = kNow) {
  const auto result = with.reverse(address, now);
  return result.ok() ? *result : result.error().text;
}

TEST(Srs, ThereAndBack) {
  const Srs ours = srs();
  const std::string address = *ours.forward("Alice.B+tag=x@A.Example", kNow);
  EXPECT_TRUE(address.starts_with("SRS0=")) << address;
  EXPECT_TRUE(address.ends_with("=A.Example=Alice.B+tag=x@fwd.example")) << address;
  EXPECT_TRUE(ours.is_rewritten(address));
  EXPECT_EQ(reversed(ours, address), "Alice.B+tag=x@A.Example");
  EXPECT_EQ(*ours.forward("Alice.B+tag=x@A.Example", kNow), address);
}

TEST(Srs, CaseDoesNotMatter) {
  const Srs ours = srs();
  const std::string address = *ours.forward("alice@a.example", kNow);
  EXPECT_EQ(reversed(ours, base::to_lower(address)), "alice@a.example");
  EXPECT_EQ(reversed(ours, base::to_upper(address)), "ALICE@A.EXAMPLE");
}

TEST(Srs, BouncesAndOurOwnAreLeftAlone) {
  const Srs ours = srs();
  EXPECT_EQ(*ours.forward("", kNow), "");
  EXPECT_EQ(*ours.forward("bob@FWD.example", kNow), "bob@FWD.example");
  const std::string once = *ours.forward("alice@a.example", kNow);
  EXPECT_EQ(*ours.forward(once, kNow), once);
}

TEST(Srs, AChainOfForwarders) {
  const Srs first = srs({"the first one's secret"}, "one.example"), second = srs({"the second one's secret"}, "two.example"), third = srs();
  const std::string one = *first.forward("alice@a.example", kNow);
  const std::string two = *second.forward(one, kNow);
  EXPECT_TRUE(two.starts_with("SRS1="));
  EXPECT_NE(two.find("=one.example=="), std::string::npos) << two;
  const std::string three = *third.forward(two, kNow);
  EXPECT_TRUE(three.starts_with("SRS1="));
  EXPECT_EQ(three.find("two.example"), std::string::npos);  // a bounce goes back to the first directly
  EXPECT_EQ(reversed(third, three), one);
  EXPECT_EQ(reversed(second, two), one);
  EXPECT_EQ(reversed(first, one), "alice@a.example");
}

TEST(Srs, OtherSeparatorsArePreserved) {
  const Srs ours = srs();
  for (const std::string& theirs :
       {std::string("SRS0+abcd=TT=a.example=x@one.example"), std::string("SRS0-abcd=TT=a.example=x@one.example")})
    EXPECT_EQ(reversed(ours, *ours.forward(theirs, kNow)), theirs);
}

TEST(Srs, WhatOnlyLooksRewrittenIsAnOrdinarySender) {
  const Srs ours = srs();
  for (const std::string& sender :
       {std::string("SRS1=abcdefgh=one.example@two.example"), std::string("SRS1=abcdefgh=one.example=x=y@two.example")}) {
    const std::string address = *ours.forward(sender, kNow);
    EXPECT_TRUE(address.starts_with("SRS0=")) << address;
    EXPECT_EQ(reversed(ours, address), sender);
  }
}

TEST(Srs, Expiry) {
  const Srs ours = srs();
  const std::string address = *ours.forward("alice@a.example", kNow);
  EXPECT_EQ(reversed(ours, address, kNow + 21 * kDay), "alice@a.example");
  EXPECT_EQ(reversed(ours, address, kNow + 22 * kDay), "rewritten address has expired");
  EXPECT_EQ(reversed(ours, address, kNow + 500 * kDay), "rewritten address has expired");
  EXPECT_EQ(reversed(ours, address, kNow - 1 * kDay), "alice@a.example");  // a clock behind
  EXPECT_EQ(reversed(ours, address, kNow - 2 * kDay), "rewritten address has expired");
  // Over the end of the count.
  const base::Time late = base::from_seconds((1024 * 20 - 3) * 86'400LL);
  EXPECT_EQ(reversed(ours, *ours.forward("alice@a.example", late), late + 10 * kDay), "alice@a.example");
}

TEST(Srs, SecretsAreRotated) {
  const std::string old = *srs({kSecret}).forward("alice@a.example", kNow);
  EXPECT_EQ(reversed(srs({kOther, kSecret}), old), "alice@a.example");
  EXPECT_EQ(reversed(srs({kOther}), old), "rewritten address is not of this server");
  EXPECT_NE(*srs({kOther, kSecret}).forward("alice@a.example", kNow), old);
}

TEST(Srs, EveryPartIsSigned) {
  const Srs ours = srs();
  const std::string address = *ours.forward("alice@a.example", kNow);
  for (size_t i = 5; i < address.find('@'); ++i) {
    std::string changed = address;
    changed[i] = changed[i] == 'q' ? 'w' : 'q';
    if (changed == address) continue;
    EXPECT_FALSE(ours.reverse(changed, kNow).ok()) << changed;
  }
  const std::string chained = *ours.forward("SRS0=abcd=TT=a.example=x@one.example", kNow);
  std::string changed = chained;
  changed.replace(changed.find("one.example"), 11, "two.example");
  EXPECT_EQ(reversed(ours, changed), "rewritten address is not of this server");
}

TEST(Srs, NotRewrittenAddresses) {
  const Srs ours = srs();
  for (const char* address :
       {"", "@", "alice", "alice@fwd.example", "SRS0=@fwd.example", "SRS0=a@fwd.example", "SRS0=a=b@fwd.example", "SRS0=a=bb=c@fwd.example",
        "SRS0=a=bb==x@fwd.example", "SRS0=a=!!=c=d@fwd.example", "SRS2=a=bb=c=d@fwd.example", "SRS1=a@fwd.example", "SRS1=a=b@fwd.example",
        "SRS1=a=b=@fwd.example", "SRS1=a==b=c@fwd.example", "SRS0=a=bb=c=d@other.example"})
    EXPECT_EQ(reversed(ours, address), "not a rewritten address") << address;
  EXPECT_FALSE(ours.is_rewritten("alice@fwd.example"));
  EXPECT_FALSE(ours.is_rewritten("SRS0=a=bb=c=d@other.example"));
  EXPECT_TRUE(ours.is_rewritten("srs0+a=bb=c=d@fwd.example"));
}

TEST(Srs, QuotedAndUnicodeLocalParts) {
  const Srs ours = srs();
  for (const std::string& sender :
       {std::string("\"a b\"@a.example"), std::string("\"a\\\"b@c\"@a.example"), std::string("\xc3\xbc@a.example")}) {
    const auto address = ours.forward(sender, kNow);
    ASSERT_TRUE(address.ok());
    EXPECT_EQ(reversed(ours, *address), sender) << *address;
  }
}

TEST(Srs, Errors) {
  const Srs ours = srs();
  EXPECT_EQ(ours.forward("alice", kNow).error().kind, base::ErrorKind::kInvalid);
  EXPECT_EQ(ours.forward("a\r\nb@a.example", kNow).error().kind, base::ErrorKind::kInvalid);
  for (const char* sender :
       {"a@b@c.example", "\"a@c.example", "\"a\"b@c.example", "a b@c.example", "a@c..example", "a@[192.0.2.1]", "@c.example", "a@"})
    EXPECT_EQ(ours.forward(sender, kNow).error().kind, base::ErrorKind::kInvalid) << sender;
  EXPECT_EQ(ours.forward(std::string(230, 'a') + "@a.example", kNow).error().kind, base::ErrorKind::kLimit);
  EXPECT_TRUE(ours.forward(std::string(64, 'a') + "@" + std::string(60, 'b') + ".example", kNow).ok());
  const auto why = [](SrsOptions options) {
    const auto made = Srs::make(std::move(options));
    return made.ok() ? "made" : made.error().text;
  };
  EXPECT_EQ(why({.domain = "", .secrets = {kSecret}}), "SRS needs a domain");
  EXPECT_EQ(why({.domain = "a.example", .secrets = {}}), "SRS needs a secret");
  EXPECT_EQ(why({.domain = "a.example", .secrets = {kSecret, "short"}}), "an SRS secret has at least 16 bytes");
  EXPECT_EQ(why({.domain = "a.example", .secrets = {kSecret}, .days = 501}), "SRS addresses serve 1 to 500 days");
}

}  // namespace
}  // namespace mailauth
