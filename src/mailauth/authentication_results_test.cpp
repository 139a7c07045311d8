#include "mailauth/authentication_results.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "mailauth/arc.h"

namespace mailauth {
namespace {

AuthenticationResults parsed(std::string_view value) {
  const auto results = parse_authentication_results(value);
  EXPECT_TRUE(results.ok()) << value << ": " << results.error().text;
  return results.ok() ? *results : AuthenticationResults{};
}

std::string refused(std::string_view value, const AuthenticationResultsLimits& limits = {}) {
  const auto results = parse_authentication_results(value, limits);
  return results.ok() ? "accepted" : results.error().text;
}

// RFC 8601 appendix B.
TEST(AuthenticationResults, B2NoResults) {
  const auto results = parsed(" example.org 1; none");
  EXPECT_EQ(results.authserv_id, "example.org");
  EXPECT_TRUE(results.results.empty());
}

TEST(AuthenticationResults, B3OneResult) {
  const auto results = parsed(" example.com;\r\n          spf=pass smtp.mailfrom=example.net");
  ASSERT_EQ(results.results.size(), 1u);
  EXPECT_EQ(results.results[0], (AuthResult{.method = "spf", .result = "pass", .properties = {{"smtp", "mailfrom", "example.net"}}}));
}

TEST(AuthenticationResults, B4Auth) {
  const auto results =
      parsed(" example.com;\r\n  auth=pass (cleartext) smtp.auth=sender@example.net;\r\n  spf=pass smtp.mailfrom=example.net");
  ASSERT_EQ(results.results.size(), 2u);
  EXPECT_EQ(results.results[0].comment, "cleartext");
  EXPECT_EQ(*results.results[0].find("smtp", "auth"), "sender@example.net");
  EXPECT_EQ(results.results[0].find("smtp", "mailfrom"), nullptr);
}

TEST(AuthenticationResults, B5Several) {
  const auto results = parsed(" example.com;\r\n dkim=pass (good signature) header.d=example.com; sender-id=fail header.from=example.com");
  ASSERT_EQ(results.results.size(), 2u);
  EXPECT_EQ(results.results[0].comment, "good signature");
  EXPECT_EQ(results.results[1].method, "sender-id");
}

TEST(AuthenticationResults, B6Reason) {
  const auto results = parsed(
      " example.com;\r\n dkim=pass reason=\"good signature\"\r\n  header.i=@mail-router.example.net;\r\n dkim=fail reason=\"bad "
      "signature\"\r\n  header.i=@newyork.example.com");
  ASSERT_EQ(results.results.size(), 2u);
  EXPECT_EQ(results.results[1].reason, "bad signature");
  EXPECT_EQ(*results.results[0].find("header", "i"), "@mail-router.example.net");
}

TEST(AuthenticationResults, B7CommentsEverywhere) {
  const auto results = parsed(
      " foo.example.net (foobar) 1 (baz);\r\n   dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n"
      "     policy (A dot can go here) . (like that) expired\r\n     (this surprised me) = (as I wasn't expecting it) 1362471462");
  EXPECT_EQ(results.authserv_id, "foo.example.net");
  ASSERT_EQ(results.results.size(), 1u);
  EXPECT_EQ(results.results[0].method, "dkim");
  EXPECT_EQ(results.results[0].result, "fail");
  EXPECT_EQ(results.results[0].version, 1u);
  EXPECT_EQ(*results.results[0].find("policy", "expired"), "1362471462");
}

TEST(AuthenticationResults, WhatOthersWrite) {
  const auto gmail = parsed(
      " mx.google.com;\r\n       dkim=pass header.i=@a.example header.s=s1 header.b=\"abc/+=\";\r\n"
      "       spf=pass (google.com: domain of x@a.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=x@a.example;\r\n"
      "       dmarc=pass (p=REJECT sp=NONE dis=NONE) header.from=a.example;");  // a ";" too many
  ASSERT_EQ(gmail.results.size(), 3u);
  EXPECT_EQ(*gmail.results[0].find("header", "b"), "abc/+=");
  EXPECT_EQ(gmail.results[2].comment, "p=REJECT sp=NONE dis=NONE");
  const auto odd = parsed(
      "x; spf=pass smtp.mailfrom=a+b=c/d@e.example header.b=ab/+= smtp.remote-ip=2001:db8::1 smtp.helo=\"a \\\"b\" smtp.auth=\"x y\"@z");
  EXPECT_EQ(odd.results[0].properties.size(), 5u);
  EXPECT_EQ(odd.results[0].properties[0].value, "a+b=c/d@e.example");
  EXPECT_EQ(odd.results[0].properties[2].value, "2001:db8::1");
  EXPECT_EQ(odd.results[0].properties[3].value, "a \"b");
  EXPECT_EQ(odd.results[0].properties[4].value, "x y@z");
  EXPECT_EQ(parsed("mx.example").results.size(), 0u);
  EXPECT_EQ(parsed("\"mx example\"; none").authserv_id, "mx example");
  EXPECT_EQ(parsed("X; SPF=Pass SMTP.MailFrom=A").results[0],
            (AuthResult{.method = "spf", .result = "pass", .properties = {{"smtp", "mailfrom", "A"}}}));
}

TEST(AuthenticationResults, Refused) {
  EXPECT_EQ(refused(""), "no authserv-id");
  EXPECT_EQ(refused("; none"), "no authserv-id");
  EXPECT_EQ(refused("(comment)"), "no authserv-id");
  EXPECT_EQ(refused("\"open"), "no authserv-id");
  EXPECT_EQ(refused("x 2; none"), "version is unknown");
  EXPECT_EQ(refused("x y; none"), "bad version");
  EXPECT_EQ(refused("x 1 y; none"), "unexpected character");
  EXPECT_EQ(refused("x; =pass"), "no method");
  EXPECT_EQ(refused("x;; spf=pass"), "no method");
  EXPECT_EQ(refused("x; spf"), "method without a result");
  EXPECT_EQ(refused("x; spf=;"), "no result");
  EXPECT_EQ(refused("x; spf/b=pass"), "bad method version");
  EXPECT_EQ(refused("x; spf=pass smtp"), "bad property");
  EXPECT_EQ(refused("x; spf=pass smtp.=a"), "bad property");
  EXPECT_EQ(refused("x; spf=pass reason="), "bad reason");
  EXPECT_EQ(refused("x; spf=pass @"), "unexpected character");
  EXPECT_EQ(refused("x; spf=pass smtp.helo=\"open"), "quote without an end");
  EXPECT_EQ(refused("x; spf=pass (open"), "comment without an end");
  EXPECT_EQ(refused("x; spf=pass ((nested) open"), "comment without an end");
  EXPECT_EQ(refused("x; none; spf=pass"), "method without a result");
}

TEST(AuthenticationResults, Limits) {
  EXPECT_EQ(refused(std::string(65'537, 'x')), "field is too long");
  std::string many = "x";
  for (int i = 0; i < 101; ++i) many += "; a=b";
  EXPECT_EQ(refused(many), "too many results");
  EXPECT_EQ(refused(many, {.results = 101}), "accepted");
  std::string properties = "x; a=b";
  for (int i = 0; i < 51; ++i) properties += " a.b=c";
  EXPECT_EQ(refused(properties), "too many properties");
  EXPECT_EQ(refused("x " + std::string(60'000, '(')), "comment without an end");  // no recursion
}

TEST(AuthenticationResults, ForgedIsWhatClaimsOurName) {
  const auto forged = [](std::string_view value) { return is_forged(value, "mx.example"); };
  EXPECT_TRUE(forged("mx.example; none"));
  EXPECT_TRUE(forged(" MX.Example ; spf=pass"));
  EXPECT_TRUE(forged("\r\n\t(c (nested) \\) ) mx.example 1; spf=pass"));
  EXPECT_TRUE(forged("\"mx.example\"; spf=pass"));
  EXPECT_TRUE(forged("\"mx\".example; spf=pass"));
  EXPECT_TRUE(forged("mx.exampl\"\\e\"; spf=pass"));
  EXPECT_TRUE(forged("mx.example"));
  EXPECT_TRUE(forged("mx.example.; none"));
  EXPECT_TRUE(forged("mx.example(c); none"));
  EXPECT_TRUE(forged("mx.example 7; what is this"));  // broken behind the id
  EXPECT_TRUE(forged("mx.example/1; spf=pass"));
  EXPECT_TRUE(forged("mx.example=; spf=pass"));
  EXPECT_FALSE(forged("mx.example.com; spf=pass"));
  EXPECT_FALSE(forged("amx.example; spf=pass"));
  EXPECT_FALSE(forged("mx.example-2; spf=pass"));
  EXPECT_FALSE(forged("other.example (mx.example); spf=pass"));
  // What nobody can attribute is not kept.
  EXPECT_TRUE(forged(""));
  EXPECT_TRUE(forged("; spf=pass"));
  EXPECT_TRUE(forged("(open mx.other"));
  EXPECT_TRUE(forged("\"open"));
  EXPECT_TRUE(forged("mx\x01.example"));
}

TEST(AuthenticationResults, WritesWhatItReads) {
  AuthenticationResults results{.authserv_id = "mx.example"};
  results.results = {
      spf_auth_result("softfail", "alice+x@a.example", "", "domain of a.example \"does\" not"),
      spf_auth_result("none", "", "mail.a.example"),
      dkim_auth_result({.result = DkimResult::kPass,
                        .domain = "a.example",
                        .selector = "s1",
                        .identity = "@a.example",
                        .algorithm = "rsa-sha256",
                        .key_bits = 2048,
                        .header_b = "ab/+defg"}),
      dkim_auth_result({.result = DkimResult::kPermError, .reason = "no key"}),
      dmarc_auth_result("fail", "a.example", "reject", "quarantine"),
      arc_auth_result({.status = ArcStatus::kPass, .highest = 3, .oldest_pass = 2}, "2001:db8::1"),
      iprev_auth_result("pass", "192.0.2.1"),
  };
  const std::string field = format_field(results);
  EXPECT_EQ(field,
            "Authentication-Results: mx.example;\r\n"
            "\tspf=softfail reason=\"domain of a.example \\\"does\\\" not\"\r\n"
            "\tsmtp.mailfrom=alice+x@a.example;\r\n"
            "\tspf=none smtp.helo=mail.a.example;\r\n"
            "\tdkim=pass (2048-bit key) header.d=a.example header.i=@a.example\r\n"
            "\theader.s=s1 header.a=rsa-sha256 header.b=\"ab/+defg\";\r\n"
            "\tdkim=permerror reason=\"no key\";\r\n"
            "\tdmarc=fail (p=reject dis=quarantine) header.from=a.example;\r\n"
            "\tarc=pass (i=3) smtp.remote-ip=\"2001:db8::1\" header.oldest-pass=2;\r\n"
            "\tiprev=pass policy.iprev=192.0.2.1\r\n");
  EXPECT_EQ(parsed(field.substr(field.find(':') + 1)), results);
  EXPECT_TRUE(is_forged(field.substr(field.find(':') + 1), "mx.example"));
}

TEST(AuthenticationResults, NothingChecked) {
  EXPECT_EQ(format_field({.authserv_id = "mx.example"}), "Authentication-Results: mx.example; none\r\n");
  EXPECT_EQ(format_payload({.authserv_id = "mx;example"}), "\"mx;example\"; none");
  EXPECT_EQ(dkim_auth_results({}).at(0), (AuthResult{.method = "dkim", .result = "none"}));
}

// Texts of a hostile message do not leave their place.
TEST(AuthenticationResults, TextsCannotBreakOut) {
  AuthenticationResults results{.authserv_id = "mx.example"};
  results.results = {spf_auth_result("fail", "a@b.example; dkim=pass", "x\r\nX-Evil: 1", "r\"; dmarc=pass"),
                     {.method = "bad method", .result = "pass"},
                     {.method = "x", .result = "a;b"}};
  results.results[0].comment = "c) dmarc=pass (\\";
  const std::string field = format_field(results);
  EXPECT_EQ(field.find("\r\nX-Evil"), std::string::npos);
  const auto back = parsed(field.substr(field.find(':') + 1));
  ASSERT_EQ(back.results.size(), 1u);
  EXPECT_EQ(back.results[0].comment, "c) dmarc=pass (\\");
  EXPECT_EQ(back.results[0].reason, "r\"; dmarc=pass");
  EXPECT_EQ(*back.results[0].find("smtp", "mailfrom"), "a@b.example; dkim=pass");
  EXPECT_EQ(*back.results[0].find("smtp", "helo"), "x  X-Evil: 1");
}

}  // namespace
}  // namespace mailauth
