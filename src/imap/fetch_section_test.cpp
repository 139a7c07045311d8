#include "imap/fetch_section.h"

#include <gtest/gtest.h>

namespace imap {
namespace {

constexpr std::string_view kMessage =
    "From: a@x\r\nSubject: one\r\n two\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n"
    "--X\r\nContent-Transfer-Encoding: base64\r\n\r\naGk=\r\n"
    "--X\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ntext\r\n"
    "--X--\r\n";

Section section(std::vector<uint32_t> part, Section::Text text = Section::Text::kAll) { return {std::move(part), text, {}}; }

class SectionTest : public testing::Test {
 protected:
  std::string cut(const Section& what) const {
    auto range = section_range(&message_.root, kMessage.size(), what);
    return range ? std::string(kMessage.substr(range->begin, range->end - range->begin)) : "NIL";
  }
  std::string put(const FetchItem& item) const {
    std::string out;
    const MessageBytes bytes{kMessage, 0, &message_.root};
    if (item.kind == FetchItem::Kind::kSection)
      put_section(out, item, bytes, kMessage.size(), false);
    else
      put_binary(out, item, bytes);
    return out;
  }
  mime::Message message_ = mime::parse(kMessage);
};

TEST_F(SectionTest, CutsByNumber) {
  EXPECT_EQ(cut(section({})), kMessage);
  EXPECT_EQ(cut(section({1})), "aGk=");
  EXPECT_EQ(cut(section({1}, Section::Text::kMime)), "Content-Transfer-Encoding: base64\r\n\r\n");
  EXPECT_EQ(cut(section({2}, Section::Text::kHeader)), "Subject: inner\r\n\r\n");
  EXPECT_EQ(cut(section({2}, Section::Text::kText)), "text");
  EXPECT_EQ(cut(section({2, 1})), "text");
  EXPECT_EQ(cut(section({3})), "NIL");
  EXPECT_EQ(cut(section({1}, Section::Text::kHeader)), "NIL");
  EXPECT_EQ(cut(section({}, Section::Text::kHeader)).substr(0, 9), "From: a@x");
}

TEST_F(SectionTest, PartialsNeedNoMoreThanTheyCut) {
  FetchItem item{FetchItem::Kind::kSection};
  item.section = section({1});
  item.partial = {1, 2};
  auto all = *section_range(&message_.root, kMessage.size(), item.section);
  auto needed = *needed_range(&message_.root, kMessage.size(), item);
  EXPECT_EQ(needed.begin, all.begin + 1);
  EXPECT_EQ(needed.end, all.begin + 3);
  EXPECT_EQ(put(item), "BODY[1]<1> {2}\r\nGk");
  item.partial = {900, 5};
  EXPECT_EQ(put(item), "BODY[1]<900> \"\"");
  item.partial = {4294967295u, 4294967295u};
  EXPECT_EQ(put(item), "BODY[1]<4294967295> \"\"");
}

TEST_F(SectionTest, FiltersHeaderFields) {
  FetchItem item{FetchItem::Kind::kSection};
  item.section = section({}, Section::Text::kHeaderFields);
  item.section.fields = {"SUBJECT", "x y"};
  EXPECT_EQ(put(item), "BODY[HEADER.FIELDS (SUBJECT \"x y\")] {22}\r\nSubject: one\r\n two\r\n\r\n");
  EXPECT_EQ(filter_header("A: 1\r\nB: 2\r\n\r\n", {"a"}, false), "B: 2\r\n\r\n");
  EXPECT_EQ(filter_header("A: 1", {"a"}, true), "A: 1\r\n\r\n");
  EXPECT_EQ(filter_header("", {"a"}, true), "\r\n");
}

TEST_F(SectionTest, DecodesBinary) {
  FetchItem item{FetchItem::Kind::kBinary};
  item.section = section({1});
  EXPECT_EQ(put(item), "BINARY[1] {2}\r\nhi");
  item.kind = FetchItem::Kind::kBinarySize;
  EXPECT_EQ(put(item), "BINARY.SIZE[1] 2");
  item.section = section({9});
  EXPECT_EQ(put(item), "BINARY.SIZE[9] 0");
}

TEST_F(SectionTest, APieceOfTheMessageIsEnough) {
  FetchItem item{FetchItem::Kind::kSection};
  item.section = section({2}, Section::Text::kText);
  auto needed = *needed_range(&message_.root, kMessage.size(), item);
  const MessageBytes piece{kMessage.substr(needed.begin, needed.end - needed.begin), needed.begin, &message_.root};
  std::string out;
  put_section(out, item, piece, kMessage.size(), false);
  EXPECT_EQ(out, "BODY[2.TEXT] {4}\r\ntext");
}

}  // namespace
}  // namespace imap
