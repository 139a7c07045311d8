// DMARC evaluations from test/vectors/dmarc, and the parts around them.

#include "mailauth/dmarc.h"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "net/block_on.h"
#include "net/resolver_table.h"

namespace mailauth {
namespace {

PublicSuffixList suffixes() { return base::value_or_throw(PublicSuffixList::open()); }

void add_zone(net::ResolverTable& dns, const YAML::Node& zone) {
  for (const auto& node : zone) {
    const auto line = node.as<std::string>();
    if (!line.ends_with(" !")) {
      dns.add(line);
      continue;
    }
    const auto name = line.substr(0, line.find(' '));
    dns.set(name, line.find(" TXT ") != std::string::npos ? net::DnsType::kTxt : net::DnsType::kA, net::DnsStatus::kTemporary);
  }
}

DmarcArgs read_args(const YAML::Node& test) {
  DmarcArgs args;
  args.from_domain = test["from"].as<std::string>();
  if (test["spf"]) args.spf = {test["spf"].as<std::string>(), true, false};
  if (test["spf_failed"]) args.spf = {test["spf_failed"].as<std::string>(), false, false};
  if (test["spf_temporary"]) args.spf = {test["spf_temporary"].as<std::string>(), false, true};
  for (const auto& domain : test["dkim"]) args.dkim.push_back({domain.as<std::string>(), true, false});
  if (test["random"]) args.random = test["random"].as<unsigned>();
  return args;
}

TEST(Dmarc, Cases) {
  const auto list = suffixes();
  size_t cases = 0;
  for (const auto& scenario : YAML::LoadAllFromFile(POSTHOUSE_SOURCE_DIR "/test/vectors/dmarc/cases.yml")) {
    if (!scenario.IsMap()) continue;
    net::ResolverTable dns;
    add_zone(dns, scenario["zone"]);
    DmarcSettings settings;
    settings.tree_walk = scenario["walk"] && scenario["walk"].as<bool>();
    for (const auto& entry : scenario["tests"]) {
      const auto name = entry.first.as<std::string>();
      const auto& test = entry.second;
      const auto before = dns.questions();
      const auto outcome = net::block_on(evaluate_dmarc(read_args(test), dns, list, settings, net::Deadline::none()));
      auto check = [&](const char* key, const std::string& got) {
        if (test[key]) {
          EXPECT_EQ(got, test[key].as<std::string>()) << scenario["description"] << ": " << name << " " << key << " " << outcome.problem;
        }
      };
      check("result", to_string(outcome.result));
      check("published", to_string(outcome.published));
      check("apply", to_string(outcome.apply));
      check("org", outcome.organizational_domain);
      check("record", outcome.record_domain);
      if (test["questions"]) {
        EXPECT_LE(dns.questions() - before, test["questions"].as<size_t>()) << name;
      }
      const bool trouble = outcome.result == DmarcResult::kPermError || outcome.result == DmarcResult::kTempError;
      EXPECT_EQ(outcome.problem.empty(), !trouble) << name;
      ++cases;
    }
  }
  EXPECT_EQ(cases, 76u);
}

TEST(DmarcRecordText, AllTags) {
  const auto record = parse_dmarc_record(
      "v = DMARC1 ;p= quarantine; sp=Reject; np=none; adkim=s; aspf=r; pct=20; t=y; psd=n; ri=3600; fo=1:d:s; x=y;"
      "rua=mailto:a@example.com!10m , https://example.com/r,mailto:b@example.com!1x,nonsense,mailto:c@example.com; "
      "ruf=mailto:f@example.com");
  ASSERT_TRUE(record.ok()) << record.error().text;
  EXPECT_EQ(record->policy, DmarcPolicy::kQuarantine);
  EXPECT_EQ(record->subdomain_policy, DmarcPolicy::kReject);
  EXPECT_EQ(record->nonexistent_policy, DmarcPolicy::kNone);
  EXPECT_TRUE(record->strict_dkim);
  EXPECT_FALSE(record->strict_spf);
  EXPECT_EQ(record->percent, 20u);
  EXPECT_TRUE(record->testing);
  EXPECT_EQ(record->psd, DmarcRecord::Psd::kNo);
  EXPECT_EQ(record->interval, 3600u);
  EXPECT_EQ(record->failure_options, "1:d:s");
  EXPECT_EQ(record->aggregate,
            (std::vector<DmarcReportUri>{{"mailto:a@example.com", 10u << 20}, {"https://example.com/r", 0}, {"mailto:c@example.com", 0}}));
  EXPECT_EQ(record->failure, (std::vector<DmarcReportUri>{{"mailto:f@example.com", 0}}));
}

TEST(DmarcRecordText, DefaultsAndMistakes) {
  const auto record = parse_dmarc_record("v=DMARC1; p=none; pct=-1; ri=x; adkim=z; fo=q; junk; =; rua=");
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->percent, 100u);
  EXPECT_EQ(record->interval, 86400u);
  EXPECT_FALSE(record->strict_dkim);
  EXPECT_EQ(record->failure_options, "0");
  EXPECT_TRUE(record->aggregate.empty());
  EXPECT_FALSE(parse_dmarc_record("v=DMARC1; p=none; " + std::string(5000, 'x')).ok());
  EXPECT_EQ(parse_dmarc_record("v=DMARC1; p=none; rua=mailto:a@b!99999999999999999t,mailto:a@b!18446744073709551616")->aggregate.size(),
            0u);
  std::string many = "v=DMARC1; p=none; rua=mailto:a@b";
  for (int i = 0; i < 50; ++i) many += ",mailto:a@b";
  EXPECT_EQ(parse_dmarc_record(many)->aggregate.size(), DmarcRecordLimits{}.uris);
  for (const char* other : {"v=DMARC", "v=DMARC12; p=none", "DMARC1", "", "v", "p=none"}) EXPECT_FALSE(is_dmarc_record(other)) << other;
  EXPECT_TRUE(is_dmarc_record("v=DMARC1"));
}

// RFC 7489 6.6.1.
TEST(DmarcAuthorDomain, MultipleFrom) {
  using Values = std::vector<std::string>;
  const struct {
    Values from, domains;
    bool problem;
  } cases[] = {
      {{"Joe <joe@Example.COM>"}, {"example.com"}, false},
      {{"a@example.com, b@EXAMPLE.com"}, {"example.com"}, false},
      {{"a@example.com, b@example.net"}, {"example.com", "example.net"}, false},
      {{"Team: a@example.com;"}, {"example.com"}, false},
      {{"\"a@example.net\" <b@example.com>"}, {"example.com"}, false},
      {{"jürgen@bücher.example"}, {"xn--bcher-kva.example"}, false},
      {{}, {}, true},
      {{"a@example.com", "a@example.com"}, {}, true},
      {{""}, {}, true},
      {{"undisclosed:;"}, {}, true},
      {{"joe"}, {}, true},
      {{"joe@a..b"}, {}, true},
      {{"a@example.com, joe"}, {}, true},
  };
  for (const auto& c : cases) {
    const auto author = find_author(c.from);
    EXPECT_EQ(author.domains, c.domains) << testing::PrintToString(c.from);
    EXPECT_EQ(!author.problem.empty(), c.problem) << testing::PrintToString(c.from);
  }
}

// RFC 7489 7.1 and B.2.3.
TEST(DmarcReports, DestinationsMustAgree) {
  net::ResolverTable dns;
  dns.add("example.com._report._dmarc.thirdparty.example.net TXT v=DMARC1;");
  dns.add("example.com._report._dmarc.redirects.net TXT v=DMARC1; rua=mailto:other@redirects.net, mailto:steal@elsewhere.net");
  dns.add("example.com._report._dmarc.wrong.net TXT yes please");
  dns.set("example.com._report._dmarc.dead.net", net::DnsType::kTxt, net::DnsStatus::kTemporary);
  const std::vector<DmarcReportUri> uris = {{"mailto:dmarc@example.com", 0},
                                            {"mailto:dmarc@sub.example.com", 100},
                                            {"MAILTO:reports@thirdparty.example.net?subject=x", 0},
                                            {"mailto:x@redirects.net", 0},
                                            {"mailto:x@wrong.net", 0},
                                            {"mailto:x@dead.net", 0},
                                            {"mailto:victim@unasked.net", 0},
                                            {"https://example.com/upload", 0},
                                            {"mailto:nohost", 0}};
  const auto right = net::block_on(verify_report_uris("example.com", uris, dns, suffixes(), {}, net::Deadline::none()));
  EXPECT_EQ(right, (std::vector<DmarcReportUri>{{"mailto:dmarc@example.com", 0},
                                                {"mailto:dmarc@sub.example.com", 100},
                                                {"MAILTO:reports@thirdparty.example.net?subject=x", 0},
                                                {"mailto:other@redirects.net", 0}}));
  EXPECT_EQ(dns.questions(), 5u);
  DmarcSettings settings;
  settings.external_reports = 1;
  net::block_on(verify_report_uris("example.com", uris, dns, suffixes(), settings, net::Deadline::none()));
  EXPECT_EQ(dns.questions(), 6u);
}

TEST(DmarcLimits, PassingIdentifiersAreCounted) {
  net::ResolverTable dns;
  dns.add("_dmarc.example.com TXT v=DMARC1; p=reject");
  DmarcArgs args;
  args.from_domain = "example.com";
  DmarcSettings settings;
  for (size_t i = 0; i < settings.identifiers; ++i) args.dkim.push_back({"d" + std::to_string(i) + ".net", true, false});
  args.dkim.push_back({"example.com", true, false});
  EXPECT_EQ(net::block_on(evaluate_dmarc(args, dns, suffixes(), settings, net::Deadline::none())).result, DmarcResult::kFail);
  ++settings.identifiers;
  EXPECT_EQ(net::block_on(evaluate_dmarc(args, dns, suffixes(), settings, net::Deadline::none())).result, DmarcResult::kPass);
}

}  // namespace
}  // namespace mailauth
