// DNS lists from a table; verdicts as records and header lines.

#include "spam/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mime/message.h"
#include "net/block_on.h"
#include "net/resolver_table.h"
#include "spam/dnsbl.h"

namespace spam {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Dnsbl, SettingsAreRead) {
  const auto zone = parse_dnsbl_zone(" BL.example.org = 3.5/127.0.0.2/127.0.4.0:24");
  ASSERT_TRUE(zone.ok());
  EXPECT_EQ(zone->name, "bl.example.org");
  EXPECT_EQ(zone->weight, 3.5);
  EXPECT_EQ(zone->answers.size(), 2u);
  EXPECT_EQ(parse_dnsbl_zone("good.example=-2")->weight, -2);
  for (const auto* wrong :
       {"", "bl.example.org", "bl.example.org=", "=3", "bl.example.org=x", "bl.example.org=1e9", "bl.example.org=1/x", "bl=1"}) {
    EXPECT_FALSE(parse_dnsbl_zone(wrong).ok()) << wrong;
  }
}

TEST(Dnsbl, ListsAreAskedAndBelievedWithCare) {
  net::ResolverTable dns;
  dns.add("9.2.0.192.bl.example A 127.0.0.3");
  dns.add("9.2.0.192.bl.example TXT \"see https://bl.example/9\"");
  dns.add("9.2.0.192.blocked.example A 127.255.255.254");
  dns.add("9.2.0.192.parked.example A 203.0.113.1");
  dns.add("9.2.0.192.codes.example A 127.0.0.3");
  dns.set("9.2.0.192.down.example", net::DnsType::kA, net::DnsStatus::kTemporary);
  std::vector<DnsblZone> zones;
  for (const auto* text :
       {"bl.example=3", "blocked.example=5", "parked.example=5", "codes.example=5/127.0.0.2", "down.example=5", "clean.example=5"}) {
    zones.push_back(*parse_dnsbl_zone(text));
  }
  auto ask = [&](const char* client) {
    return net::block_on(ask_dnsbls(*net::IpAddress::parse(client), zones, dns, net::Deadline::after(5s)));
  };
  const auto hits = ask("192.0.2.9");
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].zone, "bl.example");
  EXPECT_EQ(hits[0].code, "127.0.0.3");
  EXPECT_EQ(hits[0].text, "see https://bl.example/9");
  EXPECT_TRUE(ask("192.0.2.10").empty());
  dns.clear();
  for (const auto* inside : {"127.0.0.1", "10.1.2.3", "192.168.1.1", "::1", "fe80::1", "fd00::1"}) EXPECT_TRUE(ask(inside).empty());
  EXPECT_EQ(dns.questions(), 0u);
  // RFC 5782 2.4
  EXPECT_EQ(dnsbl_name(*net::IpAddress::parse("2001:db8:1:2:3:4:567:89ab"), "ugly.example.com"),
            "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ugly.example.com");
}

TEST(Verdicts, AreWrittenAndReadBack) {
  Verdict verdict;
  verdict.action = Action::kReject;
  verdict.score = -7.125;
  verdict.reasons = {{"list", "it; is\r\non \xc3\xa9 list", 0, true, true}, {"spf", "SPF", -1.5}};
  verdict.code = 550;
  verdict.enhanced = "5.7.1";
  verdict.reply = "no";
  verdict.sender_key = "x.example";
  verdict.sender = "a@x.example";
  const auto record = encode_verdict(verdict);
  const auto read = decode_verdict(record);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->action, Action::kReject);
  EXPECT_EQ(read->score, -7.125);
  ASSERT_EQ(read->reasons.size(), 2u);
  EXPECT_TRUE(read->reasons[0].decisive && read->reasons[0].personal);
  EXPECT_EQ(read->reasons[0].text, verdict.reasons[0].text);
  EXPECT_EQ(read->reasons[1].points, -1.5);
  EXPECT_EQ(read->reply, "no");
  EXPECT_EQ(read->sender_key + read->sender, "x.examplea@x.example");
  for (size_t size = 0; size < record.size(); ++size) decode_verdict(std::string_view(record).substr(0, size));
  EXPECT_FALSE(decode_verdict(""));
  EXPECT_FALSE(decode_verdict(std::string("\x01\x01\x01\x09", 4))) << "no such action";

  const auto header = verdict_header({&verdict, 1});
  EXPECT_EQ(mime::unfold(*mime::find_header(header, kVerdictHeader)), "reject; score=-7.1; it, is\\x0d\\x0aon \\xc3\\xa9 list; SPF (-1.5)");
  EXPECT_TRUE(header.ends_with("\r\n"));
}

TEST(Verdicts, KeepTheLargestReasonsAndTheAuthentication) {
  Verdict verdict;
  verdict.reasons = {{std::string(kAuthReason), "SPF none"}};
  for (int i = 0; i < 40; ++i) verdict.reasons.push_back({"spf", "r" + std::to_string(i), i - 20.0 + 0.5});
  order_reasons(verdict, 20);
  ASSERT_EQ(verdict.reasons.size(), 20u);
  EXPECT_EQ(verdict.reasons.front().text, "r0");
  EXPECT_EQ(verdict.reasons.back().text, "SPF none");
  const auto header = verdict_header({&verdict, 1});
  const auto said = mime::unfold(*mime::find_header(header, kVerdictHeader));
  EXPECT_THAT(said, HasSubstr("r4 (-15.5)"));
  EXPECT_THAT(said, Not(HasSubstr("r5")));
  EXPECT_THAT(said, ::testing::EndsWith("; SPF none"));
}

TEST(Verdicts, SharedHeadersTellNothingPersonal) {
  std::vector<Verdict> verdicts(2);
  verdicts[0].reasons = {{"list", "own secret", 0, true, true}, {"spf", "common", 2}};
  verdicts[1].reasons = {{"spf", "common", 2}, {"dnsbl", "of one", 1}};
  verdicts[1].score = 9;
  verdicts[1].action = Action::kJunk;
  const auto header = verdict_header(verdicts);
  EXPECT_EQ(mime::unfold(*mime::find_header(header, kVerdictHeader)), "by recipient; common (+2.0)");
  verdicts.resize(1);
  EXPECT_THAT(verdict_header(verdicts), HasSubstr("own secret"));
}

}  // namespace
}  // namespace spam
