// Encodings, charsets, encoded-words, addresses, dates and ids: the cases that the published vectors do not have.

#include <gtest/gtest.h>

#include "base/text.h"
#include "mime/address.h"
#include "mime/charset.h"
#include "mime/date.h"
#include "mime/encoded_word.h"
#include "mime/encoding.h"
#include "mime/ids.h"

namespace mime {
namespace {

std::string all_bytes() {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  return bytes;
}

struct Pair {
  std::string_view in, out;
};

TEST(Base64, DecodesLeniently) {
  const Pair cases[] = {{"", ""},
                        {"Zm9vYmFy", "foobar"},
                        {"Zm9v\r\nYmFy\r\n", "foobar"},
                        {"Zg==", "f"},
                        {"Zg", "f"},
                        {"Zm8=Zm8=", "fofo"},
                        {"Z!m?9*v", "foo"},
                        {"====", ""},
                        {"Zm9vY", "foo"},
                        {"Zm9v\x80YmFy", "foobar"}};
  for (const auto& c : cases) EXPECT_EQ(decode_base64(c.in), c.out) << c.in;
}

TEST(Base64, RoundTripsInShortLines) {
  for (size_t size : {0, 1, 2, 3, 56, 57, 58, 256, 1000}) {
    std::string bytes;
    while (bytes.size() < size) bytes += all_bytes().substr(0, size - bytes.size());
    std::string text = encode_base64(bytes);
    EXPECT_EQ(decode_base64(text), bytes);
    for (auto line : base::split(text, '\n')) EXPECT_LE(line.size(), 77u);
  }
}

TEST(QuotedPrintable, DecodesLeniently) {
  const Pair cases[] = {{"a=3Db", "a=b"}, {"a=\r\nb", "ab"},   {"a =20\r\nb  \r\n", "a  \r\nb\r\n"},
                        {"a=\nb", "ab"},  {"a=zz=", "a=zz"},   {"=e9=C3", "\xe9\xc3"},
                        {"\xe9", "\xe9"}, {"a=  \r\nb", "ab"}, {"=", ""},
                        {"=4", "=4"},     {"x==41", "x=A"},    {"a\r\n.\r\n", "a\r\n.\r\n"}};
  for (const auto& c : cases) EXPECT_EQ(decode_quoted_printable(c.in), c.out) << c.in;
}

TEST(QuotedPrintable, RoundTrips) {
  EXPECT_EQ(decode_quoted_printable(encode_quoted_printable(all_bytes(), false)), all_bytes());
  std::string text = "From me\r\n.\r\ntrailing \r\n" + std::string(300, 'x') + "\xc3\xa9=\r\nno end";
  std::string encoded = encode_quoted_printable(text);
  EXPECT_EQ(decode_quoted_printable(encoded), text);
  EXPECT_TRUE(base::is_ascii(encoded));
  for (auto line : base::split(encoded, '\n')) EXPECT_LE(line.size(), 77u);
  EXPECT_EQ(encode_quoted_printable("a\nb\n"), "a\r\nb\r\n");
}

struct Labelled {
  std::string_view bytes, label, text;
};

TEST(Charset, LabelsAndGuesses) {
  const Labelled cases[] = {
      {"plain", "", "plain"},
      {"\xc4\xe3\xba\xc3", "gb2312", "你好"},
      {"\xc4\xe3\xba\xc3", "GBK", "你好"},
      {"\x81\x30\x81\x30", "gb2312", "\xc2\x80"},  // only GB18030 has it
      {"\xc4\xe3\xba\xc3", "", "你好"},
      {"\xc4\xe3\xba\xc3", "utf-8", "你好"},
      {"\xc4\xe3\xba\xc3", "us-ascii", "你好"},
      {"\xe4\xbd\xa0", "us-ascii", "你"},
      {"\xe4\xbd\xa0", "x-no-such-charset", "你"},
      {"\xa7\x41", "big5", "你"},
      {"caf\xe9", "iso-8859-1", "café"},
      {"caf\xe9", "", "café"},
      {"\x93quoted\x94", "ISO-8859-1", "“quoted”"},
      {"\x82\xa0", "shift_jis", "あ"},
      {"\x1b$B$\"\x1b(B", "iso-2022-jp", "あ"},
      {"~{VPND~}", "hz-gb-2312", "中文"},
      {"\xec\xb3", "\"koi8-r\"", "ЛЁ"},
      {"\xe4\xbd\xa0\xe5\xa5\xbd\xe5", "utf-8", "你好\xef\xbf\xbd"},  // cut inside a character
      {"", "gb2312", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(to_utf8(c.bytes, c.label), c.text) << c.label << " " << base::hex_encode(c.bytes);
  EXPECT_TRUE(is_known_charset("KS_C_5601-1987"));
  EXPECT_FALSE(is_known_charset("x-no-such-charset"));
  EXPECT_FALSE(is_known_charset("utf-8,swaplfnl/../../etc"));
}

TEST(Charset, OutputIsUtf8ForAnyLabel) {
  for (std::string_view label :
       {"", "utf-8", "utf-7", "utf-16", "utf-32", "gb18030", "big5", "iso-2022-kr", "hz", "euc-jp", "scsu", "imap-mailbox-name", "cp37"})
    EXPECT_TRUE(base::is_valid_utf8(to_utf8(all_bytes() + all_bytes(), label))) << label;
}

TEST(EncodedWord, Decodes) {
  const Pair cases[] = {
      {"=?utf-8?q?a_b=3D?=", "a b="},
      {"=?UTF-8?B?5L2g?= =?utf-8?b?5aW9?=", "你好"},
      {"=?utf-8?b?5L0=?=\r\n =?utf-8?b?oA==?=", "你"},  // split inside a character
      {"=?gb2312?b?xOM=?= =?gb2312?q?=BA=C3?=", "你好"},
      {"=?gb2312?b?xA==?= =?GB2312?b?4w==?=", "你"},
      {"a =?utf-8?q?b?= c", "a b c"},
      {"=?utf-8?q?a?=b", "ab"},
      {"=?utf-8*en?q?a?=", "a"},
      {"=?utf-8?q?a b?=", "a b"},  // spaces that should be "_"
      {"=?utf-8?x?a?=", "=?utf-8?x?a?="},
      {"=?utf-8?q?a", "=?utf-8?q?a"},
      {"=?no-such?q?=E4=BD=A0?=", "你"},
      {"=?utf-8?b?DQpCY2M6IHg=?=", "  Bcc: x"},  // no line end comes out
      {"\xc4\xe3\xba\xc3", "你好"},
      {"=??q?x?=", "=??q?x?="},
  };
  for (const auto& c : cases) EXPECT_EQ(decode_words(c.in), c.out) << c.in;
}

TEST(EncodedWord, EncodesInWordsThatFit) {
  std::string longest;
  for (int i = 0; i < 100; ++i) longest += "你好 x";
  for (std::string text :
       {std::string("plain"), std::string("café"), longest, std::string("=?fake?="), std::string("a\r\nb"), std::string(500, '\x01')}) {
    std::string encoded = encode_words(text, 9);
    EXPECT_TRUE(base::is_ascii(encoded));
    if (encoded != text) {
      for (auto word : base::split(encoded, ' ')) EXPECT_LE(word.size(), 75u);
    }
    if (text.find('\n') == text.npos) {
      EXPECT_EQ(decode_words(encoded), text);
    }
  }
  EXPECT_EQ(encode_words("plain"), "plain");
  EXPECT_EQ(encode_phrase("Doe, John"), "\"Doe, John\"");
  EXPECT_EQ(encode_phrase("John Doe"), "John Doe");
  EXPECT_EQ(encode_phrase("say \"hi\""), "\"say \\\"hi\\\"\"");
}

std::string show(std::string_view value) {
  std::string out;
  for (const auto& a : parse_addresses(value)) {
    if (a.kind == Address::Kind::kGroupStart) out += "(" + a.mailbox + ":";
    if (a.kind == Address::Kind::kGroupEnd) out += ")";
    if (a.kind == Address::Kind::kMailbox) out += "[" + a.name.value_or("-") + "|" + a.mailbox + "|" + a.host + "]";
  }
  return out;
}

TEST(Address, ToleratesWhatIsFound) {
  const Pair cases[] = {
      {"", ""},
      {",,;", ""},
      {"a@b", "[-|a|b]"},
      {"a@b (Al)", "[Al|a|b]"},
      {"\"a b\"@c", "[-|a b|c]"},
      {"Al Bo <a@b>", "[Al Bo|a|b]"},
      {"Al Bo a@b", "[Al Bo|a|b]"},
      {"a@b <c@d>", "[a@b|c|d]"},
      {"<a@b", "[-|a|b]"},
      {"<a@b, c@d", "[-|a|b][-|c|d]"},
      {"a@[1.2.3.4]", "[-|a|[1.2.3.4]]"},
      {"root", "[-|root|]"},
      {"<>", "[-||]"},
      {"g: a@b, c@d;, e@f", "(g:[-|a|b][-|c|d])[-|e|f]"},
      {"g: a@b", "(g:[-|a|b])"},
      {"a@b; c@d", "[-|a|b][-|c|d]"},
      {"=?utf-8?q?Doe,_J?= <a@b>", "[=?utf-8?q?Doe,_J?=|a|b]"},
      {"\"unclosed <a@b>", "[unclosed|a|b]"},
      {"(unclosed a@b", "[unclosed|a|b]"},
      {"\xe4\xbd\xa0 <\xe5\xa5\xbd@\xe4\xbd\xa0.cn>", "[\xe4\xbd\xa0|\xe5\xa5\xbd|\xe4\xbd\xa0.cn]"},
      {"<@r1,@r2:a@b>", "[-|a|b]"},
  };
  for (const auto& c : cases) EXPECT_EQ(show(c.in), c.out) << c.in;
}

TEST(Address, FormatsWhatParsesBack) {
  for (std::string_view value : {"a@b", "Al Bo <a@b>", "\"Bo, Al\" <a@b>", "\"a b\"@c", "g: a@b;", "\"x\\\"y\" <\"q\\\"\"@b>"}) {
    auto list = parse_addresses(value);
    std::string text;
    for (const auto& a : list)
      text += (text.empty() || a.kind == Address::Kind::kGroupEnd || text.back() == ':' ? "" : ", ") + format_address(a);
    EXPECT_EQ(parse_addresses(text), list) << text;
  }
  EXPECT_EQ(format_address({Address::Kind::kMailbox, "你", "a", "b"}), "=?utf-8?b?5L2g?= <a@b>");
  EXPECT_EQ(format_address({Address::Kind::kMailbox, "你", "a", "b"}, true), "你 <a@b>");
  EXPECT_EQ(first_mailbox("g: a@b;")->mailbox, "a");
  EXPECT_FALSE(first_mailbox("g:;"));
}

TEST(Address, QuotedSpecialsInAHostDoNotMakeAnotherAddress) {
  const Pair cases[] = {
      {"a@b\"<@c>\"", "[-|a|b]"},
      {"a@\"b.c\"", "[-|a|b.c]"},
      {"a@b[", "[-|a|b]"},
      {"a@[x\\]<y>]", "[-|a|]"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(show(c.in), c.out) << c.in;
    EXPECT_EQ(show(format_address(parse_addresses(c.in).front())), c.out) << c.in;
  }
}

TEST(Date, ReadsAndWrites) {
  const Pair cases[] = {
      {"Mon, 23 Nov 2026 13:15:31 +0800", "Mon, 23 Nov 2026 13:15:31 +0800"},
      {"23 nov 26 13:15 EST", "Mon, 23 Nov 2026 13:15:00 -0500"},
      {"Thu, 01 Jan 70 00:00:00 GMT", "Thu, 1 Jan 1970 00:00:00 +0000"},
      {"1 Jan 103 00:00 Z", "Wed, 1 Jan 2003 00:00:00 +0000"},
      {"Tue Jul  1 10:52:37 2003", "Tue, 1 Jul 2003 10:52:37 +0000"},
      {"1-Jul-2003 10:52:37 -0330", "Tue, 1 Jul 2003 10:52:37 -0330"},
      {"29 Feb 2024 23:59:60 +0000", "Fri, 1 Mar 2024 00:00:00 +0000"},
      {"29 Feb 2023 00:00:00 +0000", "none"},
      {"1 Jan 2020 25:00:00 +0000", "none"},
      {"1 Jan 2020", "none"},
      {"junk", "none"},
      {"", "none"},
  };
  for (const auto& c : cases) {
    auto date = parse_date(c.in);
    std::string out = date ? format_date(date->time, date->zone_minutes) : "none";
    EXPECT_EQ(out, c.out) << c.in;
  }
  EXPECT_EQ(base::to_seconds(parse_date("Mon, 23 Nov 2026 13:15:31 +0800")->time), 1795410931);
}

TEST(MessageIds, KeepFirstAndLast) {
  std::string value;
  for (int i = 0; i < 1000; ++i) value += "<" + std::to_string(i) + "@x>\r\n ";
  auto ids = parse_message_ids(value, 3);
  EXPECT_EQ(ids, (std::vector<std::string>{"0@x", "998@x", "999@x"}));
  EXPECT_EQ(parse_message_ids("a@b c@d"), (std::vector<std::string>{"a@b", "c@d"}));
  EXPECT_EQ(parse_message_ids("<a@b <c@d"), (std::vector<std::string>{"a@b", "c@d"}));
}

}  // namespace
}  // namespace mime
