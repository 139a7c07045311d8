#include "directory/address.h"

#include <idn2.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>

#include "base/error.h"
#include "base/text.h"

namespace directory {

namespace {

constexpr std::string_view kAtextSymbols = "!#$%&'*+-/=?^_`{|}~";  // RFC 5322 3.2.3

bool is_control(char c) { return (c >= 0 && c < 0x20) || c == 0x7f; }
bool is_atext(char c) {
  return base::is_alpha(c) || base::is_digit(c) || static_cast<unsigned char>(c) >= 0x80 || kAtextSymbols.find(c) != std::string_view::npos;
}

bool is_dot_atom(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos) return false;
  return std::ranges::all_of(text, [](char c) { return c == '.' || is_atext(c); });
}

// Takes a quoted string with its quotes off the front; nullopt when it does not end or holds what may not be there.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string out;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return out;
    }
    if (text[i] == '\\' && ++i == text.size()) break;
    if (is_control(text[i])) break;
    out += text[i];
  }
  return std::nullopt;
}

// Takes the local part and the "@" off the front.
std::optional<std::string> take_local_part(std::string_view& text) {
  if (text.starts_with('"')) {
    auto quoted = take_quoted(text);
    if (!quoted || quoted->empty() || !text.starts_with('@')) return std::nullopt;
    text.remove_prefix(1);
    return quoted;
  }
  auto at = text.find('@');
  if (at == std::string_view::npos || !is_dot_atom(text.substr(0, at))) return std::nullopt;
  std::string local(text.substr(0, at));
  text.remove_prefix(at + 1);
  return local;
}

std::string fold(std::string_view text) {
  if (base::is_ascii(text)) return base::to_lower(text);
  UErrorCode status = U_ZERO_ERROR;
  const auto* nfc = icu::Normalizer2::getNFCInstance(status);
  auto normal = nfc->normalize(icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size()))), status);
  auto folded = nfc->normalize(normal.foldCase(), status);
  if (U_FAILURE(status)) throw base::Failure(base::ErrorKind::kUnavailable, "Unicode normalisation failed", u_errorName(status));
  std::string out;
  folded.toUTF8String(out);
  return out;
}

bool is_label(std::string_view label) {
  auto allowed = [](char c) { return base::is_alpha(c) || base::is_digit(c) || c == '-'; };
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' && std::ranges::all_of(label, allowed);
}

bool is_host_name(std::string_view name) {
  auto labels = base::split(name, '.');
  return std::ranges::all_of(labels, is_label);
}

std::optional<std::string> to_a_labels(const std::string& name) {
  // libidn2 lets other ASCII characters through into a label's encoded form.
  auto allowed = [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || base::is_alpha(c) || base::is_digit(c) || c == '-' || c == '.';
  };
  if (!std::ranges::all_of(name, allowed)) return std::nullopt;
  char* out = nullptr;
  if (idn2_to_ascii_8z(name.c_str(), &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL | IDN2_USE_STD3_ASCII_RULES) != IDN2_OK)
    return std::nullopt;
  std::unique_ptr<char, decltype(&idn2_free)> owned(out, idn2_free);
  return std::string(out);
}

// Only its outline is checked: it is never a domain of ours.
bool is_address_literal(std::string_view text) {
  if (text.size() < 4 || text.front() != '[' || text.back() != ']') return false;
  auto inside = text.substr(1, text.size() - 2);
  return std::ranges::all_of(inside, [](char c) { return c > 0x20 && c < 0x7f && c != '[' && c != ']' && c != '\\'; });
}

}  // namespace

std::optional<std::string> normalise_domain(std::string_view name, size_t domain_bytes) {
  if (name.empty() || name.size() > domain_bytes || std::ranges::any_of(name, is_control)) return std::nullopt;
  std::string ascii(name);
  if (!base::is_ascii(name)) {
    auto labels = base::is_valid_utf8(name) ? to_a_labels(ascii) : std::nullopt;
    if (!labels || labels->size() > domain_bytes) return std::nullopt;
    ascii = *labels;
  }
  if (!is_host_name(ascii)) return std::nullopt;
  return base::to_lower(ascii);
}

std::string show_domain(const std::string& a_labels) {
  char* out = nullptr;
  if (a_labels.find("xn--") == std::string::npos || idn2_to_unicode_8z8z(a_labels.c_str(), &out, 0) != IDN2_OK) return a_labels;
  std::unique_ptr<char, decltype(&idn2_free)> owned(out, idn2_free);
  return out;
}

std::optional<Address> parse_address(std::string_view text, size_t local_bytes, size_t domain_bytes) {
  // A quoted local part may be twice as long as its content.
  if (text.size() > 2 * local_bytes + 3 + domain_bytes || !base::is_valid_utf8(text)) return std::nullopt;
  auto local = take_local_part(text);
  if (!local || local->size() > local_bytes) return std::nullopt;
  auto domain =
      is_address_literal(text) && text.size() <= domain_bytes ? std::optional(base::to_lower(text)) : normalise_domain(text, domain_bytes);
  if (!domain) return std::nullopt;
  return Address{fold(*local), *std::move(domain), *std::move(local)};
}

std::string Address::shown() const {
  if (is_dot_atom(written)) return written + "@" + show_domain(domain);
  std::string quoted;
  for (char c : written) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return "\"" + quoted + "\"@" + show_domain(domain);
}

}  // namespace directory
