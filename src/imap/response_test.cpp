#include "imap/response.h"

#include <gtest/gtest.h>

#include "imap/reply.h"
#include "imap/structure.h"
#include "mime/message.h"

namespace imap {
namespace {

std::string string_of(std::string_view text, bool utf8) {
  std::string out;
  put_string(out, text, utf8);
  return out;
}

TEST(Response, ChoosesTheFormOfAString) {
  EXPECT_EQ(string_of("", false), "\"\"");
  EXPECT_EQ(string_of("plain", false), "\"plain\"");
  EXPECT_EQ(string_of("a\"b\\c", false), "\"a\\\"b\\\\c\"");
  EXPECT_EQ(string_of("a\r\nb", true), "{4}\r\na\r\nb");
  EXPECT_EQ(string_of("\xc3\xa9", false), "{2}\r\n\xc3\xa9");
  EXPECT_EQ(string_of("\xc3\xa9", true), "\"\xc3\xa9\"");
  EXPECT_EQ(string_of("\xff", true), "{1}\r\n\xff");
  EXPECT_EQ(string_of(std::string_view("a\0b", 3), false), "\"a b\"");
  EXPECT_EQ(string_of(std::string_view("\n\0", 2), false), "{2}\r\n\n ");
  EXPECT_EQ(string_of(std::string(2000, 'x'), false).substr(0, 8), "{2000}\r\n");
}

TEST(Response, Dates) {
  std::string out;
  put_internal_date(out, base::from_seconds(1767222000));
  put_internal_date(out, base::from_seconds(0));
  EXPECT_EQ(out, "\"31-Dec-2025 23:00:00 +0000\"\" 1-Jan-1970 00:00:00 +0000\"");
}

TEST(Response, SetsAndFlags) {
  store::UidSet set;
  set.add(1, 3);
  set.add(7);
  std::string out;
  put_set(out, set);
  EXPECT_EQ(out, "1:3,7");
  out.clear();
  put_flags(out, store::kSeen | store::FlagSet{1} << store::kFirstKeywordBit, {"$Work"}, true);
  EXPECT_EQ(out, "(\\Seen $Work \\Recent)");
}

TEST(Response, RepliesStayOnOneLine) {
  std::string out;
  put_reply(out, "a1", no("x\r\ny"));
  EXPECT_EQ(out, "a1 NO x  y\r\n");
  out.clear();
  put_reply(out, "", bad("z"));
  EXPECT_EQ(out, "* BAD z\r\n");
}

TEST(Response, EnvelopeFallsBackToFrom) {
  auto message = mime::parse("From: \"A \\\"q\\\"\" <a@x>\r\nReply-To: r@x\r\nTo: G: b@y;\r\nSubject: s\r\n\r\n");
  std::string record = mime::encode_envelope(message.envelope), out;
  put_envelope(out, *mime::view_envelope(record), false);
  EXPECT_EQ(out,
            "(NIL \"s\" ((\"A \\\"q\\\"\" NIL \"a\" \"x\")) ((\"A \\\"q\\\"\" NIL \"a\" \"x\")) ((NIL NIL \"r\" \"x\")) "
            "((NIL NIL \"G\" NIL)(NIL NIL \"b\" \"y\")(NIL NIL NIL NIL)) NIL NIL NIL NIL)");
}

TEST(Response, BodyStructureOfALeaf) {
  auto message = mime::parse("Content-Type: image/png; name=\"a b.png\"\r\nContent-Disposition: inline\r\n\r\nxyz");
  std::string out;
  put_body_structure(out, message.root, true, false);
  EXPECT_EQ(out, "(\"image\" \"png\" (\"name\" \"a b.png\") NIL NIL \"7bit\" 3 NIL (\"inline\" NIL) NIL NIL)");
}

}  // namespace
}  // namespace imap
