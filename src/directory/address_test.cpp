// Addresses in the forms that clients write, brought to the one that is compared.

#include "directory/address.h"

#include <gtest/gtest.h>

namespace directory {
namespace {

struct Case {
  std::string text;
  std::string key;  // compared form; empty: not an address
  std::string shown;
};

TEST(Address, ComparedAndShownForms) {
  const Case cases[] = {
      {"tom@example.com", "tom@example.com", "tom@example.com"},
      {"Tom.O'Neil+Shop@Example.COM", "tom.o'neil+shop@example.com", "Tom.O'Neil+Shop@example.com"},
      {"\"tom\"@example.com", "tom@example.com", "tom@example.com"},
      {"\"john smith\"@example.com", "john smith@example.com", "\"john smith\"@example.com"},
      {R"("a\"b\\c"@example.com)", R"(a"b\c@example.com)", R"("a\"b\\c"@example.com)"},
      {"\"a@b\"@example.com", "a@b@example.com", "\"a@b\"@example.com"},
      {"张三@例子.cn", "张三@xn--fsqu00a.cn", "张三@例子.cn"},
      {"张三@XN--FSQU00A.CN", "张三@xn--fsqu00a.cn", "张三@例子.cn"},
      {"张三@例子。cn", "张三@xn--fsqu00a.cn", "张三@例子.cn"},
      {"info@BÜCHER.example", "info@xn--bcher-kva.example", "info@bücher.example"},
      {"JOSÉ@example.com", "josé@example.com", "JOSÉ@example.com"},
      {"jose\xcc\x81@example.com", "josé@example.com", "jose\xcc\x81@example.com"},
      {"Straße@example.com", "strasse@example.com", "Straße@example.com"},
      {"postmaster@[192.0.2.1]", "postmaster@[192.0.2.1]", "postmaster@[192.0.2.1]"},
  };
  for (const auto& c : cases) {
    auto address = parse_address(c.text);
    ASSERT_TRUE(address) << c.text;
    EXPECT_EQ(address->key(), c.key);
    EXPECT_EQ(address->shown(), c.shown);
    EXPECT_EQ(parse_address(address->shown())->key(), c.key) << "shown form leads back";
  }
}

TEST(Address, WhatIsNoAddress) {
  const std::string cases[] = {"",
                               "tom",
                               "@example.com",
                               "tom@",
                               "tom@@example.com",
                               "tom@example..com",
                               "tom@.com",
                               "tom@example.com.",
                               "tom@-example.com",
                               "tom@exa_mple.com",
                               "tom@exam ple.com",
                               ".tom@example.com",
                               "tom.@example.com",
                               "t..om@example.com",
                               "t om@example.com",
                               "t\nom@example.com",
                               std::string("tom\0@example.com", 16),
                               std::string("tom@example.com\0", 16),
                               "t(om)@example.com",
                               "\"\"@example.com",
                               "\"tom@example.com",
                               "\"tom\"example.com",
                               "\"tom\\",
                               "\"t\nom\"@example.com",
                               "tom@[]",
                               "tom@[192.0.2.1",
                               "t\xffm@example.com",
                               "tom@ex\xffmple.com",
                               "<tom@example.com>",
                               std::string(65, 'a') + "@example.com",
                               "tom@" + std::string(64, 'a') + ".com"};
  for (const auto& text : cases) EXPECT_FALSE(parse_address(text)) << text;
}

TEST(Address, Lengths) {
  EXPECT_TRUE(parse_address(std::string(64, 'a') + "@example.com"));
  std::string domain;
  while (domain.size() < 246) domain += "abcdefghi.";
  domain += "com";
  EXPECT_EQ(domain.size(), 253u);
  EXPECT_TRUE(parse_address("tom@" + domain));
  EXPECT_FALSE(parse_address("tom@aaa." + domain));
}

TEST(DomainName, Normalised) {
  EXPECT_EQ(normalise_domain("Example.COM"), "example.com");
  EXPECT_EQ(normalise_domain("例子.cn"), "xn--fsqu00a.cn");
  EXPECT_EQ(show_domain("xn--fsqu00a.cn"), "例子.cn");
  EXPECT_EQ(show_domain("example.com"), "example.com");
  for (auto wrong : {"", ".", "a..b", "-a.com", "a b.com", "例 子.cn"}) EXPECT_FALSE(normalise_domain(wrong)) << wrong;
}

}  // namespace
}  // namespace directory
