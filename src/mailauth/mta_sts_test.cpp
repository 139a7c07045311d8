#include "mailauth/mta_sts.h"

#include <gtest/gtest.h>

#include "net/block_on.h"
#include "net/resolver_table.h"

namespace mailauth {
namespace {

TEST(MtaSts, Records) {
  const struct {
    const char *text, *id;
  } cases[] = {
      {"v=STSv1; id=20160831085700Z;", "20160831085700Z"},  // RFC 8461 3.1
      {"v=STSv1;id=a", "a"},
      {"v=STSv1 ; x=y; id=a;", "a"},
      {"v=STSv1; id=a; id=b", "a"},
      {"v=STSv1; id=", nullptr},
      {"v=STSv1;", nullptr},
      {"v=STSv1", nullptr},
      {"v=STSv1; id=a-b", nullptr},
      {"v=STSv1; id=123456789012345678901234567890123", nullptr},
      {"v=STSv1; junk; id=a", nullptr},
      {"v=STSv2; id=a", nullptr},
      {"v=stsv1; id=a", nullptr},
      {"id=a; v=STSv1", nullptr},
      {" v=STSv1; id=a", nullptr},
  };
  for (const auto& c : cases) {
    const auto id = parse_sts_record(c.text);
    ASSERT_EQ(id.ok(), c.id != nullptr) << c.text;
    if (id.ok()) {
      EXPECT_EQ(*id, c.id);
    }
  }
}

TEST(MtaSts, LookUp) {
  net::ResolverTable dns;
  dns.add("_mta-sts.one.example TXT v=STSv1; id=1");
  dns.add("_mta-sts.one.example TXT something else");
  dns.add("_mta-sts.two.example TXT v=STSv1; id=1");
  dns.add("_mta-sts.two.example TXT v=STSv1; id=2");
  dns.add("_mta-sts.bad.example TXT v=STSv1; id=!");
  dns.add("_mta-sts.alias.example CNAME _mta-sts.one.example");
  dns.set("_mta-sts.dead.example", net::DnsType::kTxt, net::DnsStatus::kTemporary);
  auto find = [&](const std::string& domain) { return net::block_on(find_sts_record(domain, dns, net::Deadline::none())); };
  using Status = StsLookup::Status;
  EXPECT_EQ(find("one.example").id, "1");
  EXPECT_EQ(find("alias.example").status, Status::kFound);
  EXPECT_EQ(find("two.example").status, Status::kNone);
  EXPECT_FALSE(find("two.example").problem.empty());
  EXPECT_EQ(find("bad.example").status, Status::kNone);
  EXPECT_EQ(find("none.example").status, Status::kNone);
  EXPECT_TRUE(find("none.example").problem.empty());
  EXPECT_EQ(find("dead.example").status, Status::kTemporary);
  EXPECT_EQ(sts_policy_url("example.com"), "https://mta-sts.example.com/.well-known/mta-sts.txt");
}

TEST(MtaSts, Policies) {
  // RFC 8461 3.2
  const auto policy = parse_sts_policy(
      "version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmx: backupmx.example.com\nmax_age: 604800\n");
  ASSERT_TRUE(policy.ok());
  EXPECT_EQ(
      *policy,
      (StsPolicy{StsPolicy::Mode::kEnforce, {"mail.example.com", "*.example.net", "backupmx.example.com"}, std::chrono::seconds(604800)}));

  const struct {
    const char* body;
    bool right;
  } cases[] = {
      {"version: STSv1\r\nmode: testing\r\nmx: A.Example\r\nmax_age: 1\r\n", true},
      {"max_age:86400\nmode:none\nversion:STSv1", true},
      {"version: STSv1\nmode: enforce\nmode: nonsense\nmx: a.example\nmax_age: 1 \nunknown: x\n\n", true},
      {"version: STSv1\nmode: none\nmax_age: 31557600\n", true},
      {"version: STSv1\nmode: none\nmax_age: 31557601\n", false},
      {"version: STSv1\nmode: none\nmax_age: 00000000001\n", false},
      {"version: STSv1\nmode: none\nmax_age: -1\n", false},
      {"version: STSv1\nmode: none\n", false},
      {"version: STSv1\nmode: enforce\nmax_age: 1\n", false},
      {"version: STSv1\nmode: Enforce\nmx: a.example\nmax_age: 1\n", false},
      {"version: STSv1\nmx: a.example\nmax_age: 1\n", false},
      {"version: STSv2\nmode: none\nmax_age: 1\n", false},
      {"mode: none\nmax_age: 1\n", false},
      {"version: STSv1\nmode: enforce\nmx: *.*.example\nmax_age: 1\n", false},
      {"version: STSv1\nmode: enforce\nmx: a*.example\nmax_age: 1\n", false},
      {"version: STSv1\nmode: enforce\nmx: .example\nmax_age: 1\n", false},
      {"version: STSv1\nmode: enforce\nmx:\nmax_age: 1\n", false},
      {"<html>\n<body>no such page</body></html>", false},
      {"", false},
  };
  for (const auto& c : cases) EXPECT_EQ(parse_sts_policy(c.body).ok(), c.right) << c.body;
  std::string many = "version: STSv1\nmode: enforce\nmax_age: 1\n";
  StsPolicyLimits limits;
  limits.mx = 3;
  for (int i = 0; i < 3; ++i) many += "mx: a.example\n";
  EXPECT_TRUE(parse_sts_policy(many, limits).ok());
  EXPECT_FALSE(parse_sts_policy(many + "mx: b.example\n", limits).ok());
  EXPECT_FALSE(parse_sts_policy(many + std::string(limits.size, '\n'), limits).ok());
}

// RFC 8461 4.1.
TEST(MtaSts, Hosts) {
  StsPolicy policy;
  policy.mx = {"mail.example.com", "*.example.net"};
  for (const char* host : {"mail.example.com", "MAIL.example.com.", "a.example.net", "A.EXAMPLE.NET"})
    EXPECT_TRUE(sts_allows(policy, host)) << host;
  for (const char* host : {"example.com", "a.mail.example.com", "example.net", "a.b.example.net", "aexample.net", "", ".example.net"})
    EXPECT_FALSE(sts_allows(policy, host)) << host;
}

}  // namespace
}  // namespace mailauth
