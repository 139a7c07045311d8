#include "smtp/dot_stuffing.h"

#include <gtest/gtest.h>

#include <vector>

namespace smtp {
namespace {

struct Outcome {
  std::string message;
  bool finished = false;
  bool bare = false;
  size_t taken = 0;
  bool operator==(const Outcome&) const = default;
};

Outcome unstuff(const std::vector<std::string_view>& pieces) {
  DotUnstuffer unstuffer({});
  Outcome outcome;
  for (const auto piece : pieces) outcome.taken += unstuffer.feed(piece, outcome.message);
  outcome.finished = unstuffer.finished();
  outcome.bare = unstuffer.has_bare_line_end();
  return outcome;
}

struct Sample {
  std::string wire, message, rest;  // rest: what is left on the wire after the end
  bool bare = false;
};

const std::vector<Sample> kComplete = {
    {".\r\n", "", ""},
    {"hello\r\n.\r\n", "hello\r\n", ""},
    {"hello\r\n.\r\nQUIT\r\n", "hello\r\n", "QUIT\r\n"},
    {"..\r\n.\r\n", ".\r\n", ""},
    {"...\r\n.x\r\n..x\r\n.\r\n", "..\r\nx\r\n.x\r\n", ""},
    {"a.b\r\n.\r\n", "a.b\r\n", ""},
    {"\r\n\r\n.\r\n", "\r\n\r\n", ""},
    {std::string("a\0b\r\n.\r\n", 8), std::string("a\0b\r\n", 5), ""},
};

// Every way to write an end that is none, from the pairs of line ends that servers have been seen to confuse.
const std::vector<std::string> kNoEnds = {
    "\n.\n",
    "\n.\r\n",
    "\r\n.\n",
    "\r.\r",
    "\r.\r\n",
    "\r\n.\r",
    "\n.\r",
    "\r.\n",
    "\r\n.\r\r\n",
    "\r\r\n.\n",
    "\n\n.\n\n",
    std::string("\r\n\0.\r\n", 6),
    std::string("\r\n.\0\r\n", 6),
};

TEST(DotUnstuffer, FindsTheEndAtEverySplit) {
  for (const auto& sample : kComplete) {
    const Outcome expected{sample.message, true, sample.bare, sample.wire.size() - sample.rest.size()};
    const std::string_view wire = sample.wire;
    for (size_t i = 0; i <= wire.size(); ++i) {
      for (size_t j = i; j <= wire.size(); ++j) {
        EXPECT_EQ(unstuff({wire.substr(0, i), wire.substr(i, j - i), wire.substr(j)}), expected) << sample.wire << " at " << i << "," << j;
      }
    }
  }
}

TEST(DotUnstuffer, NothingElseEndsData) {
  for (const auto& no_end : kNoEnds) {
    const std::string wire = "before" + no_end + "MAIL FROM:<evil@x>\r\n.\r\nrest";
    const std::string_view view = wire;
    const Outcome whole = unstuff({view});
    EXPECT_TRUE(whole.finished);
    EXPECT_EQ(view.substr(whole.taken), "rest");
    EXPECT_NE(whole.message.find("MAIL FROM"), std::string::npos);
    EXPECT_EQ(whole.bare, no_end.find('\0') == std::string::npos) << no_end;
    for (size_t i = 0; i <= view.size(); ++i) EXPECT_EQ(unstuff({view.substr(0, i), view.substr(i)}), whole) << i;
  }
}

TEST(DotUnstuffer, KeepsBareLineEndsAsTheyAre) {
  EXPECT_EQ(unstuff({"a\nb\rc\r\n.\r\n"}), (Outcome{"a\nb\rc\r\n", true, true, 10}));
  EXPECT_EQ(unstuff({"\n.\r\n.\r\n"}).message, "\n.\r\n");
  EXPECT_EQ(unstuff({".\rx\r\n.\r\n"}).message, "\rx\r\n");
}

TEST(DotUnstuffer, UnfinishedWithoutTheEnd) {
  for (const char* wire : {"", "a", "a\r", "a\r\n", "a\r\n.", "a\r\n.\r", "."}) EXPECT_FALSE(unstuff({wire}).finished) << wire;
}

TEST(DotUnstuffer, CountsWhatIsBeyondTheLimitAndDropsIt) {
  DotUnstuffer unstuffer({.message = 5});
  std::string out;
  unstuffer.feed("abc\r\ndef\r\n.\r\n", out);
  EXPECT_TRUE(unstuffer.finished());
  EXPECT_TRUE(unstuffer.too_large());
  EXPECT_EQ(out, "abc\r\n");
  EXPECT_EQ(unstuffer.size(), 10u);
}

TEST(DotUnstuffer, AMessageOfExactlyTheLimitFits) {
  DotUnstuffer unstuffer({.message = 5});
  std::string out;
  unstuffer.feed("abc\r\n.\r\n", out);
  EXPECT_FALSE(unstuffer.too_large());
}

TEST(DotUnstuffer, NotesALongLine) {
  DotUnstuffer unstuffer({.line = 4});
  std::string out;
  unstuffer.feed("abcd\r\n", out);
  EXPECT_FALSE(unstuffer.has_long_line());
  unstuffer.feed("abcde\r\n.\r\n", out);
  EXPECT_TRUE(unstuffer.has_long_line());
}

}  // namespace
}  // namespace smtp
