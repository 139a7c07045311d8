// The list's own test data (test/vectors/psl).

#include "mailauth/public_suffix.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "mailauth/domain.h"

namespace mailauth {
namespace {

TEST(PublicSuffix, PublishedCases) {
  const auto list = base::value_or_throw(PublicSuffixList::open());
  std::ifstream in(POSTHOUSE_SOURCE_DIR "/test/vectors/psl/tests.txt");
  size_t cases = 0;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string domain, wanted;
    words >> domain >> wanted;
    if (domain.empty() || domain.starts_with("//")) continue;
    if (domain == "null") domain.clear();
    const auto got = list.organizational_domain(domain);
    if (wanted == "null")
      EXPECT_EQ(got, std::nullopt) << line;
    else
      EXPECT_EQ(got, canonical_domain(wanted)) << line;
    ++cases;
  }
  EXPECT_EQ(cases, 78u);
}

TEST(PublicSuffix, Suffixes) {
  const auto list = base::value_or_throw(PublicSuffixList::open());
  for (const char* suffix : {"com", "co.uk", "CO.UK.", "中国", "unlisted-tld"}) EXPECT_TRUE(list.is_public_suffix(suffix)) << suffix;
  for (const char* domain : {"example.com", "example.co.uk", "a..b", ""}) EXPECT_FALSE(list.is_public_suffix(domain)) << domain;
}

TEST(PublicSuffix, OtherFiles) {
  const std::string file = testing::TempDir() + "suffixes.dat";
  std::ofstream(file) << "// ===BEGIN ICANN DOMAINS===\nexample\nhosting.example\n// ===END ICANN DOMAINS===\n";
  const auto list = base::value_or_throw(PublicSuffixList::open(file));
  EXPECT_EQ(list.organizational_domain("a.b.hosting.example"), "b.hosting.example");
  EXPECT_FALSE(PublicSuffixList::open("/nonexistent/list").ok());
  std::ofstream(file, std::ios::trunc) << "";
  EXPECT_FALSE(PublicSuffixList::open(file).ok());
}

TEST(Domain, Canonical) {
  EXPECT_EQ(canonical_domain("Bücher.Example."), "xn--bcher-kva.example");
  EXPECT_EQ(canonical_domain("faß.example"), "xn--fa-hia.example");
  EXPECT_EQ(canonical_domain("a..b"), std::nullopt);
  EXPECT_EQ(canonical_domain("\xff.example"), std::nullopt);
  EXPECT_EQ(fully_qualified("localhost"), std::nullopt);
  EXPECT_EQ(fully_qualified("[192.0.2.1]"), std::nullopt);
  EXPECT_TRUE(is_within("a.example", "example") && is_within("example", "example"));
  EXPECT_FALSE(is_within("counterexample", "example"));
}

}  // namespace
}  // namespace mailauth
