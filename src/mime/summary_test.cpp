// Stored summaries, content and search, and the builder: messages built here are parsed here.

#include <gtest/gtest.h>

#include "base/record.h"
#include "base/text.h"
#include "mime/builder.h"
#include "mime/content.h"
#include "mime/encoded_word.h"
#include "mime/structure.h"

namespace mime {
namespace {

const std::string kMessage =
    "From: \"A, B\" <a@b>\r\nTo: g: x@y, Z <z@w>;, u@v\r\nSubject: =?utf-8?q?=C3=89t=C3=A9?=\r\nDate: Mon, 23 Nov 2026 13:15:31 +0800\r\n"
    "Reply-To:\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"
    "--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n"
    "--i\r\nContent-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\nContent-Language: zh, "
    "en\r\n\r\nxOO6wyBQbGFpbiBUZXh0\r\n"
    "--i\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>Stra=C3=9Fe "
    "=\r\nHTML</p>\r\n--i--\r\n"
    "--o\r\nContent-Type: application/pdf; name*=utf-8''%e4%bd%a0.pdf\r\nContent-Disposition: attachment\r\nContent-MD5: "
    "abc\r\nContent-Location: loc\r\n\r\nPDF\r\n"
    "--o\r\nContent-Type: message/rfc822\r\nContent-Description: fwd\r\n\r\nSubject: inner subject\r\nFrom: in@ner\r\n\r\ninner "
    "body\r\n--o--\r\n";

void expect_equal(const Part& a, const Part& b) {
  auto fields = [](const Part& p) {
    return std::tie(p.header_begin, p.body_begin, p.body_end, p.lines, p.type, p.subtype, p.parameters, p.id, p.description, p.md5,
                    p.location, p.encoding, p.disposition, p.disposition_parameters, p.languages);
  };
  EXPECT_TRUE(fields(a) == fields(b)) << a.type << "/" << a.subtype;
  ASSERT_EQ(a.envelope != nullptr, b.envelope != nullptr);
  if (a.envelope) {
    EXPECT_EQ(*a.envelope, *b.envelope);
  }
  ASSERT_EQ(a.children.size(), b.children.size());
  for (size_t i = 0; i < a.children.size(); ++i) expect_equal(a.children[i], b.children[i]);
}

TEST(Summary, RoundTrips) {
  Message m = parse(kMessage);
  auto part = decode_structure(encode_structure(m.root));
  ASSERT_TRUE(part);
  expect_equal(*part, m.root);
  auto envelope = decode_envelope(encode_envelope(m.envelope));
  ASSERT_TRUE(envelope);
  EXPECT_EQ(*envelope, m.envelope);
  EXPECT_EQ(*decode_envelope(encode_envelope({})), Envelope{});
}

TEST(Summary, ViewsEnvelopesInPlace) {
  std::string record = encode_envelope(parse(kMessage).envelope);
  auto view = view_envelope(record);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->subject, "=?utf-8?q?=C3=89t=C3=A9?=");
  EXPECT_EQ(view->in_reply_to, std::nullopt);
  AddressView a;
  AddressListView sender = view->sender_or_from();
  ASSERT_TRUE(sender.next(a));
  EXPECT_EQ(a.name, "A, B");
  EXPECT_EQ(a.host, "b");
  EXPECT_FALSE(sender.next(a));
  std::string kinds;
  for (AddressListView to = view->to; to.next(a);) kinds += std::to_string(static_cast<int>(a.kind));
  EXPECT_EQ(kinds, "10020");
  EXPECT_FALSE(view->reply_to_or_from().empty());
}

// A later version's record: a tag from the future is passed over.
TEST(Summary, PassesOverUnknownTags) {
  base::RecordWriter writer(2);
  writer.put(999, "new");
  std::string head = writer.finish();
  std::string rest = encode_envelope(parse(kMessage).envelope).substr(1);
  EXPECT_EQ(*decode_envelope(head + rest), parse(kMessage).envelope);
}

TEST(Summary, RefusesDamagedRecords) {
  std::string structure = encode_structure(parse(kMessage).root), envelope = encode_envelope(parse(kMessage).envelope);
  EXPECT_FALSE(decode_structure(""));
  EXPECT_FALSE(decode_envelope(""));
  EXPECT_FALSE(decode_structure(structure.substr(0, structure.size() - 1)));
  EXPECT_FALSE(decode_envelope(envelope.substr(0, envelope.size() - 1)));
  EXPECT_FALSE(decode_structure(structure, 2));
}

TEST(Content, DecodesTextAndListsAttachments) {
  Message m = parse(kMessage);
  EXPECT_EQ(decoded_text(m, *body_part(m.root, false)), "你好 Plain Text");
  EXPECT_EQ(decoded_text(m, *body_part(m.root, true)), "<p>Straße HTML</p>");
  auto list = attachments(m);
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(file_name(*list[0]), "你.pdf");
  EXPECT_TRUE(list[1]->is_message());
  Message path = parse("Content-Disposition: attachment; filename=\"../..\\\\etc/pass\\rwd\"\r\n\r\n");
  EXPECT_EQ(file_name(path.root), "passrwd");
}

TEST(Content, PreviewIsShortAndOnOneLine) {
  EXPECT_EQ(preview(parse("\r\n  Hello\r\n\r\n  world  "), 100, nullptr), "Hello world");
  EXPECT_EQ(preview(parse("\r\nHello world"), 6, nullptr), "Hello");
  EXPECT_EQ(preview(parse(kMessage), 2, nullptr), "你好");
  Message html = parse("Content-Type: text/html\r\n\r\n<p>Hi</p>");
  EXPECT_EQ(preview(html, 100, nullptr), "");
  EXPECT_EQ(preview(html, 100, [](std::string_view in) { return "seen " + std::string(in); }), "seen <p>Hi</p>");
}

struct Search {
  const char* needle;
  bool body, text;
};

TEST(Content, SearchesDecodedText) {
  const Search cases[] = {{"plain text", true, true},  {"PLAIN", true, true},         {"你好", true, true},       {"strasse", false, false},
                          {"STRAße html", true, true}, {"été", false, true},          {"ÉTÉ", false, true},       {"a, b", false, true},
                          {"x@y", false, true},        {"inner subject", true, true}, {"inner body", true, true}, {"gb2312", false, true},
                          {"subject: É", false, true}, {"xOO6", false, false},        {"", true, true},           {"nowhere", false, false},
                          {"text\n<p>", false, false}};
  Message m = parse(kMessage);
  for (const auto& c : cases) {
    EXPECT_EQ(contains_text(m, c.needle, SearchScope::kBody), c.body) << c.needle;
    EXPECT_EQ(contains_text(m, c.needle, SearchScope::kText), c.text) << c.needle;
  }
}

uint64_t counted() {
  static uint64_t n = 0;
  return ++n * 0x9e3779b97f4a7c15u;
}

TEST(Builder, WhatIsBuiltParsesBack) {
  HeaderWriter headers;
  std::string subject;
  for (int i = 0; i < 30; ++i) subject += "长主题 long ";
  subject += "end";
  headers.date("Date", base::from_seconds(1795410931), 480)
      .addresses("From", {{Address::Kind::kMailbox, "王, 小明", "wang", "example.cn"}})
      .addresses("To", parse_addresses("Team: a@b, \"C, D\" <c@d>;, e@f"))
      .text("Subject", subject)
      .raw("Message-ID", make_message_id("example.cn", counted));
  std::string name = "很长的文件名很长的文件名很长的文件名 \"v2\".pdf";
  std::string bytes = build_message(
      headers,
      multipart_entity("mixed",
                       {multipart_entity("alternative", {text_entity("你好\nworld\n"), text_entity("<p>hi</p>", "html")}),
                        attachment_entity(name, "application/pdf", std::string("\0\xff\r\n", 4)), message_entity("Subject: in\n\nbody\n")}),
      false, counted);
  for (auto line : base::split(bytes, '\n')) EXPECT_LE(line.size(), 79u) << line;
  EXPECT_TRUE(base::is_ascii(bytes));
  EXPECT_EQ(bytes.find("\n\n"), bytes.npos);
  Message m = parse(bytes);
  EXPECT_EQ(decode_words(*m.envelope.subject), subject);
  EXPECT_EQ(decode_words(*m.envelope.from.at(0).name), "王, 小明");
  EXPECT_EQ(m.envelope.to, parse_addresses("Team: a@b, \"C, D\" <c@d>;, e@f"));
  EXPECT_EQ(m.envelope.date, "Mon, 23 Nov 2026 13:15:31 +0800");
  ASSERT_EQ(m.root.children.size(), 3u);
  EXPECT_EQ(decoded_text(m, *body_part(m.root, false)), "你好\nworld\n");
  EXPECT_EQ(decoded_text(m, *body_part(m.root, true)), "<p>hi</p>");
  EXPECT_EQ(file_name(m.root.children[1]), name);
  EXPECT_EQ(decoded_body(m, m.root.children[1]), std::string("\0\xff\r\n", 4));
  EXPECT_EQ(m.root.children[2].envelope->subject, "in");
}

TEST(Builder, ChoosesTheEncoding) {
  auto encoding = [](const Entity& entity, bool allow_8bit) {
    return parse(build_message(HeaderWriter(), entity, allow_8bit, counted)).root.encoding;
  };
  EXPECT_EQ(encoding(text_entity("ascii\n"), false), "");
  EXPECT_EQ(encoding(text_entity(std::string(2000, 'x')), true), "quoted-printable");
  EXPECT_EQ(encoding(text_entity("mostly ascii, but caf\xc3\xa9 here and there and so on"), false), "quoted-printable");
  EXPECT_EQ(encoding(text_entity("你好你好"), false), "base64");
  EXPECT_EQ(encoding(text_entity("你好你好"), true), "8bit");
  EXPECT_EQ(encoding(attachment_entity("a", "image/png", "x"), true), "base64");
}

TEST(Builder, NoLineIsTooLongAndNoneIsInjected) {
  EXPECT_EQ(fold_header("X", "a\r\nBcc: b"), "X: a  Bcc: b\r\n");
  for (auto line : base::split(fold_header("Subject", std::string(5000, 'x')), '\n')) EXPECT_LE(line.size(), 999u);
  std::string words;
  for (int i = 0; i < 100; ++i) words += "word ";
  std::string folded = fold_header("Subject", words);
  for (auto line : base::split(folded, '\n')) EXPECT_LE(line.size(), 79u);
  EXPECT_EQ(unfold(*find_header(folded, "subject")), words.substr(0, words.size() - 1));
  EXPECT_NE(make_boundary(), make_boundary());
}

}  // namespace
}  // namespace mime
