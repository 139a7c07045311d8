#include "imap/mailbox_name.h"

#include <cstdint>

#include "base/text.h"

namespace imap {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

void put_code_point(std::string& out, uint32_t c) {
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xc0 | c >> 6));
    out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | c >> 12));
    out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
  } else {
    out.push_back(static_cast<char>(0xf0 | c >> 18));
    out.push_back(static_cast<char>(0x80 | (c >> 12 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
  }
}

// REQUIRES: valid UTF-8 with more to come.
uint32_t take_code_point(std::string_view s, size_t& at) {
  auto byte = [&] { return static_cast<unsigned char>(s[at++]); };
  uint32_t c = byte();
  if (c < 0x80) return c;
  int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
  c &= 0x3f >> more;
  while (more-- > 0) c = c << 6 | (byte() & 0x3f);
  return c;
}

// UTF-16 units one by one; surrogates must come in pairs.
class Utf16 {
 public:
  explicit Utf16(std::string& out) : out_(out) {}
  bool add(uint32_t unit) {
    if (high_ != 0) {
      if (unit < 0xdc00 || unit > 0xdfff) return false;
      put_code_point(out_, 0x10000 + ((high_ - 0xd800) << 10) + (unit - 0xdc00));
      high_ = 0;
      return true;
    }
    if (unit >= 0xdc00 && unit <= 0xdfff) return false;
    if (unit >= 0xd800 && unit <= 0xdbff) {
      high_ = unit;
      return true;
    }
    if (unit >= 0x20 && unit <= 0x7e) return false;  // RFC 3501 5.1.3: printable US-ASCII stands for itself
    put_code_point(out_, unit);
    return true;
  }
  bool complete() const { return high_ == 0; }

 private:
  std::string& out_;
  uint32_t high_ = 0;
};

// The text between "&" and "-".
bool decode_shifted(std::string_view text, std::string& out) {
  Utf16 units(out);
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    size_t value = kBase64.find(c);
    if (value == std::string_view::npos) return false;
    bits = bits << 6 | static_cast<uint32_t>(value);
    count += 6;
    if (count < 16) continue;
    count -= 16;
    if (!units.add(bits >> count & 0xffff)) return false;
    bits &= (1u << count) - 1;
  }
  return count < 6 && bits == 0 && units.complete();
}

class ShiftWriter {
 public:
  explicit ShiftWriter(std::string& out) : out_(out) {}
  void add(uint32_t c) {
    if (!open_) out_.push_back('&');
    open_ = true;
    if (c >= 0x10000) {
      unit(0xd800 + ((c - 0x10000) >> 10));
      unit(0xdc00 + ((c - 0x10000) & 0x3ff));
    } else {
      unit(c);
    }
  }
  void close() {
    if (!open_) return;
    if (count_ > 0) out_.push_back(kBase64[bits_ << (6 - count_) & 0x3f]);
    out_.push_back('-');
    open_ = false;
    count_ = 0;
    bits_ = 0;
  }

 private:
  void unit(uint32_t value) {
    bits_ = bits_ << 16 | value;
    count_ += 16;
    while (count_ >= 6) {
      count_ -= 6;
      out_.push_back(kBase64[bits_ >> count_ & 0x3f]);
    }
    bits_ &= (1u << count_) - 1;
  }

  std::string& out_;
  uint64_t bits_ = 0;
  int count_ = 0;
  bool open_ = false;
};

bool has_control(std::string_view name) {
  for (char c : name)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  return false;
}

}  // namespace

std::optional<std::string> decode_utf7(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size();) {
    char c = name[i];
    if (static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
    if (c != '&') {
      out.push_back(c);
      ++i;
      continue;
    }
    size_t end = name.find('-', i);
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view shifted = name.substr(i + 1, end - i - 1);
    if (shifted.empty())
      out.push_back('&');
    else if (!decode_shifted(shifted, out))
      return std::nullopt;
    i = end + 1;
  }
  return out;
}

std::string encode_utf7(std::string_view name) {
  std::string out;
  ShiftWriter shift(out);
  for (size_t at = 0; at < name.size();) {
    uint32_t c = take_code_point(name, at);
    if (c < 0x20 || c > 0x7e) {
      shift.add(c);
      continue;
    }
    shift.close();
    out.push_back(static_cast<char>(c));
    if (c == '&') out.push_back('-');
  }
  shift.close();
  return out;
}

std::optional<std::string> decode_mailbox(std::string_view name, bool utf8) {
  std::optional<std::string> out = utf8 ? std::string(name) : decode_utf7(name);
  if (!out || !base::is_valid_utf8(*out) || has_control(*out)) return std::nullopt;
  if (base::iequals(*out, "INBOX")) return "INBOX";
  return out;
}

std::string encode_mailbox(std::string_view name, bool utf8) { return utf8 ? std::string(name) : encode_utf7(name); }

bool matches_pattern(std::string_view pattern, std::string_view name, size_t steps) {
  bool inbox = name == "INBOX" || name.starts_with("INBOX/");
  auto same = [&](size_t p, size_t n) { return pattern[p] == name[n] || (inbox && n < 5 && base::ascii_upper(pattern[p]) == name[n]); };
  // Glob matching: on a mismatch the last wildcard takes one more character. A "%" that has met '/' gives way to the last "*" before it.
  size_t p = 0, n = 0;
  size_t star_p = std::string_view::npos, star_n = 0, percent_p = std::string_view::npos, percent_n = 0;
  while (n < name.size()) {
    if (steps-- == 0) return false;
    if (p < pattern.size() && pattern[p] == '*') {
      star_p = ++p;
      star_n = n;
      percent_p = std::string_view::npos;
    } else if (p < pattern.size() && pattern[p] == '%') {
      percent_p = ++p;
      percent_n = n;
    } else if (p < pattern.size() && same(p, n)) {
      ++p;
      ++n;
    } else if (percent_p != std::string_view::npos && name[percent_n] != '/') {
      p = percent_p;
      n = ++percent_n;
    } else if (star_p != std::string_view::npos) {
      p = star_p;
      n = ++star_n;
      percent_p = std::string_view::npos;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && (pattern[p] == '*' || pattern[p] == '%')) ++p;
  return p == pattern.size();
}

}  // namespace imap
