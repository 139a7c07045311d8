#include "mailauth/tag_list.h"

#include <gtest/gtest.h>

namespace mailauth {
namespace {

std::string refused(std::string_view text, const TagLimits& limits = {}) {
  const auto list = TagList::parse(text, limits);
  return list.ok() ? "accepted" : list.error().text;
}

TEST(TagList, ReadsNamesAndFoldedValues) {
  const std::string text = " v=1; a = rsa-sha256 ;\r\n\tb=ab\r\n\t cd ; x_1=;Z=a=b:c";
  const auto list = TagList::parse(text);
  ASSERT_TRUE(list.ok()) << list.error().text;
  ASSERT_EQ(list->tags().size(), 5u);
  EXPECT_EQ(list->value("v"), "1");
  EXPECT_EQ(list->value("a"), "rsa-sha256");
  EXPECT_EQ(list->value("b"), "ab\r\n\t cd");
  EXPECT_EQ(list->find("b")->raw, "ab\r\n\t cd ");
  EXPECT_EQ(list->value("x_1"), "");
  EXPECT_EQ(list->value("Z"), "a=b:c");
  EXPECT_EQ(list->value("z"), std::nullopt);  // case counts
  EXPECT_EQ(list->value("y"), std::nullopt);
}

TEST(TagList, LastSemicolonAndWhiteSpaceBehindIt) {
  EXPECT_TRUE(TagList::parse("a=1;").ok());
  EXPECT_TRUE(TagList::parse("a=1; \r\n ").ok());
  EXPECT_EQ(TagList::parse("a=1; \r\n ")->tags().size(), 1u);
}

TEST(TagList, RefusesWhatIsNoTagList) {
  EXPECT_EQ(refused(""), "empty tag list");
  EXPECT_EQ(refused(" \t"), "empty tag list");
  EXPECT_EQ(refused("a=1;;b=2"), "tag without \"=\"");
  EXPECT_EQ(refused(";a=1"), "tag without \"=\"");
  EXPECT_EQ(refused("a=1; t; b=2"), "tag without \"=\"");
  EXPECT_EQ(refused("=1"), "bad tag name");
  EXPECT_EQ(refused("1a=1"), "bad tag name");
  EXPECT_EQ(refused("_a=1"), "bad tag name");
  EXPECT_EQ(refused("a b=1"), "bad tag name");
  EXPECT_EQ(refused("a-b=1"), "bad tag name");
  EXPECT_EQ(refused("a=1; a=1"), "tag a comes twice");
  EXPECT_EQ(refused(std::string_view("a=1\0", 4)), "bad character in tag a");
  EXPECT_EQ(refused("a=\x7f"), "bad character in tag a");
  EXPECT_EQ(refused("a=\xff"), "tag a is not UTF-8");
  EXPECT_EQ(refused("d=b\xc3\xbc\x63her.example"), "accepted");
}

TEST(TagList, Limits) {
  std::string many;
  for (int i = 0; i < 51; ++i) many += "t" + std::to_string(i) + "=1;";
  EXPECT_EQ(refused(many), "too many tags");
  EXPECT_EQ(refused(many, {.tags = 51}), "accepted");
  EXPECT_EQ(refused("a=" + std::string(100, 'x'), {.bytes = 101}), "tag list is too long");
  EXPECT_EQ(refused("a=" + std::string(99, 'x'), {.bytes = 101}), "accepted");
}

TEST(TagList, Base64Tags) {
  EXPECT_EQ(decode_base64_tag("aGVs\r\n\tbG8="), "hello");
  EXPECT_EQ(decode_base64_tag("aGVsbG8"), "hello");  // padding is optional
  EXPECT_EQ(decode_base64_tag("aGVsb!8="), std::nullopt);
  EXPECT_EQ(decode_base64_tag("aGVs=bG8="), std::nullopt);
  EXPECT_EQ(decode_base64_tag("a"), std::nullopt);
  EXPECT_EQ(decode_base64_tag(" "), std::nullopt);
}

TEST(TagList, Colons) {
  EXPECT_EQ(split_colons("a : b\r\n\t:c"), (std::vector<std::string_view>{"a", "b", "c"}));
  EXPECT_EQ(split_colons("a::b"), (std::vector<std::string_view>{"a", "", "b"}));
}

}  // namespace
}  // namespace mailauth
