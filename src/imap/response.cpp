#include "imap/response.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "base/text.h"
#include "imap/mailbox_name.h"

namespace imap {
namespace {

constexpr size_t kLongestQuoted = 1000;

enum class Form { kPlain, kEscaped, kLiteral };

Form form_of(std::string_view text, bool utf8) {
  if (text.size() > kLongestQuoted) return Form::kLiteral;
  Form form = Form::kPlain;
  bool eight_bit = false;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '\r' || c == '\n') return Form::kLiteral;
    if (byte >= 0x80)
      eight_bit = true;
    else if (c == '"' || c == '\\' || c == '\0')
      form = Form::kEscaped;
  }
  return eight_bit && (!utf8 || !base::is_valid_utf8(text)) ? Form::kLiteral : form;
}

void put_escaped(std::string& out, std::string_view text) {
  for (char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c == '\0' ? ' ' : c);
  }
}

void put_two(std::string& out, unsigned number, char pad = '0') {
  out.push_back(number < 10 ? pad : static_cast<char>('0' + number / 10));
  out.push_back(static_cast<char>('0' + number % 10));
}

void put_counted(std::string& out, std::string_view bytes) {
  out.push_back('{');
  put_number(out, bytes.size());
  out += "}\r\n";
  out += bytes;
}

}  // namespace

void put_number(std::string& out, uint64_t number) {
  char digits[20];
  auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

void put_literal(std::string& out, std::string_view bytes) {
  put_counted(out, bytes);
  if (bytes.find('\0') != std::string_view::npos) std::replace(out.end() - static_cast<std::ptrdiff_t>(bytes.size()), out.end(), '\0', ' ');
}

void put_literal8(std::string& out, std::string_view bytes) {
  out.push_back('~');
  put_counted(out, bytes);
}

void put_string(std::string& out, std::string_view text, bool utf8) {
  Form form = form_of(text, utf8);
  if (form == Form::kLiteral) return put_literal(out, text);
  out.push_back('"');
  if (form == Form::kPlain)
    out += text;
  else
    put_escaped(out, text);
  out.push_back('"');
}

void put_nstring(std::string& out, const std::optional<std::string_view>& text, bool utf8) {
  if (text)
    put_string(out, *text, utf8);
  else
    out += "NIL";
}

void put_astring(std::string& out, std::string_view text, bool utf8) {
  bool atom = !text.empty() && !base::iequals(text, "NIL");
  for (char c : text) atom = atom && (base::is_digit(c) || base::is_alpha(c) || c == '.' || c == '-' || c == '_' || c == '/' || c == '@');
  if (atom)
    out += text;
  else
    put_string(out, text, utf8);
}

void put_mailbox(std::string& out, std::string_view name, bool utf8) { put_string(out, encode_mailbox(name, utf8), utf8); }

void put_flags(std::string& out, store::FlagSet flags, const std::vector<std::string>& keywords, bool recent) {
  out.push_back('(');
  const char* separator = "";
  for (std::string_view name : store::flag_names(flags, keywords)) {
    out += separator;
    out += name;
    separator = " ";
  }
  if (recent) out.append(separator).append("\\Recent");
  out.push_back(')');
}

void put_set(std::string& out, const store::UidSet& set) {
  const char* separator = "";
  for (const store::UidRange& range : set.ranges()) {
    out += separator;
    separator = ",";
    put_number(out, range.first);
    if (range.last == range.first) continue;
    out.push_back(':');
    put_number(out, range.last);
  }
}

void put_internal_date(std::string& out, base::Time time) {
  static constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  auto days = std::chrono::floor<std::chrono::days>(time);
  std::chrono::year_month_day date(days);
  auto seconds = static_cast<unsigned>(std::chrono::floor<std::chrono::seconds>(time - days).count());
  auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  out.push_back('"');
  put_two(out, static_cast<unsigned>(date.day()), ' ');
  out.push_back('-');
  out += kMonths[static_cast<unsigned>(date.month()) - 1];
  out.push_back('-');
  put_two(out, year / 100 % 100);
  put_two(out, year % 100);
  out.push_back(' ');
  put_two(out, seconds / 3600);
  out.push_back(':');
  put_two(out, seconds / 60 % 60);
  out.push_back(':');
  put_two(out, seconds % 60);
  out += " +0000\"";
}

}  // namespace imap
