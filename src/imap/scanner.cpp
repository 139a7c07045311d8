#include "imap/scanner.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"

namespace imap {
namespace {

bool is_special(char c) {
  switch (c) {
    case '(':
    case ')':
    case '{':
    case ' ':
    case '%':
    case '*':
    case '"':
    case '\\':
    case ']':
      return true;
    default:
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  }
}
bool is_atom_char(char c) { return !is_special(c); }
// RFC 9051 9 ASTRING-CHAR: resp-specials too.
bool is_astring_char(char c) { return c == ']' || !is_special(c); }
bool is_tag_char(char c) { return c != '+' && is_astring_char(c) && static_cast<unsigned char>(c) < 0x80; }
bool is_list_char(char c) { return c == '%' || c == '*' || is_astring_char(c); }

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};

std::optional<unsigned> month_number(std::string_view name) {
  for (unsigned m = 0; m < kMonths.size(); ++m)
    if (base::iequals(name, kMonths[m])) return m + 1;
  return std::nullopt;
}

// "1-Feb-1994" or " 1-Feb-1994".
std::optional<std::chrono::sys_days> parse_day(std::string_view text) {
  if (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  auto parts = base::split(text, '-');
  if (parts.size() != 3 || parts[0].empty() || parts[0].size() > 2 || parts[2].size() != 4) return std::nullopt;
  auto day = base::parse_number(parts[0]);
  auto month = month_number(parts[1]);
  auto year = base::parse_number(parts[2]);
  if (!day || !month || !year) return std::nullopt;
  std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                                   std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

// "02:44:25 -0700": seconds to add to the day, zone taken off.
std::optional<int64_t> parse_clock(std::string_view text) {
  if (text.size() != 14 || text[2] != ':' || text[5] != ':' || text[8] != ' ' || (text[9] != '+' && text[9] != '-')) return std::nullopt;
  auto hour = base::parse_number(text.substr(0, 2)), minute = base::parse_number(text.substr(3, 2)),
       second = base::parse_number(text.substr(6, 2));
  auto zone_hour = base::parse_number(text.substr(10, 2)), zone_minute = base::parse_number(text.substr(12, 2));
  if (!hour || !minute || !second || !zone_hour || !zone_minute) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 60 || *zone_minute > 59) return std::nullopt;
  auto zone = static_cast<int64_t>(*zone_hour * 3600 + *zone_minute * 60);
  return static_cast<int64_t>(*hour * 3600 + *minute * 60 + *second) - (text[9] == '+' ? zone : -zone);
}

}  // namespace

void Scanner::fail(std::string_view text) {
  if (error_.empty()) error_ = text;
}

bool Scanner::take(char c) {
  if (at_end() || text_[at_] != c) return false;
  ++at_;
  return true;
}

void Scanner::expect(char c) {
  if (take(c) || failed()) return;
  fail(c == ' ' ? "Expected a space" : std::string("Expected '") + c + "'");
}

void Scanner::end() {
  if (!failed() && at_ != text_.size()) fail("Unexpected characters at the end of the command");
}

bool Scanner::peek_word(std::string_view upper) const {
  if (at_end() || !base::istarts_with(text_.substr(at_), upper)) return false;
  size_t after = at_ + upper.size();
  return after == text_.size() || !is_atom_char(text_[after]) || text_[after] == '[' || text_[after] == '<';
}

bool Scanner::take_word(std::string_view upper) {
  if (!peek_word(upper)) return false;
  at_ += upper.size();
  return true;
}

std::string_view Scanner::take_while(bool (*accept)(char)) {
  if (failed()) return {};
  size_t begin = at_;
  while (at_ < text_.size() && accept(text_[at_])) ++at_;
  return text_.substr(begin, at_ - begin);
}

std::string_view Scanner::atom() {
  auto taken = take_while(is_atom_char);
  if (taken.empty()) fail("Expected an atom");
  return taken;
}

std::string Scanner::keyword() { return base::to_upper(atom()); }

std::string Scanner::tag() {
  auto taken = take_while(is_tag_char);
  if (taken.empty() || taken.size() > 200) {
    fail("Invalid tag");
    return {};
  }
  return std::string(taken);
}

std::string Scanner::quoted() {
  std::string out;
  expect('"');
  while (!failed()) {
    if (at_ == text_.size()) {
      fail("Unfinished quoted string");
      break;
    }
    char c = text_[at_++];
    if (c == '"') return out;
    if (c == '\\') {
      if (at_ == text_.size() || (text_[at_] != '"' && text_[at_] != '\\')) {
        fail("Invalid escape in a quoted string");
        break;
      }
      c = text_[at_++];
    } else if (c == '\r' || c == '\n' || c == '\0') {
      fail("Invalid character in a quoted string");
      break;
    }
    out.push_back(c);
  }
  return {};
}

std::string Scanner::literal(bool& binary) {
  binary = take('~');
  size_t close = failed() ? std::string_view::npos : text_.find("}\r\n", at_);
  if (peek() != '{' || close == std::string_view::npos || next_literal_ == literals_.size()) {
    fail("Invalid literal");
    return {};
  }
  auto mark = literal_mark(text_.substr(at_, close + 1 - at_));
  if (!mark || mark->size != literals_[next_literal_].size()) {
    fail("Invalid literal");
    return {};
  }
  at_ = close + 3;
  return std::move(literals_[next_literal_++]);
}

std::string Scanner::string() {
  if (peek() == '"') return quoted();
  bool binary = false;
  std::string out = literal(binary);
  // RFC 9051 4.3: only a literal8 may hold NUL, and only where the grammar has it.
  if (binary || out.find('\0') != std::string::npos) fail("Binary literal not allowed here");
  return out;
}

std::string Scanner::astring() {
  if (peek() == '"' || peek() == '{') return string();
  auto taken = take_while(is_astring_char);
  if (taken.empty()) fail("Expected a string");
  return std::string(taken);
}

std::optional<std::string> Scanner::nstring() {
  if (peek() != '"' && peek() != '{') {
    if (!take_word("NIL")) fail("Expected a string or NIL");
    return std::nullopt;
  }
  return string();
}

std::string Scanner::list_mailbox() {
  if (peek() == '"' || peek() == '{') return string();
  auto taken = take_while(is_list_char);
  if (taken.empty()) fail("Expected a mailbox pattern");
  return std::string(taken);
}

uint64_t Scanner::number64() {
  auto taken = take_while(base::is_digit);
  auto value = base::parse_number(taken);
  if (!value || *value >> 63 != 0) {
    fail("Expected a number");
    return 0;
  }
  return *value;
}

uint32_t Scanner::number() {
  uint64_t value = number64();
  if (value > UINT32_MAX) fail("Number too large");
  return static_cast<uint32_t>(value);
}

uint32_t Scanner::nz_number() {
  uint32_t value = number();
  if (value == 0) fail("Number must not be zero");
  return value;
}

SequenceSet Scanner::sequence_set() {
  SequenceSet out;
  if (take('$')) {
    out.saved = true;
    return out;
  }
  do {
    if (out.ranges.size() == limits_.set_ranges) fail("Sequence set too long");
    uint32_t first = take('*') ? 0 : nz_number();
    uint32_t last = first;
    if (take(':')) last = take('*') ? 0 : nz_number();
    out.ranges.emplace_back(first, last);
  } while (take(','));
  return out;
}

std::string Scanner::flag() {
  std::string out;
  if (take('\\')) out = "\\";
  out += atom();
  // FLAGS responses have it as an atom, without quotes.
  if (std::any_of(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) fail("Invalid flag");
  return out;
}

void Scanner::add_flag(store::FlagNames& out, std::string name) {
  if (name.empty() || failed()) return;
  if (store::FlagSet bit = store::system_flag(name)) {
    out.system |= bit;
  } else if (name.front() != '\\') {
    if (name.size() > 100) fail("Keyword too long");
    out.keywords.push_back(std::move(name));
  } else if (!base::iequals(name, "\\Recent")) {
    // RFC 3501 2.3.2: \Recent cannot be set, and mail programs that send it back mean nothing by it (Outlook Express).
    fail("Unknown system flag");
  }
}

store::FlagNames Scanner::flags() {
  store::FlagNames out;
  if (peek() == '(') {
    list([&] { add_flag(out, flag()); }, true);
  } else {
    do add_flag(out, flag());
    while (!failed() && out.keywords.size() < limits_.list_items && take(' '));
  }
  if (out.keywords.size() > store::kMaxKeywords) fail("Too many keywords");
  return out;
}

int64_t Scanner::date() {
  std::string text = peek() == '"' ? quoted() : std::string(atom());
  auto day = parse_day(text);
  if (!day) fail("Invalid date");
  return day ? day->time_since_epoch().count() : 0;
}

base::Time Scanner::date_time() {
  std::string text = quoted();  // RFC 9051 9 date-time: "17-Jul-1996 02:44:25 -0700"
  if (text.size() != 26 || text[11] != ' ') {
    fail("Invalid date");
    return {};
  }
  auto day = parse_day(std::string_view(text).substr(0, 11));
  auto clock = parse_clock(std::string_view(text).substr(12));
  if (!day || !clock) {
    fail("Invalid date");
    return {};
  }
  return base::Time(*day) + std::chrono::seconds(*clock);
}

}  // namespace imap
