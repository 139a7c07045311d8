// What needs no name server: reverse names, records from their bytes, and the table that other tests ask.

#include "net/resolver.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "net/block_on.h"
#include "net/dns_record.h"
#include "net/resolver_table.h"

namespace net {
namespace {

TEST(Resolver, ReverseNames) {
  EXPECT_EQ(reverse_name(*IpAddress::parse("192.0.2.65")), "65.2.0.192.in-addr.arpa");
  // RFC 3596 2.5
  EXPECT_EQ(reverse_name(*IpAddress::parse("4321:0:1:2:3:4:567:89ab")),
            "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa");
}

std::string bytes(std::string_view hex) { return *base::hex_decode(hex); }

TEST(DnsRecord, ReadsWhatIsRight) {
  DnsAnswer answer;
  EXPECT_TRUE(read_dns_record(DnsType::kA, bytes("c0000201"), answer));
  EXPECT_EQ(answer.addresses.at(0).to_string(), "192.0.2.1");
  EXPECT_TRUE(read_dns_record(DnsType::kMx, std::string("\0\x0a\4Mail\1X\0", 10), answer));
  EXPECT_EQ(answer.mx.at(0), (MxRecord{10, "mail.x"}));
  EXPECT_TRUE(read_dns_record(DnsType::kMx, std::string("\0\0\0", 3), answer));
  EXPECT_EQ(answer.mx.at(1), (MxRecord{0, ""}));
  EXPECT_TRUE(read_dns_record(DnsType::kTxt, std::string("\2ab\0\1c", 6), answer));
  EXPECT_EQ(answer.texts.at(0), "abc");
  EXPECT_TRUE(read_dns_record(DnsType::kPtr, std::string("\3a.b\1\xff\0", 7), answer));
  EXPECT_EQ(answer.names.at(0), "a\\046b.\\255");
  EXPECT_TRUE(read_dns_record(DnsType::kTlsa, bytes("030101aabb"), answer));
  EXPECT_EQ(answer.tlsa.at(0), (TlsaRecord{3, 1, 1, bytes("aabb")}));
}

TEST(DnsRecord, RefusesWhatIsWrong) {
  const struct {
    DnsType type;
    std::string rdata;
  } cases[] = {
      {DnsType::kA, ""},
      {DnsType::kA, "12345"},
      {DnsType::kAaaa, "1234"},
      {DnsType::kMx, std::string("\0\1", 2)},
      {DnsType::kMx, std::string("\0\1\5ab\0", 6)},  // label past the end
      {DnsType::kPtr, ""},
      {DnsType::kPtr, std::string("\1a", 2)},       // no root
      {DnsType::kPtr, std::string("\1a\0\0", 4)},   // bytes after the root
      {DnsType::kPtr, std::string("\xc0\x0c", 2)},  // compression
      {DnsType::kPtr, std::string(64, '\x40')},     // label over 63
      {DnsType::kTxt, ""},
      {DnsType::kTxt, "\5abc"},
      {DnsType::kTlsa, "\3\1\1"},
  };
  for (const auto& c : cases) {
    DnsAnswer answer;
    EXPECT_FALSE(read_dns_record(c.type, c.rdata, answer)) << to_string(c.type) << " " << base::hex_encode(c.rdata);
    EXPECT_TRUE(answer.names.empty() && answer.mx.empty() && answer.texts.empty() && answer.tlsa.empty() && answer.addresses.empty());
  }
}

TEST(DnsRecord, Names) {
  EXPECT_EQ(dns_name("Example.COM."), "example.com");
  EXPECT_EQ(dns_name(std::string(63, 'a') + ".b"), std::string(63, 'a') + ".b");
  std::string longest;
  for (int i = 0; i < 126; ++i) longest += "a.";
  EXPECT_TRUE(dns_name(longest + "a"));
  EXPECT_EQ((longest + "a").size(), 253u);
  for (const auto& wrong : {longest + "ab", std::string(64, 'a'), std::string("a..b"), std::string(".a"), std::string(".."), std::string()})
    EXPECT_FALSE(dns_name(wrong)) << wrong;
  EXPECT_EQ(escape_dns_name("_a-b.c d\\"), "_a-b.c\\032d\\092");
}

class Table : public ::testing::Test {
 protected:
  DnsAnswer ask(const std::string& name, DnsType type) { return block_on(dns.resolve(name, type, Deadline::none())); }
  ResolverTable dns;
};

TEST_F(Table, Answers) {
  dns.add("Example.com TXT \"v=spf1 \" \"-all\"");
  dns.add("example.com TXT bare text");
  dns.add("example.com MX 10 Mail.example.com.");
  dns.add("null.example MX 0 .");
  dns.add("a.b.example.com A 192.0.2.1");
  dns.add("a.b.example.com AAAA 2001:db8::1");
  dns.add("_25._tcp.mail.example.com TLSA 3 1 1 aabb");
  EXPECT_EQ(ask("example.com", DnsType::kTxt).texts, (std::vector<std::string>{"v=spf1 -all", "bare text"}));
  EXPECT_EQ(ask("EXAMPLE.com.", DnsType::kMx).mx, (std::vector<MxRecord>{{10, "mail.example.com"}}));
  EXPECT_EQ(ask("null.example", DnsType::kMx).mx, (std::vector<MxRecord>{{0, ""}}));
  EXPECT_EQ(ask("b.example.com", DnsType::kA).status, DnsStatus::kNoData);
  EXPECT_EQ(ask("c.example.com", DnsType::kA).status, DnsStatus::kNoName);
  EXPECT_EQ(ask("a..b", DnsType::kA).status, DnsStatus::kNoName);
  EXPECT_EQ(ask("_25._tcp.mail.example.com", DnsType::kTlsa).tlsa.size(), 1u);
  EXPECT_EQ(dns.questions(), 6u) << "the malformed name was not asked";
  EXPECT_EQ(dns.asked()[1], "example.com MX");
  for (const char* wrong : {"a A", "a A ::1", "a AAAA 1.2.3.4", "a B c", "a MX x y", "a TLSA 3 1 1 x", "a TXT \"open"})
    EXPECT_THROW(dns.add(wrong), std::invalid_argument) << wrong;
}

TEST_F(Table, StatusesAliasesAndSecurity) {
  dns.add("www.example CNAME host.example");
  dns.add("host.example A 192.0.2.1");
  dns.add("x.example CNAME y.example");
  dns.add("y.example CNAME x.example");
  dns.set("host.example", DnsType::kAaaa, DnsStatus::kTemporary);
  dns.set_all("dead.example", DnsStatus::kBogus);
  dns.set_secure("example");
  auto a = ask("www.example", DnsType::kA);
  EXPECT_TRUE(a.ok());
  EXPECT_TRUE(a.secure);
  EXPECT_EQ(a.canonical, "host.example");
  EXPECT_EQ(ask("www.example", DnsType::kCname).names, std::vector<std::string>{"host.example"});
  EXPECT_EQ(ask("www.example", DnsType::kAaaa).status, DnsStatus::kTemporary);
  EXPECT_EQ(ask("dead.example", DnsType::kTxt).status, DnsStatus::kBogus);
  EXPECT_EQ(ask("x.example", DnsType::kA).status, DnsStatus::kTemporary);
  EXPECT_TRUE(ask("none.example", DnsType::kA).secure);
  EXPECT_FALSE(ask("none.test", DnsType::kA).secure);
}

TEST_F(Table, BothFamilies) {
  auto both = [&](const std::string& host) { return block_on(resolve_addresses(dns, host, Deadline::none())); };
  dns.add("two.example A 192.0.2.1");
  dns.add("two.example AAAA 2001:db8::1");
  dns.add("four.example A 192.0.2.1");
  dns.add("broken.example A 192.0.2.1");
  dns.set("broken.example", DnsType::kAaaa, DnsStatus::kTemporary);
  dns.set("worse.example", DnsType::kAaaa, DnsStatus::kTemporary);
  EXPECT_EQ(both("two.example").addresses.size(), 2u);
  EXPECT_TRUE(both("two.example").addresses.front().is_v6());
  EXPECT_EQ(both("four.example").addresses.size(), 1u);
  EXPECT_EQ(both("broken.example").addresses.size(), 1u);
  EXPECT_EQ(both("worse.example").status, DnsStatus::kTemporary);
  EXPECT_EQ(both("none.example").status, DnsStatus::kNoName);
}

}  // namespace
}  // namespace net
