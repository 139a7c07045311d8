#include "mime/message.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "mime/content.h"

namespace mime {
namespace {

// A message written with LF, as CRLF.
std::string crlf(std::string_view text) {
  std::string out;
  for (char c : text) out += c == '\n' ? "\r\n" : std::string(1, c);
  return out;
}

// type/subtype octets lines (children)
std::string show(const Part& part) {
  std::string out = fmt::format("{}/{} {} {}", part.type, part.subtype, part.octets(), part.lines);
  for (const auto& child : part.children) out += " (" + show(child) + ")";
  return out;
}

struct Case {
  const char *name, *message, *tree;
};

constexpr Case kCases[] = {
    {"plain", "Subject: x\n\nhello\nworld\n", "text/plain 14 2"},
    {"no body", "Subject: x\n", "text/plain 0 0"},
    {"header and empty line only", "Subject: x\n\n", "text/plain 0 0"},
    {"nothing", "", "text/plain 0 0"},
    {"body only", "\nhello", "text/plain 5 0"},
    {"no header at all", "hello there\nWorld\n", "text/plain 20 2"},
    {"preamble and epilogue", "Content-Type: multipart/mixed; boundary=b\n\npre\n--b\n\none\n--b\n\ntwo\n\n--b--\nepi\n",
     "multipart/mixed 43 10 (text/plain 3 0) (text/plain 5 1)"},
    {"no part", "Content-Type: multipart/mixed; boundary=b\n\nnothing here\n", "multipart/mixed 14 1 (text/plain 0 0)"},
    {"only a closing delimiter", "Content-Type: multipart/mixed; boundary=b\n\n--b--\n", "multipart/mixed 7 1 (text/plain 0 0)"},
    {"no boundary", "Content-Type: multipart/mixed\n\n--b\n\nx\n--b--\n", "multipart/mixed 17 4 (text/plain 0 0)"},
    {"no closing delimiter", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n", "multipart/mixed 10 3 (text/plain 3 1)"},
    {"empty part", "Content-Type: multipart/mixed; boundary=b\n\n--b\n--b--", "multipart/mixed 10 1 (text/plain 0 0)"},
    {"header ended by a delimiter", "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/png\n--b--",
     "multipart/mixed 35 2 (image/png 0 0)"},
    {"outer delimiter ends inner parts",
     "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/alternative; boundary=i\n\n--i\n\nx\n--o\n\ny\n--o--\n",
     "multipart/mixed 83 10 (multipart/alternative 8 2 (text/plain 1 0)) (text/plain 1 0)"},
    {"inner boundary begins with the outer one",
     "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=a-1\n\n--a-1\n\nx\n--a-1--\n--a--\n",
     "multipart/mixed 80 8 (multipart/mixed 19 3 (text/plain 1 0))"},
    {"digest", "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: in\n\nx\n--b--\n",
     "multipart/digest 32 6 (message/rfc822 16 2 (text/plain 1 0))"},
    {"message in a message", "Content-Type: message/rfc822\n\nSubject: in\nContent-Type: text/html\n\n<p>\n",
     "message/rfc822 45 4 (text/html 5 1)"},
    {"duplicate fields", "Content-Type: text/html\nContent-Type: image/png\n\n", "text/html 0 0"},
    {"junk type", "Content-Type: junk\n\n", "text/plain 0 0"},
    {"mbox line", "From a@b Mon Jan  1\nContent-Type: text/html\n\nx", "text/html 1 0"},
    {"an empty line between inner and outer delimiter",
     "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\n--o--\n",
     "multipart/mixed 64 6 (multipart/mixed 7 2 (text/plain 0 0))"},
    {"closing delimiter twice", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n--b\n\ny\n--b--\n",
     "multipart/mixed 34 8 (text/plain 1 0)"},
};

// Offsets of parts are inside those of their parents, in order.
void expect_consistent(const Part& part, uint64_t begin, uint64_t end) {
  ASSERT_LE(begin, part.header_begin);
  ASSERT_LE(part.header_begin, part.body_begin);
  ASSERT_LE(part.body_begin, part.body_end);
  ASSERT_LE(part.body_end, end);
  uint64_t at = part.body_begin;
  for (const auto& child : part.children) {
    expect_consistent(child, at, part.body_end);
    at = child.body_end;
  }
}

TEST(Parse, Trees) {
  for (const auto& c : kCases) {
    std::string bytes = crlf(c.message);
    Message m = parse(bytes);
    EXPECT_EQ(show(m.root), c.tree) << c.name;
    expect_consistent(m.root, 0, bytes.size());
  }
}

TEST(Parse, LineFeedAloneEndsLines) {
  for (const auto& c : kCases) {
    std::string bytes = c.message;
    Message lf = parse(bytes);
    expect_consistent(lf.root, 0, bytes.size());
    EXPECT_EQ(lf.root.children.size(), parse(crlf(c.message)).root.children.size()) << c.name;
    EXPECT_EQ(lf.root.lines, parse(crlf(c.message)).root.lines) << c.name;
  }
}

TEST(Parse, PartOffsetsCutOutMimeAndBody) {
  std::string bytes = crlf(
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\nContent-ID: <1>\n\n<p>\n--b\nContent-Type: "
      "message/rfc822\n\n"
      "Subject: inner\n\ninner text\n--b--\n");
  Message m = parse(bytes);
  const uint32_t one[] = {1}, two[] = {2}, two_one[] = {2, 1}, three[] = {3}, one_one[] = {1, 1};
  const Part* html = find_part(m.root, one);
  ASSERT_TRUE(html);
  EXPECT_EQ(m.header_block(*html), "Content-Type: text/html\r\nContent-ID: <1>\r\n\r\n");
  EXPECT_EQ(m.body(*html), "<p>");
  EXPECT_EQ(html->id, "<1>");
  const Part* inner = find_part(m.root, two);
  ASSERT_TRUE(inner && inner->is_message());
  EXPECT_EQ(m.body(*inner), "Subject: inner\r\n\r\ninner text");
  EXPECT_EQ(inner->envelope->subject, "inner");
  EXPECT_EQ(m.header_block(inner->children[0]), "Subject: inner\r\n\r\n");
  ASSERT_TRUE(find_part(m.root, two_one));
  EXPECT_EQ(m.body(*find_part(m.root, two_one)), "inner text");
  EXPECT_FALSE(find_part(m.root, three));
  EXPECT_FALSE(find_part(m.root, one_one));
}

TEST(Parse, NumbersOfASinglePartMessage) {
  Message m = parse("Subject: x\r\n\r\nhello");
  const uint32_t one[] = {1}, two[] = {2}, one_one[] = {1, 1}, zero[] = {0};
  EXPECT_EQ(find_part(m.root, {}), &m.root);
  EXPECT_EQ(find_part(m.root, one), &m.root);
  EXPECT_FALSE(find_part(m.root, two));
  EXPECT_FALSE(find_part(m.root, one_one));
  EXPECT_FALSE(find_part(m.root, zero));
  Message outer = parse("Content-Type: message/rfc822\r\n\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n");
  EXPECT_EQ(find_part(outer.root, one), &outer.root);
  EXPECT_EQ(find_part(outer.root, one_one), &outer.root.children[0].children[0]);
}

TEST(Parse, EnvelopeTellsMissingFromEmpty) {
  Message m = parse("Subject:\r\nFROM: A <a@b>\r\nTo: x@y\r\nTo: z@y\r\nDate: one\r\nDate: two\r\nMessage-Id: <1@\r\n 2>\r\n\r\n");
  EXPECT_EQ(m.envelope.subject, "");
  EXPECT_EQ(m.envelope.in_reply_to, std::nullopt);
  EXPECT_EQ(m.envelope.date, "one");
  EXPECT_EQ(m.envelope.message_id, "<1@ 2>");
  EXPECT_EQ(m.envelope.to.size(), 2u);
  EXPECT_EQ(m.envelope.from.at(0).name, "A");
  EXPECT_EQ(parse_envelope("Subject: s\r\n"), parse("Subject: s\r\n").envelope);
}

TEST(Parse, HeadersAreFoundRaw) {
  Message m = parse("A: 1\r\nSubject : folded\r\n\ttext  \r\na: 2\r\n\r\nB: no\r\n");
  EXPECT_EQ(m.header("subject"), " folded\r\n\ttext  ");
  EXPECT_EQ(m.header("A"), " 1");
  EXPECT_EQ(m.header("B"), std::nullopt);
  EXPECT_EQ(unfold(*m.header("Subject")), "folded\ttext");
  std::string names;
  for_each_header(m.header_block(m.root), [&](const Header& h) { names += fmt::format("{}@{}-{} ", h.name, h.offset, h.end); });
  EXPECT_EQ(names, "A@0-6 Subject@6-33 a@33-39 ");
}

TEST(Parse, ParametersKeepTheirRawForm) {
  Message m = parse(
      "Content-Type: text/plain; name*0*=utf-8''%e9%a6%ac; name*1=\"x\"; charset=\"us-ascii\"\r\nContent-Disposition: Attachment; "
      "filename==?utf-8?q?=C3=A9?=\r\n\r\n");
  ASSERT_EQ(m.root.parameters.size(), 2u);
  EXPECT_EQ(m.root.parameters[0].name, "name");
  EXPECT_EQ(m.root.parameters[0].value,
            "\xe9\xa6\xac"
            "x");
  ASSERT_EQ(m.root.parameters[0].raw.size(), 2u);
  EXPECT_EQ(m.root.parameters[0].raw[0], (Parameter::Raw{"name*0*", "utf-8''%e9%a6%ac"}));
  EXPECT_TRUE(m.root.parameters[1].raw.empty());
  EXPECT_EQ(m.root.disposition, "Attachment");
  EXPECT_EQ(file_name(m.root), "\xc3\xa9");
}

TEST(Parse, AnUnclosedCommentOrQuoteIsSpace) {
  EXPECT_EQ(show(parse("Content-Type: text/html; charset=\"utf-8\r\n\r\n").root), "text/html 0 0");
  EXPECT_EQ(*find_parameter(parse("Content-Type: text/html; charset=\"utf-8\r\n\r\n").root.parameters, "charset"), "utf-8");
}

// ---- limits and hostile messages: results are bounded, whatever comes in ----

size_t count_parts(const Part& part) {
  size_t n = 1;
  for (const auto& child : part.children) n += count_parts(child);
  return n;
}

size_t depth_of(const Part& part) {
  size_t deepest = 0;
  for (const auto& child : part.children) deepest = std::max(deepest, depth_of(child));
  return deepest + 1;
}

TEST(Hostile, NestedMultipartsEndAtTheDepthLimit) {
  std::string bytes;
  for (int i = 0; i < 10'000; ++i) bytes += fmt::format("Content-Type: multipart/mixed; boundary=b{}\r\n\r\n--b{}\r\n", i, i);
  Message m = parse(bytes);
  EXPECT_EQ(depth_of(m.root), Limits{}.depth + 1);
  const Part* deepest = &m.root;
  while (!deepest->children.empty()) deepest = &deepest->children[0];
  EXPECT_TRUE(deepest->is("application", "octet-stream"));
  EXPECT_EQ(deepest->body_end, bytes.size());
}

TEST(Hostile, NestedMessagesEndAtTheDepthLimit) {
  std::string bytes;
  for (int i = 0; i < 10'000; ++i) bytes += "Content-Type: message/rfc822\r\n\r\n";
  EXPECT_EQ(depth_of(parse(bytes).root), Limits{}.depth + 1);
}

TEST(Hostile, HeaderFieldsPastTheLimitAreBytesOnly) {
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes += "X-A: b\r\n";
  bytes += "Subject: late\r\n\r\nbody";
  Message m = parse(bytes);
  EXPECT_EQ(m.envelope.subject, std::nullopt);
  EXPECT_EQ(m.body(m.root), "body");
  EXPECT_EQ(m.header("subject"), " late");
}

TEST(Hostile, PartsPastTheLimitStayInTheLast) {
  std::string bytes = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 1'000'000; ++i) bytes += "--b\r\n";
  Message m = parse(bytes);
  EXPECT_EQ(count_parts(m.root), Limits{}.parts);
  EXPECT_EQ(m.root.children.back().body_end, bytes.size());
}

TEST(Hostile, BoundaryLikeLinesAreText) {
  std::string bytes = "Content-Type: multipart/mixed; boundary=" + std::string(70, 'b') + "\r\n\r\n";
  for (int i = 0; i < 1'000'000; ++i) bytes += "--" + std::string(69, 'b') + "\r\n";
  Message m = parse(bytes);
  EXPECT_EQ(count_parts(m.root), 2u);
  EXPECT_EQ(m.root.lines, 1'000'000u);
}

TEST(Hostile, AddressesParametersAndValuesAreBounded) {
  std::string to = "To: ", type = "Content-Type: text/plain";
  for (int i = 0; i < 50'000; ++i) to += "a@b,";
  for (int i = 0; i < 1000; ++i) type += fmt::format("; p{}=v", i);
  Limits limits;
  limits.addresses = 100;
  std::string bytes = to + "\r\n" + type + "\r\n\r\n";
  Message m = parse(bytes, limits);
  EXPECT_EQ(m.envelope.to.size(), 100u);
  EXPECT_EQ(m.root.parameters.size(), limits.parameters);
  limits.value_bytes = 10;
  EXPECT_LE(parse(bytes, limits).envelope.to.size(), 3u);
}

// Each of these made some parser quadratic: what is unclosed is looked for once.
TEST(Hostile, UnterminatedEverything) {
  for (std::string_view piece : {"(", "\"", "<", "=?", "=?a?q?", "[", ":", "@", "\\", "((\"", "<@,", "=?utf-8?b?", ";=", "*0*=%"}) {
    std::string value;
    while (value.size() < 200'000) value += piece;
    for (const char* name : {"From", "Content-Type", "Content-Disposition", "Subject"}) {
      std::string bytes = std::string(name) + ": " + value + "\r\n\r\nbody";
      Message m = parse(bytes);
      EXPECT_EQ(m.body(m.root), "body");
      EXPECT_FALSE(contains_text(m, "not there", SearchScope::kText));
    }
  }
}

}  // namespace
}  // namespace mime
