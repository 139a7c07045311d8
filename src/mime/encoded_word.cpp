#include "mime/encoded_word.h"

#include <cstdint>
#include <optional>

#include "base/text.h"
#include "mime/charset.h"
#include "mime/encoding.h"
#include "mime/lexer.h"
#include "mime/message.h"

namespace mime {
namespace {

constexpr size_t kLongestWord = 75;  // RFC 2047 2

struct Word {
  std::string_view charset, text;
  char encoding = 0;  // 'b' or 'q'
  size_t end = 0;     // past "?="
};

// The encoded-word at `at`, where "=?" stands. `no_end` becomes true once no "?=" follows: later words need not look again.
// The text may hold spaces: senders forget to write them as "_".
std::optional<Word> word_at(std::string_view s, size_t at, bool& no_end) {
  size_t i = at + 2;
  while (i < s.size() && i - at < 100 && s[i] != '?' && static_cast<unsigned char>(s[i]) > ' ') ++i;
  if (i + 2 >= s.size() || s[i] != '?' || s[i + 2] != '?' || i == at + 2) return std::nullopt;
  Word word;
  word.charset = s.substr(at + 2, i - at - 2);
  word.charset = word.charset.substr(0, word.charset.find('*'));  // RFC 2231 5
  word.encoding = base::ascii_lower(s[i + 1]);
  if (word.encoding != 'b' && word.encoding != 'q') return std::nullopt;
  size_t end = s.find("?=", i + 3);
  if (end == s.npos) {
    no_end = true;
    return std::nullopt;
  }
  word.text = s.substr(i + 3, end - i - 3);
  word.end = end + 2;
  return word;
}

// RFC 2047 4.2
std::string decode_q(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '=') {
      auto byte = base::hex_decode(text.substr(i + 1, 2));
      if (byte && byte->size() == 1) {
        out += *byte;
        i += 2;
        continue;
      }
    }
    out += text[i] == '_' ? ' ' : text[i];
  }
  return out;
}

bool is_blank(std::string_view s) { return s.find_first_not_of(" \t") == s.npos; }

// Decoded bytes of neighbours with one charset, turned into text together: some senders split inside a character.
class Run {
 public:
  explicit Run(std::string& out) : out_(out) {}
  void add(const Word& word) {
    if (!base::iequals(word.charset, charset_)) flush();
    charset_ = word.charset;
    bytes_ += word.encoding == 'b' ? decode_base64(word.text) : decode_q(word.text);
  }
  void flush() {
    if (!bytes_.empty()) append_clean(to_utf8(bytes_, charset_));
    bytes_.clear();
    charset_ = {};
  }

 private:
  // A line end smuggled in by an encoded-word must not become one of the header.
  void append_clean(const std::string& text) {
    for (char c : text) out_ += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
  }
  std::string& out_;
  std::string bytes_;
  std::string_view charset_;
};

std::string decode_unfolded(std::string_view s) {
  std::string out;
  Run run(out);
  bool no_end = false, after_word = false;
  size_t done = 0;  // what is before has been written
  for (size_t at = s.find("=?"); at != s.npos && !no_end; at = s.find("=?", at)) {
    auto word = word_at(s, at, no_end);
    if (!word) {
      at += 2;
      continue;
    }
    std::string_view between = s.substr(done, at - done);
    if (!after_word || !is_blank(between)) {  // RFC 2047 6.2
      run.flush();
      out += guess_utf8(between);
    }
    run.add(*word);
    after_word = true;
    at = done = word->end;
  }
  run.flush();
  out += guess_utf8(s.substr(done));
  return out;
}

bool needs_encoding(std::string_view text) {
  for (unsigned char c : text)
    if (c < ' ' || c >= 0x7f) return true;
  return text.find("=?") != text.npos || (!text.empty() && (text.front() == ' ' || text.back() == ' '));
}

// Characters that may stand for themselves in Q inside a phrase (RFC 2047 5 (3)).
bool is_q_safe(unsigned char c) {
  return base::is_alpha(static_cast<char>(c)) || base::is_digit(static_cast<char>(c)) || c == '!' || c == '*' || c == '+' || c == '-' ||
         c == '/';
}

size_t q_width(std::string_view text) {
  size_t width = 0;
  for (unsigned char c : text) width += is_q_safe(c) || c == ' ' ? 1 : 3;
  return width;
}

std::string encode_q(std::string_view text) {
  std::string out;
  for (unsigned char c : text) {
    if (c == ' ') {
      out += '_';
    } else if (is_q_safe(c)) {
      out += static_cast<char>(c);
    } else {
      out += '=';
      out += "0123456789ABCDEF"[c >> 4];
      out += "0123456789ABCDEF"[c & 15];
    }
  }
  return out;
}

size_t character_length(std::string_view s) {
  size_t n = 1;
  while (n < s.size() && n < 4 && (static_cast<unsigned char>(s[n]) & 0xc0) == 0x80) ++n;
  return n;
}

}  // namespace

std::string decode_words(std::string_view value) {
  std::string s = unfold(value);
  if (s.find("=?") == s.npos) return base::is_ascii(s) ? s : guess_utf8(s);
  return decode_unfolded(s);
}

std::string encode_words(std::string_view text, size_t column) {
  if (!needs_encoding(text)) return std::string(text);
  std::string clean = repair_utf8(text);
  text = clean;
  bool q = q_width(text) <= text.size() * 4 / 3;
  constexpr std::string_view kQ = "=?utf-8?q?", kB = "=?utf-8?b?";
  constexpr size_t kOverhead = kQ.size() + 2;
  size_t room = kLongestWord - kOverhead;
  // The first word is shorter so that it fits beside the field's name.
  size_t first = column + kOverhead + 16 < kLongestWord ? room - column : room;
  std::string out;
  while (!text.empty()) {
    size_t limit = out.empty() ? first : room;
    size_t taken = 0, width = 0;
    while (taken < text.size()) {
      size_t n = character_length(text.substr(taken));
      size_t w = q ? width + q_width(text.substr(taken, n)) : (taken + n + 2) / 3 * 4;
      if (w > limit && taken > 0) break;
      width = w;
      taken += n;
    }
    if (!out.empty()) out += ' ';
    out += q ? kQ : kB;
    out += q ? encode_q(text.substr(0, taken)) : base::base64_encode(text.substr(0, taken));
    out += "?=";
    text.remove_prefix(taken);
  }
  return out;
}

std::string encode_phrase(std::string_view text, size_t column) {
  return needs_encoding(text) ? encode_words(text, column) : quote_phrase(text);
}

}  // namespace mime
