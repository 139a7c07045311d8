// Published vectors of two other parsers, as second opinions (test/corpus/mime): where this parser means to differ, the table beside the
// test gives its own answer and the reason.

#include <gtest/gtest.h>

#include <boost/json/src.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/text.h"
#include "mime/address.h"
#include "mime/content.h"
#include "mime/date.h"
#include "mime/encoded_word.h"
#include "mime/fields.h"
#include "mime/ids.h"
#include "mime/message.h"

namespace mime {
namespace {

namespace json = boost::json;
using std::filesystem::path;

const path kCorpus = path(POSTHOUSE_SOURCE_DIR) / "test/corpus/mime";

std::string read(const path& file) {
  std::ifstream in(file, std::ios::binary);
  EXPECT_TRUE(in) << file;
  return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

json::array read_cases(const char* name) {
  auto cases = json::parse(read(kCorpus / "mail-parser" / name)).as_array();
  EXPECT_GT(cases.size(), 10u);
  return cases;
}

std::string text_or(const json::value& value, std::string_view otherwise) {
  return value.is_string() ? std::string(value.as_string()) : std::string(otherwise);
}

// Our own answer, and why.
struct Difference {
  std::string ours, reason;
};
using Differences = std::map<size_t, Difference>;

void compare(size_t index, const json::value& header, const std::string& ours, const std::string& theirs, const Differences& differences) {
  auto known = differences.find(index);
  if (known == differences.end())
    EXPECT_EQ(ours, theirs) << "case " << index << ": " << json::serialize(header);
  else {
    EXPECT_EQ(ours, known->second.ours) << "case " << index << ": " << json::serialize(header);
    EXPECT_NE(ours, theirs) << "case " << index << " is no difference any more";
  }
}

// "name <address>" entries, "group: entries;" for groups.
std::string show(const std::string& name, const std::string& address) { return "{" + name + "|" + address + "}"; }

std::string show(const std::vector<Address>& list) {
  std::string out;
  for (const auto& a : list) {
    if (a.kind == Address::Kind::kGroupStart) out += decode_words(a.mailbox) + ":";
    if (a.kind == Address::Kind::kGroupEnd) out += ";";
    if (a.kind == Address::Kind::kMailbox) out += show(decode_words(a.name.value_or("")), a.mailbox + (a.host.empty() ? "" : "@" + a.host));
  }
  return out;
}

std::string show(const json::array& list) {
  std::string out;
  for (const auto& a : list) out += show(text_or(a.at("name"), ""), text_or(a.at("address"), ""));
  return out;
}

std::string show_expected_addresses(const json::value& expected) {
  if (!expected.is_object()) return "";
  if (auto* list = expected.as_object().if_contains("List")) return show(list->as_array());
  std::string out;
  for (const auto& group : expected.at("Group").as_array()) {
    bool named = group.at("name").is_string();
    out +=
        named ? text_or(group.at("name"), "") + ":" + show(group.at("addresses").as_array()) + ";" : show(group.at("addresses").as_array());
  }
  return out;
}

// A comment is no part of a name (it stands for one only behind a bare address), and white space around dots is no part of an address (RFC
// 5322 4.4).
const Differences kAddressDifferences = {
    {8, {"{Pete|pete@silly.test}", "comments"}},
    {9, {"{Pete chap)|pete@silly.test}", "the backslash escapes the line end, so the parenthesis after it closes the comment"}},
    {10, {"A Group:{Chris Jones|c@public.example}{|joe@example.org}{John|jdoe@one.test};", "comments"}},
    {11, {"Hidden recipients:;", "comments"}},
    {13, {"{Mary Smith|mary@example.net}{|jdoe@test.example}", "an obsolete route is dropped, white space around a dot too"}},
    {14, {"{John Doe|jdoe@machine.example}", "comment and white space around a dot"}},
    {22, {"{Nathaniel Borenstein|nsb@thumper.bellcore.com}", "comments"}},
    {33, {"{James Smythe|james@example.com}Friends:{|jane@example.com}{John Sm\xC3\xAEth|john@example.com};", "names are trimmed"}},
    {56, {"{Name Doe|a@b.com}", "comments"}},
};

TEST(Vectors, Addresses) {
  size_t index = 0;
  for (const auto& c : read_cases("address.json")) {
    compare(index++, c.at("header"), show(parse_addresses(c.at("header").as_string())), show_expected_addresses(c.at("expected")),
            kAddressDifferences);
  }
}

std::string show_expected_date(const json::value& e) {
  if (!e.is_object()) return "none";
  auto number = [&](const char* key) { return e.at(key).to_number<int>(); };
  using namespace std::chrono;
  int zone = (number("tz_hour") * 60 + number("tz_minute")) * (e.at("tz_before_gmt").as_bool() ? -1 : 1);
  year_month_day day(year(number("year")), month(static_cast<unsigned>(number("month"))),
                     std::chrono::day(static_cast<unsigned>(number("day"))));
  if (!day.ok()) return "none";
  auto local = sys_days(day) + hours(number("hour")) + minutes(number("minute")) + seconds(number("second"));
  return format_date(time_point_cast<base::Duration>(local - minutes(zone)), zone);
}

const Differences kDateDifferences = {
    {10, {"none", "a month has a name"}},
    {12, {"none", "a month has a name"}},
    {14, {"Tue, 1 Jul 2003 10:52:37 +0200", "nested comments are legal"}},
    {28, {"Mon, 7 Oct 2002 10:00:00 -0700", "a whole Received field is not a date: its reader cuts at the last semicolon"}},
};

TEST(Vectors, Dates) {
  size_t index = 0;
  for (const auto& c : read_cases("date.json")) {
    auto date = parse_date(c.at("header").as_string());
    compare(index++, c.at("header"), date ? format_date(date->time, date->zone_minutes) : "none", show_expected_date(c.at("expected")),
            kDateDifferences);
  }
}

const Differences kContentTypeDifferences = {
    {31,
     {"application/pdf;filename=\xC3\x91"
      "and\xC3\xBAiso-8859-1' r\xC3\xA1pidoiso-8859-1' (versi\xC3\xB3n '99 \"oficial\").pdf",
      "only the first section has a charset (RFC 2231 4.1)"}},
    {34,
     {"image/jpeg;name=\xC3\xA1\xC3\xA9\xC3\xAD.jpeg",
      "white space between encoded-words is dropped whatever their charsets (RFC 2047 6.2)"}},
    {49, {"text/plain;name=", "an empty value is a value"}},
    {55, {"inva/lid;name=", "white space behind a quote that is not closed is no value"}},
    {56, {"inva/lid;name=", "white space behind a quote that is not closed is no value"}},
    {59,
     {"test/encoded;key4=foo;key=foobaz;key2=ab%;key3=xyzplop%",
      "NUL is dropped, sections stop at a gap, order is that of the first sections"}},
    {61, {"malicious/attempt;1=;3=b;4=c;9=f;15===g;18=*=*=*=*==i", "names of stars are dropped"}},
    {76, {"text/plain", "a subtype has no slash"}},
    {77, {"text/plain;charset=us-ascii", "a subtype has no slash"}},
    {78, {"text/plain;charset=us-ascii", "a subtype has no slash"}},
};

// The other parser gives languages as parameters of their own, and types in lower case.
std::string show_parameters(const json::value& expected) {
  std::string out;
  auto* attributes = expected.as_object().if_contains("attributes");
  if (!attributes || !attributes->is_array()) return out;
  for (const auto& a : attributes->as_array())
    if (!text_or(a.at(0), "").ends_with("-language")) out += ";" + text_or(a.at(0), "") + "=" + text_or(a.at(1), "");
  return out;
}

TEST(Vectors, ContentTypes) {
  size_t index = 0;
  for (const auto& c : read_cases("content_type.json")) {
    std::string value(c.at("header").as_string());
    unsigned seen = 0;
    Part part;
    read_content_field({"Content-Type", value, 0, 0}, {}, seen, part);
    std::string parameters;
    for (const auto& p : part.parameters) parameters += ";" + p.name + "=" + p.value;
    const auto& e = c.at("expected");
    std::string type = e.is_object() ? text_or(e.at("c_type"), "") : "", subtype = e.is_object() ? text_or(e.at("c_subtype"), "") : "";
    if (type.empty() || subtype.empty()) {  // what cannot be read is text/plain (RFC 2045 5.2), where the other parser shows the pieces
      EXPECT_TRUE(part.is("text", "plain")) << json::serialize(c.at("header"));
      if (e.is_object()) {
        EXPECT_EQ(parameters, show_parameters(e)) << json::serialize(c.at("header"));
      }
      ++index;
      continue;
    }
    std::string ours = base::to_lower(part.type + "/" + part.subtype) + parameters;
    std::string theirs = base::to_lower(type + "/" + subtype) + show_parameters(e);
    compare(index++, c.at("header"), ours, theirs, kContentTypeDifferences);
  }
}

// Unfolding keeps white space (RFC 5322 2.2.3), the other parser collapses it.
std::string squeezed(std::string_view text) {
  std::string out;
  for (char c : base::trim(text))
    if (c == '\t')
      c = ' ', out += out.ends_with(' ') ? "" : " ";
    else if (c != ' ' || !out.ends_with(' '))
      out += c;
  return out;
}

constexpr const char* kNoSpace = "an encoded-word glued to a word stays glued";
const Differences kTextDifferences = {
    {21, {"[SUSPECTED SPAM]This is the original subject", kNoSpace}},
    {27, {"[SUSPECTED SPAM]This is the original subject", kNoSpace}},
    {28, {"[SUSPECTED SPAM]This is the original subject", kNoSpace}},
};

TEST(Vectors, UnstructuredText) {
  size_t index = 0;
  for (const auto& c : read_cases("unstructured.json")) {
    std::string block = "X:" + std::string(c.at("header").as_string());
    compare(index++, c.at("header"), squeezed(decode_words(find_header(block, "x").value_or(""))), squeezed(text_or(c.at("expected"), "")),
            kTextDifferences);
  }
}

const Differences kIdDifferences = {
    {3, {"1234@local.machine.example\n3456@example.net\n", "the value is given whole: an empty line in it is white space"}},
    {6, {"1234@local(blah).machine.example\n", "white space is not part of an id"}},
    {10, {"", "an id has an @"}},
};

TEST(Vectors, MessageIds) {
  size_t index = 0;
  for (const auto& c : read_cases("id.json")) {
    std::string ours, theirs;
    for (const auto& id : parse_message_ids(c.at("header").as_string())) ours += id + "\n";
    const auto& e = c.at("expected");
    if (e.is_array())
      for (const auto& id : e.as_array()) theirs += text_or(id, "") + "\n";
    else
      theirs = text_or(e, "") + (e.is_string() ? "\n" : "");
    compare(index++, c.at("header"), ours, theirs, kIdDifferences);
  }
}

}  // namespace
}  // namespace mime
