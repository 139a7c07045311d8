// Lists on both databases: which entry decides, and that one enterprise's lists are nothing to another.

#include "spam/lists.h"

#include <gtest/gtest.h>

#include "sql/testing.h"

namespace spam {
namespace {

constexpr base::Time kNow = base::Time(std::chrono::seconds(1'795'439'731));
const sql::EnterpriseScope kOne{1};
const sql::AccountScope kTom{1, 10}, kAnn{1, 11}, kOther{2, 20};

TEST(ListEntries, AreBroughtIntoOneForm) {
  const struct {
    const char *written, *kept;
  } cases[] = {
      {" Tom@EXAMPLE.com ", "tom@example.com"},
      {"Example.COM", "example.com"},
      {"@example.com", "example.com"},
      {"*.example.com", "*.example.com"},
      {"192.0.2.7", "192.0.2.7"},
      {"192.0.2.7/24", "192.0.2.0/24"},
      {"2001:DB8::1/32", "2001:db8::/32"},
      {"b\xc3\xbc\x63her.example", "xn--bcher-kva.example"},
  };
  for (const auto& c : cases) {
    auto parsed = parse_list_entry(c.written);
    ASSERT_TRUE(parsed.ok()) << c.written;
    EXPECT_EQ(*parsed, c.kept);
  }
  for (const auto* wrong : {"", "*", "*.", "a b", "tom@", "@", "0.0.0.0/0", "192.0.2.0/33", "*.*.example.com", "<tom@example.com>"}) {
    EXPECT_FALSE(parse_list_entry(wrong).ok()) << wrong;
  }
}

class Lists : public testing::TestWithParam<sql::testing::Kind> {
 protected:
  template <typename Scope>
  void add(Scope scope, ListKind kind, const std::string& entry) {
    const auto added = database->write([&](sql::Transaction& tx) { return add_list_entry(tx, scope, kind, entry, "why", kNow).ok(); });
    EXPECT_TRUE(added) << entry;
  }
  // "block example.com", "own allow a@example.com", or "".
  std::string match(sql::AccountScope scope, const std::string& from, const std::string& client = "192.0.2.7", bool forged = false) {
    const auto found = database->read([&](sql::Transaction& tx) {
      return match_lists(tx, scope, {net::IpAddress::parse(client), "bounce@sender.example", from, forged});
    });
    if (!found) return "";
    return std::string(found->personal ? "own " : "") + (found->kind == ListKind::kBlock ? "block " : "allow ") + found->entry;
  }
  std::unique_ptr<sql::Database> database = sql::testing::make(GetParam());
};

TEST_P(Lists, TheCloserEntryDecides) {
  add(kOne, ListKind::kBlock, "example.com");
  EXPECT_EQ(match(kTom, "x@example.com"), "block example.com");
  EXPECT_EQ(match(kTom, "x@deep.sub.example.com"), "block example.com");
  EXPECT_EQ(match(kTom, "x@notexample.com"), "");
  add(kOne, ListKind::kAllow, "sub.example.com");
  EXPECT_EQ(match(kTom, "x@sub.example.com"), "allow sub.example.com");
  EXPECT_EQ(match(kTom, "x@example.com"), "block example.com");
  add(kOne, ListKind::kBlock, "bad@sub.example.com");
  EXPECT_EQ(match(kTom, "bad@sub.example.com"), "block bad@sub.example.com");
  add(kOne, ListKind::kAllow, "bad@sub.example.com");
  EXPECT_EQ(match(kTom, "bad@sub.example.com"), "allow bad@sub.example.com") << "of two alike the allow";
}

TEST_P(Lists, WildcardsAreBelowTheDomainAlone) {
  add(kOne, ListKind::kBlock, "*.example.com");
  EXPECT_EQ(match(kTom, "x@a.example.com"), "block *.example.com");
  EXPECT_EQ(match(kTom, "x@a.b.example.com"), "block *.example.com");
  EXPECT_EQ(match(kTom, "x@example.com"), "");
}

TEST_P(Lists, NetworksAndEnvelopeSendersMatch) {
  add(kOne, ListKind::kAllow, "192.0.2.0/25");
  add(kOne, ListKind::kBlock, "2001:db8::/33");
  EXPECT_EQ(match(kTom, "x@example.com", "192.0.2.127"), "allow 192.0.2.0/25");
  EXPECT_EQ(match(kTom, "x@example.com", "192.0.2.128"), "");
  EXPECT_EQ(match(kTom, "x@example.com", "2001:db8:7fff::1"), "block 2001:db8::/33");
  EXPECT_EQ(match(kTom, "x@example.com", "2001:db8:8000::1"), "");
  add(kOne, ListKind::kBlock, "bounce@sender.example");
  EXPECT_EQ(match(kTom, "x@example.com", "192.0.2.1"), "block bounce@sender.example") << "closer than a network";
}

TEST_P(Lists, AMemberCannotLetInWhatTheEnterpriseForbids) {
  add(kOne, ListKind::kBlock, "evil.example");
  add(kTom, ListKind::kAllow, "friend@evil.example");
  EXPECT_EQ(match(kTom, "friend@evil.example"), "block evil.example");
  add(kOne, ListKind::kAllow, "shop.example");
  add(kTom, ListKind::kBlock, "news@shop.example");
  EXPECT_EQ(match(kTom, "news@shop.example"), "own block news@shop.example");
  EXPECT_EQ(match(kAnn, "news@shop.example"), "allow shop.example");
}

TEST_P(Lists, AForgedNameIsNotAllowedButStaysBlocked) {
  add(kOne, ListKind::kAllow, "bank.example");
  add(kTom, ListKind::kBlock, "pest.example");
  EXPECT_EQ(match(kTom, "x@bank.example", "192.0.2.7", true), "");
  EXPECT_EQ(match(kTom, "x@pest.example", "192.0.2.7", true), "own block pest.example");
  add(kOne, ListKind::kAllow, "192.0.2.7");
  EXPECT_EQ(match(kTom, "x@bank.example", "192.0.2.7", true), "allow 192.0.2.7") << "an address is not forged";
}

TEST_P(Lists, AnEnterpriseNeverSeesAnothers) {
  add(kOne, ListKind::kBlock, "example.com");
  add(kTom, ListKind::kBlock, "example.org");
  EXPECT_EQ(match(kOther, "x@example.com"), "");
  EXPECT_EQ(match(kOther, "x@example.org"), "");
  EXPECT_EQ(match(kAnn, "x@example.org"), "");
  // The same account number in another enterprise.
  EXPECT_EQ(match({2, 10}, "x@example.org"), "");
  EXPECT_TRUE(database->read([](sql::Transaction& tx) { return list_entries(tx, sql::EnterpriseScope{2}); }).empty());
  EXPECT_EQ(database->write([](sql::Transaction& tx) { return clear_list(tx, sql::EnterpriseScope{2}, ListKind::kBlock); }), 0);
  EXPECT_EQ(match(kTom, "x@example.com"), "block example.com");
}

TEST_P(Lists, EntriesAreListedReplacedRemovedAndLimited) {
  add(kOne, ListKind::kBlock, "b.example");
  add(kOne, ListKind::kBlock, "A.example");
  add(kOne, ListKind::kBlock, "a.example");
  auto entries = database->read([](sql::Transaction& tx) { return list_entries(tx, kOne); });
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].entry, "a.example");
  EXPECT_EQ(entries[0].note, "why");
  EXPECT_EQ(entries[0].added_at, kNow);
  const auto full = database->write(
      [](sql::Transaction& tx) { return add_list_entry(tx, kOne, ListKind::kAllow, "c.example", "", kNow, {.entries = 2}).error().kind; });
  EXPECT_EQ(full, base::ErrorKind::kLimit);
  EXPECT_TRUE(database->write([](sql::Transaction& tx) { return remove_list_entry(tx, kOne, ListKind::kBlock, "A.EXAMPLE"); }));
  EXPECT_FALSE(database->write([](sql::Transaction& tx) { return remove_list_entry(tx, kOne, ListKind::kBlock, "a.example"); }));
  EXPECT_EQ(database->write([](sql::Transaction& tx) { return clear_list(tx, kOne, ListKind::kBlock); }), 1);
}

INSTANTIATE_TEST_SUITE_P(AllDrivers, Lists, testing::ValuesIn(sql::testing::drivers()), sql::testing::name);

}  // namespace
}  // namespace spam
