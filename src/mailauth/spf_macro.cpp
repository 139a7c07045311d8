#include "mailauth/spf_macro.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.h"

namespace mailauth {

namespace {

constexpr std::string_view kLetters = "slodiphcrtv";
constexpr std::string_view kExplanationLetters = "crt";
constexpr std::string_view kDelimiters = ".-+,/_=";
constexpr size_t kAllLabels = 1000;  // more than any value has

// macro-expand in braces: "%{" letter transformers *delimiter "}".
struct Macro {
  char letter = 0;  // as written
  size_t labels = kAllLabels;
  bool reverse = false;
  std::string_view delimiters;
  size_t size = 0;  // of the text, braces included
};

bool is_alnum(char c) { return base::is_alpha(c) || base::is_digit(c); }

// `text` begins with "%{".
std::optional<Macro> parse_macro(std::string_view text) {
  Macro macro;
  const size_t end = text.find('}');
  if (end == std::string_view::npos || end < 3) return std::nullopt;
  macro.size = end + 1;
  macro.letter = text[2];
  if (kLetters.find(base::ascii_lower(macro.letter)) == std::string_view::npos) return std::nullopt;
  auto rest = text.substr(3, end - 3);
  if (!rest.empty() && base::is_digit(rest.front())) {
    macro.labels = 0;
    while (!rest.empty() && base::is_digit(rest.front())) {
      macro.labels = std::min(kAllLabels, macro.labels * 10 + static_cast<size_t>(rest.front() - '0'));
      rest.remove_prefix(1);
    }
    if (macro.labels == 0) return std::nullopt;
  }
  if (!rest.empty() && base::ascii_lower(rest.front()) == 'r') {
    macro.reverse = true;
    rest.remove_prefix(1);
  }
  if (rest.find_first_not_of(kDelimiters) != std::string_view::npos) return std::nullopt;
  macro.delimiters = rest.empty() ? std::string_view(".") : rest;
  return macro;
}

// One step through a macro-string. `macro` is set for "%{…}"; "%%", "%_" and "%-" have `escape` set.
struct Token {
  std::optional<Macro> macro;
  char escape = 0;
  char literal = 0;
  size_t size = 1;
  bool wrong = false;
};

Token next_token(std::string_view text) {
  Token token;
  if (text.front() != '%') {
    token.literal = text.front();
    return token;
  }
  token.size = 2;
  const char second = text.size() > 1 ? text[1] : '\0';
  if (second == '{') {
    token.macro = parse_macro(text);
    token.wrong = !token.macro;
    if (token.macro) token.size = token.macro->size;
  } else if (second == '%' || second == '_' || second == '-') {
    token.escape = second;
  } else {
    token.wrong = true;
  }
  return token;
}

// The literal text behind the last macro, or nullopt when the macro-string is wrong.
std::optional<std::string_view> literal_tail(std::string_view text, SpfMacroPlace place) {
  auto tail = text;
  while (!text.empty()) {
    const Token token = next_token(text);
    if (token.wrong) return std::nullopt;
    if (token.macro && place == SpfMacroPlace::kDomain &&
        kExplanationLetters.find(base::ascii_lower(token.macro->letter)) != std::string_view::npos)
      return std::nullopt;
    const bool space = token.literal == ' ' && place == SpfMacroPlace::kExplanation;
    if (token.literal != 0 && !space && (token.literal <= 0x20 || token.literal >= 0x7f)) return std::nullopt;
    if (token.literal == 0 && token.escape == 0 && !token.macro) return std::nullopt;  // a NUL
    text.remove_prefix(token.size);
    if (token.literal == 0) tail = text;
  }
  return tail;
}

bool is_top_label(std::string_view label) {
  if (label.empty() || !is_alnum(label.front()) || !is_alnum(label.back())) return false;
  if (!std::all_of(label.begin(), label.end(), [](char c) { return is_alnum(c) || c == '-'; })) return false;
  return !std::all_of(label.begin(), label.end(), base::is_digit);
}

// Dotted: "192.0.2.1", or the 32 nibbles of an IPv6 address (RFC 7208 7.3).
std::string dotted(const net::IpAddress& ip) {
  if (ip.is_v4()) return ip.to_string();
  std::string out;
  for (char c : base::hex_encode(ip.bytes())) {
    if (!out.empty()) out += '.';
    out += c;
  }
  return out;
}

std::string value_of(char letter, const SpfMacroValues& values) {
  switch (letter) {
    case 's':
      return values.local + "@" + values.sender_domain;
    case 'l':
      return values.local;
    case 'o':
      return values.sender_domain;
    case 'd':
      return values.domain;
    case 'i':
      return dotted(values.ip);
    case 'p':
      return values.validated;
    case 'v':
      return values.ip.is_v4() ? "in-addr" : "ip6";
    case 'h':
      return values.helo;
    case 'c':
      return values.ip.to_string();
    case 'r':
      return values.receiver.empty() ? "unknown" : values.receiver;
    default:
      return std::to_string(values.time);
  }
}

// Split at the delimiters, reversed, cut to the rightmost labels, joined with dots.
std::string transform(const std::string& value, const Macro& macro) {
  std::vector<std::string_view> parts;
  std::string_view rest = value;
  for (size_t at = rest.find_first_of(macro.delimiters); at != std::string_view::npos; at = rest.find_first_of(macro.delimiters)) {
    parts.push_back(rest.substr(0, at));
    rest.remove_prefix(at + 1);
  }
  parts.push_back(rest);
  if (macro.reverse) std::reverse(parts.begin(), parts.end());
  std::string out;
  for (size_t i = parts.size() - std::min(parts.size(), macro.labels); i < parts.size(); ++i) {
    out += parts[i];
    if (i + 1 < parts.size()) out += '.';
  }
  return out;
}

// RFC 3986 2.3: all but unreserved characters.
std::string escape_url(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
      out += c;
    else
      out += "%" + base::to_upper(base::hex_encode(std::string_view(&c, 1)));
  }
  return out;
}

}  // namespace

bool is_macro_string(std::string_view text, SpfMacroPlace place) { return literal_tail(text, place).has_value(); }

bool is_domain_spec(std::string_view text) {
  if (text.empty()) return false;
  auto tail = literal_tail(text, SpfMacroPlace::kDomain);
  if (!tail) return false;
  if (tail->empty()) return true;  // ends in a macro
  if (tail->ends_with('.')) tail->remove_suffix(1);
  const size_t dot = tail->rfind('.');
  return dot != std::string_view::npos && is_top_label(tail->substr(dot + 1));
}

bool uses_macro(std::string_view text, char letter) {
  while (!text.empty()) {
    const Token token = next_token(text);
    if (token.macro && base::ascii_lower(token.macro->letter) == letter) return true;
    text.remove_prefix(std::min(token.size, text.size()));
  }
  return false;
}

std::string expand_macros(std::string_view text, const SpfMacroValues& values) {
  std::string out;
  while (!text.empty()) {
    const Token token = next_token(text);
    if (token.macro) {
      const char letter = base::ascii_lower(token.macro->letter);
      auto value = transform(value_of(letter, values), *token.macro);
      out += letter == token.macro->letter ? value : escape_url(value);
    } else if (token.escape) {
      out += token.escape == '%' ? "%" : token.escape == '_' ? " " : "%20";
    } else {
      out += token.literal;
    }
    text.remove_prefix(std::min(token.size, text.size()));
  }
  return out;
}

std::string expand_domain(std::string_view text, const SpfMacroValues& values) {
  auto name = expand_macros(text, values);
  if (name.ends_with('.')) name.pop_back();
  while (name.size() > 253) {
    const size_t dot = name.find('.');
    if (dot == std::string::npos) break;  // one long label: no name at all
    name.erase(0, dot + 1);
  }
  return name;
}

}  // namespace mailauth
