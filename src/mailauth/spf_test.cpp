// check_host() against zones and expected results in data files: the published suite, and our own cases (test/vectors/spf).

#include "mailauth/spf.h"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "mailauth/spf_macro.h"
#include "net/block_on.h"
#include "net/resolver_table.h"

namespace mailauth {
namespace {

using net::DnsStatus;
using net::DnsType;

std::string joined(const YAML::Node& value) {
  if (!value.IsSequence()) return value.as<std::string>();
  std::string text;
  for (const auto& part : value) text += part.as<std::string>();
  return text;
}

// One name of zonedata. SPF entries stand for TXT unless TXT is given; after TIMEOUT, types without a record are not answered.
void add_name(net::ResolverTable& dns, const std::string& name, const YAML::Node& entries) {
  bool timeout = false, has_txt = false;
  std::set<std::string> types;
  for (const auto& entry : entries) has_txt = has_txt || (entry.IsMap() && entry["TXT"]);
  for (const auto& entry : entries) {
    if (!entry.IsMap()) {
      ASSERT_EQ(entry.as<std::string>(), "TIMEOUT");
      timeout = true;
      continue;
    }
    auto type = entry.begin()->first.as<std::string>();
    const auto value = entry.begin()->second;
    if (type == "SPF" && has_txt) continue;
    if (type == "SPF") type = "TXT";
    if (value.IsScalar() && value.as<std::string>() == "NONE") continue;
    types.insert(type);
    if (type == "TXT")
      dns.add_text(name, joined(value));
    else if (type == "MX")
      dns.add(name + " MX " + value[0].as<std::string>() + " " + value[1].as<std::string>());
    else
      dns.add(name + " " + type + " " + value.as<std::string>());
  }
  if (!timeout) return;
  for (const auto type : {DnsType::kA, DnsType::kAaaa, DnsType::kMx, DnsType::kTxt, DnsType::kPtr})
    if (!types.contains(net::to_string(type))) dns.set(name, type, DnsStatus::kTemporary);
}

bool expected(const YAML::Node& wanted, const std::string& result) {
  if (wanted.IsScalar()) return wanted.as<std::string>() == result;
  return std::any_of(wanted.begin(), wanted.end(), [&](const auto& one) { return one.template as<std::string>() == result; });
}

void run_case(const std::string& name, const YAML::Node& test, net::ResolverTable& dns) {
  SpfArgs args;
  const auto ip = net::IpAddress::parse(test["host"].as<std::string>());
  ASSERT_TRUE(ip) << name;
  args.ip = *ip;
  args.helo = test["helo"].as<std::string>();
  args.mail_from = test["mailfrom"].as<std::string>();
  if (test["receiver"]) args.receiver = test["receiver"].as<std::string>();
  if (test["time"]) args.time = test["time"].as<int64_t>();
  const auto before = dns.questions();
  const auto outcome = net::block_on(check_host(args, dns, {}, net::Deadline::none()));
  EXPECT_TRUE(expected(test["result"], to_string(outcome.result)))
      << name << ": " << to_string(outcome.result) << ", not " << YAML::Dump(test["result"]) << " (" << outcome.problem << ")";
  if (test["explanation"]) {
    const auto words = test["explanation"].as<std::string>();
    EXPECT_EQ(outcome.explanation, words == "DEFAULT" ? "" : words) << name;
  }
  if (test["mechanism"]) {
    EXPECT_EQ(outcome.mechanism, test["mechanism"].as<std::string>()) << name;
  }
  if (test["questions"]) {
    EXPECT_LE(dns.questions() - before, test["questions"].as<size_t>()) << name;
  }
  const bool trouble = outcome.result == SpfResult::kTempError || outcome.result == SpfResult::kPermError;
  if (trouble) {
    EXPECT_FALSE(outcome.problem.empty()) << name;
  }
  EXPECT_TRUE(base::is_ascii(outcome.explanation)) << name;
}

size_t run_file(const std::string& file) {
  size_t cases = 0;
  for (const auto& scenario : YAML::LoadAllFromFile(std::string(POSTHOUSE_SOURCE_DIR) + "/test/vectors/spf/" + file)) {
    if (!scenario.IsMap()) continue;
    net::ResolverTable dns;
    for (const auto& name : scenario["zonedata"]) add_name(dns, name.first.as<std::string>(), name.second);
    for (const auto& test : scenario["tests"]) {
      run_case(test.first.as<std::string>(), test.second, dns);
      ++cases;
    }
  }
  return cases;
}

TEST(Spf, PublishedSuite) { EXPECT_EQ(run_file("rfc7208-tests-part.yml"), 114u); }
TEST(Spf, OwnCases) { EXPECT_EQ(run_file("more.yml"), 145u); }

// RFC 7208 7.4.
TEST(SpfMacro, ExamplesOfTheRfc) {
  SpfMacroValues values;
  values.local = "strong-bad";
  values.sender_domain = values.domain = "email.example.com";
  values.ip = *net::IpAddress::parse("192.0.2.3");
  values.validated = "mx.example.org";
  const struct {
    const char *text, *expanded;
  } cases[] = {
      {"%{s}", "strong-bad@email.example.com"},
      {"%{o}", "email.example.com"},
      {"%{d}", "email.example.com"},
      {"%{d4}", "email.example.com"},
      {"%{d3}", "email.example.com"},
      {"%{d2}", "example.com"},
      {"%{d1}", "com"},
      {"%{dr}", "com.example.email"},
      {"%{d2r}", "example.email"},
      {"%{l}", "strong-bad"},
      {"%{l-}", "strong.bad"},
      {"%{lr}", "strong-bad"},
      {"%{lr-}", "bad.strong"},
      {"%{l1r-}", "strong"},
      {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
      {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
      {"%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
      {"%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"},
      {"%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"},
  };
  for (const auto& c : cases) {
    EXPECT_TRUE(is_domain_spec(c.text)) << c.text;
    EXPECT_EQ(expand_domain(c.text, values), c.expanded) << c.text;
  }
  values.ip = *net::IpAddress::parse("2001:db8::cb01");
  EXPECT_EQ(expand_domain("%{ir}.%{v}._spf.%{d2}", values),
            "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com");
}

TEST(SpfRecordText, Limits) {
  SpfRecordLimits limits;
  std::string many = "v=spf1";
  for (size_t i = 0; i < limits.terms; ++i) many += " a";
  EXPECT_TRUE(parse_spf_record(many, limits).ok());
  EXPECT_FALSE(parse_spf_record(many + " a", limits).ok());
  EXPECT_FALSE(parse_spf_record("v=spf1 " + std::string(limits.size, 'a'), limits).ok());
  const auto wrong = parse_spf_record("v=spf1 ip4:192.0.2.1 a:museum -all");
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().text, "syntax error: a:museum");
}

TEST(Spf, LimitsAreArguments) {
  net::ResolverTable dns;
  dns.add("a.example TXT v=spf1 a:n.example +all");
  dns.add("b.example TXT v=spf1 include:a.example -all");
  dns.add("n.example A 192.0.2.2");
  const SpfArgs args{*net::IpAddress::parse("192.0.2.1"), "h.example", "x@b.example", "", 0};
  SpfLimits limits;
  EXPECT_EQ(net::block_on(check_host(args, dns, limits, net::Deadline::none())).result, SpfResult::kPass);
  limits.lookups = 1;
  const auto outcome = net::block_on(check_host(args, dns, limits, net::Deadline::none()));
  EXPECT_EQ(outcome.result, SpfResult::kPermError);
  EXPECT_EQ(outcome.problem, "more than 1 DNS lookups");
  EXPECT_EQ(outcome.domain, "b.example");
}

}  // namespace
}  // namespace mailauth
