#include "mailauth/bimi.h"

#include <gtest/gtest.h>

#include "net/block_on.h"
#include "net/resolver_table.h"

namespace mailauth {
namespace {

using Status = BimiLookup::Status;

TEST(Bimi, Records) {
  const struct {
    const char *text, *location, *authority;
  } cases[] = {
      {"v=BIMI1; l=https://example.com/logo.svg", "https://example.com/logo.svg", ""},
      {"v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem;", "https://example.com/logo.svg",
       "https://example.com/vmc.pem"},
      {"v=BIMI1; l=; a=;", "", ""},  // declines
      {"v=BIMI1; l=; a=https://example.com/vmc.pem", "", "https://example.com/vmc.pem"},
      {"v=BIMI1; avp=brand; l=https://e.example/", "https://e.example/", ""},
      {"v=BIMI1;", nullptr, nullptr},
      {"v=BIMI1; l=http://example.com/logo.svg", nullptr, nullptr},
      {"v=BIMI1; l=https://e.example/; a=file:///x", nullptr, nullptr},
      {"v=BIMI1; l=https://e.example/; l=https://f.example/", nullptr, nullptr},
      {"v=BIMI1; l=https://e.example/ two", nullptr, nullptr},
      {"v=BIMI2; l=https://e.example/", nullptr, nullptr},
  };
  for (const auto& c : cases) {
    const auto assertion = parse_bimi_record(c.text);
    ASSERT_EQ(assertion.ok(), c.location != nullptr) << c.text;
    if (assertion.ok()) {
      EXPECT_EQ(*assertion, (BimiAssertion{c.location, c.authority})) << c.text;
    }
  }
  EXPECT_TRUE(parse_bimi_record("v=BIMI1; l=; a=;")->declined());
}

TEST(Bimi, LookUp) {
  const auto suffixes = base::value_or_throw(PublicSuffixList::open());
  net::ResolverTable dns;
  dns.add("default._bimi.example.com TXT v=BIMI1; l=https://example.com/logo.svg");
  dns.add("brand._bimi.example.com TXT v=BIMI1; l=https://example.com/brand.svg");
  dns.add("default._bimi.no.example.com TXT v=BIMI1; l=;");
  dns.add("default._bimi.two.org TXT v=BIMI1; l=https://a.example/");
  dns.add("default._bimi.two.org TXT v=BIMI1; l=https://b.example/");
  dns.set("default._bimi.dead.org", net::DnsType::kTxt, net::DnsStatus::kTemporary);
  auto find = [&](const std::string& domain, const std::string& selector) {
    return net::block_on(find_bimi(domain, selector, dns, suffixes, net::Deadline::none()));
  };
  EXPECT_EQ(find("Example.com", "default").assertion.location, "https://example.com/logo.svg");
  const auto above = find("a.b.example.com", "brand");
  EXPECT_EQ(above.assertion.location, "https://example.com/brand.svg");
  EXPECT_EQ(above.domain, "example.com");
  EXPECT_TRUE(find("no.example.com", "default").assertion.declined());
  EXPECT_EQ(find("no.example.com", "default").status, Status::kFound);
  EXPECT_EQ(find("two.org", "default").status, Status::kNone);
  EXPECT_EQ(find("none.org", "default").status, Status::kNone);
  EXPECT_EQ(find("x.dead.org", "default").status, Status::kTemporary);
  EXPECT_EQ(find("a..b", "default").status, Status::kNone);
}

TEST(Bimi, Selectors) {
  EXPECT_EQ(bimi_selector("v=BIMI1; s=Brand"), "brand");
  for (const char* wrong : {"", "s=brand", "v=BIMI1;", "v=BIMI1; s=", "v=BIMI1; s=a b", "v=BIMI2; s=brand"})
    EXPECT_EQ(bimi_selector(wrong), "default") << wrong;
}

TEST(Bimi, NeedsAnEnforcedPolicy) {
  auto outcome = [](const char* record, DmarcResult result) {
    DmarcOutcome made;
    made.result = result;
    made.record = base::value_or_throw(parse_dmarc_record(record));
    made.published = made.record->policy;
    return made;
  };
  EXPECT_TRUE(bimi_applies(outcome("v=DMARC1; p=reject", DmarcResult::kPass)));
  EXPECT_TRUE(bimi_applies(outcome("v=DMARC1; p=quarantine", DmarcResult::kPass)));
  EXPECT_FALSE(bimi_applies(outcome("v=DMARC1; p=quarantine; pct=50", DmarcResult::kPass)));
  EXPECT_FALSE(bimi_applies(outcome("v=DMARC1; p=none", DmarcResult::kPass)));
  EXPECT_FALSE(bimi_applies(outcome("v=DMARC1; p=reject; sp=none", DmarcResult::kPass)));
  EXPECT_FALSE(bimi_applies(outcome("v=DMARC1; p=reject", DmarcResult::kFail)));
  EXPECT_FALSE(bimi_applies(DmarcOutcome{}));
}

}  // namespace
}  // namespace mailauth
