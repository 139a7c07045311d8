// The runner's own parts: a transcript that cannot fail proves nothing.
#include "transcript/pattern.h"

#include <gtest/gtest.h>

#include "transcript/script.h"

namespace transcript {

TEST(Pattern, Wildcards) {
  EXPECT_TRUE(matches("250 2.1.0 <any>", "250 2.1.0 "));
  EXPECT_TRUE(matches("* <num> EXISTS", "* 12 EXISTS"));
  EXPECT_FALSE(matches("* <num> EXISTS", "*  EXISTS"));
  EXPECT_FALSE(matches("* <num> EXISTS", "* 1x EXISTS"));
  EXPECT_TRUE(matches("a <word>)", "a b)c)"));
  EXPECT_FALSE(matches("a <word> c", "a b b c"));
  EXPECT_TRUE(matches("<any>x<any>x", "axbxcx"));
  EXPECT_FALSE(matches("<any>x", "xa"));
  EXPECT_TRUE(matches("<a@b.example>", "<a@b.example>"));
  EXPECT_FALSE(matches("abc", "abcd"));
  EXPECT_FALSE(matches("abcd", "abc"));
}

TEST(Pattern, Escapes) {
  EXPECT_EQ(unescape(R"(a\r\n\t\\\"\x00\xfF\0)"), std::string("a\r\n\t\\\"\0\xff\0", 9));
  EXPECT_THROW(unescape("\\q"), std::runtime_error);
  EXPECT_THROW(unescape("\\xzz"), std::runtime_error);
  EXPECT_EQ(escape(std::string("\r\n\x01\xc3", 4)), R"(\r\n\x01\xc3)");
}

TEST(Script, ReadsEveryForm) {
  const Script script = parse_script("x/imap/a.t",
                                     "# comment\n"
                                     "account a@b.example quota=1MB alias=c@b.example alias=d@b.example disabled\n"
                                     "deliver a@b.example INBOX \"Subject: x\\r\\n\\r\\n\" flags=\"\\\\Seen $kw\" date=5\n"
                                     "2 connect smtp tls from=192.0.2.1\n"
                                     "1 C: hello  \n"
                                     "1 C-: a\\x41\\r\\n\n"
                                     "1 C*: 3 ab\n"
                                     "1 S closed\n"
                                     "advance 90s\n");
  EXPECT_EQ(script.protocol, "imap");
  ASSERT_EQ(script.steps.size(), 8u);
  EXPECT_EQ(script.steps[0].options.count("alias"), 2u);
  EXPECT_EQ(script.steps[0].option("disabled"), "yes");
  EXPECT_EQ(script.steps[1].words[2], "Subject: x\r\n\r\n");
  EXPECT_EQ(script.steps[1].option("flags"), "\\Seen $kw");
  EXPECT_EQ(script.steps[2].option("tls"), "yes");
  EXPECT_EQ(script.steps[2].connection, 2);
  EXPECT_EQ(script.steps[3].text, "hello  \r\n");
  EXPECT_EQ(script.steps[4].text, "aA\r\n");
  EXPECT_EQ(script.steps[5].count, 3u);
  EXPECT_EQ(script.steps[5].text, "ab");
  EXPECT_EQ(script.steps[6].kind, Kind::kExpectEnd);
  EXPECT_EQ(script.steps[7].count, 90'000'000u);
  EXPECT_EQ(script.place(script.steps[7]), "x/imap/a.t:9");
}

TEST(Script, SaysWhereAMistakeIs) {
  for (const char* wrong : {"\nbogus x", "\n1 X: y", "\nadvance 5 minutes", "\ndeliver a \"b", "\nmailbox a INBOX 2", "\nset x"}) {
    try {
      parse_script("f.t", wrong);
      FAIL() << wrong;
    } catch (const Failed& error) {
      EXPECT_TRUE(std::string(error.what()).starts_with("f.t:2: ")) << error.what();
    }
  }
}

}  // namespace transcript
