#include "mailauth/tls_rpt.h"

#include <gtest/gtest.h>

#include "net/block_on.h"
#include "net/resolver_table.h"

namespace mailauth {
namespace {

TEST(TlsReports, Records) {
  const struct {
    const char* text;
    TlsReportUris uris;
  } cases[] = {
      {"v=TLSRPTv1;rua=mailto:reports@example.com", {"mailto:reports@example.com"}},                             // RFC 8460 3.1
      {"v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt", {"https://reporting.example.com/v1/tlsrpt"}},  // RFC 8460 3.1
      {"v=TLSRPTv1; rua = mailto:a@b.example , https://c.example/ ;", {"mailto:a@b.example", "https://c.example/"}},
      {"v=TLSRPTv1; x=y; rua=http://a.example/,ftp:x,mailto:nobody,mailto:a@b", {"mailto:a@b"}},
      {"v=TLSRPTv1; rua=http://a.example/", {}},
      {"v=TLSRPTv1; rua=", {}},
      {"v=TLSRPTv1;", {}},
      {"v=TLSRPTv1; junk; rua=mailto:a@b", {}},
      {"v=TLSRPTv2; rua=mailto:a@b", {}},
      {"v=tlsrptv1; rua=mailto:a@b", {}},
      {"rua=mailto:a@b; v=TLSRPTv1", {}},
  };
  for (const auto& c : cases) {
    const auto uris = parse_tls_report_record(c.text);
    ASSERT_EQ(uris.ok(), !c.uris.empty()) << c.text;
    if (uris.ok()) {
      EXPECT_EQ(*uris, c.uris) << c.text;
    }
  }
  TlsReportLimits limits;
  limits.uris = 2;
  EXPECT_EQ(parse_tls_report_record("v=TLSRPTv1; rua=mailto:a@b,mailto:c@d,mailto:e@f", limits)->size(), 2u);
  EXPECT_FALSE(parse_tls_report_record("v=TLSRPTv1; rua=mailto:a@" + std::string(limits.size, 'b'), limits).ok());
}

TEST(TlsReports, LookUp) {
  net::ResolverTable dns;
  dns.add("_smtp._tls.one.example TXT v=TLSRPTv1; rua=mailto:a@b");
  dns.add("_smtp._tls.two.example TXT v=TLSRPTv1; rua=mailto:a@b");
  dns.add("_smtp._tls.two.example TXT v=TLSRPTv1; rua=mailto:c@d");
  dns.add("_smtp._tls.bad.example TXT v=TLSRPTv1; rua=x");
  dns.set("_smtp._tls.dead.example", net::DnsType::kTxt, net::DnsStatus::kBogus);
  auto find = [&](const std::string& domain) { return net::block_on(find_tls_report_record(domain, dns, {}, net::Deadline::none())); };
  using Status = TlsReportLookup::Status;
  EXPECT_EQ(find("one.example").uris, TlsReportUris{"mailto:a@b"});
  EXPECT_EQ(find("two.example").status, Status::kNone);
  EXPECT_FALSE(find("two.example").problem.empty());
  EXPECT_EQ(find("bad.example").status, Status::kNone);
  EXPECT_EQ(find("none.example").status, Status::kNone);
  EXPECT_EQ(find("dead.example").status, Status::kTemporary);
}

}  // namespace
}  // namespace mailauth
