// Parameters of Content-Type and Content-Disposition: cut, then joined and decoded as RFC 2231 says.

#include <algorithm>

#include "base/text.h"
#include "mime/charset.h"
#include "mime/encoded_word.h"
#include "mime/fields.h"
#include "mime/lexer.h"

namespace mime {
namespace {

// Reads "name=value" pairs. An unquoted value keeps its inner spaces: RFC 2045 wants quotes there, file names come without. A word before
// "=" inside a value begins the next parameter: some senders forget the ";".
class ParameterReader {
 public:
  explicit ParameterReader(std::string_view text) : lexer_(text, ";=") { advance(); }

  // False at the end of the text. What is no parameter is passed over.
  bool next(Parameter::Raw& out) {
    while (token_.kind != TokenKind::kEnd) {
      out = {};
      for (; token_.kind == TokenKind::kWord || token_.kind == TokenKind::kQuoted; advance()) out.name += base::to_lower(token_.text);
      bool value = token_.is('=');
      advance();
      if (!value) continue;
      read_value(out.value);
      if (!out.name.empty() && out.name.front() != '*') return true;
    }
    return false;
  }

 private:
  void advance() {
    token_ = peeked_ ? *peeked_ : lexer_.next();
    peeked_.reset();
  }

  const Token& peek() {
    if (!peeked_) peeked_ = lexer_.next();
    return *peeked_;
  }

  void read_value(std::string& value) {
    bool quoted = token_.kind == TokenKind::kQuoted;
    if (quoted) {
      value = unescape(token_.text);
      advance();
    }
    for (bool first = !quoted; token_.kind != TokenKind::kEnd && !token_.is(';'); first = false, advance()) {
      if (!first && token_.kind == TokenKind::kWord && token_.space_before && peek().is('=')) return;
      if (quoted) continue;
      if (token_.space_before && !value.empty()) value += ' ';
      value += token_.text;
    }
  }

  Lexer lexer_;
  Token token_;
  std::optional<Token> peeked_;
};

// "filename*1*" taken apart (RFC 2231 3 and 4).
struct Section {
  std::string_view base;
  uint64_t number = 0;
  bool encoded = false, marked = false;
  const Parameter::Raw* raw = nullptr;
};

Section section_of(const Parameter::Raw& raw) {
  Section s{raw.name};
  s.raw = &raw;
  size_t star = raw.name.find('*');
  if (star == std::string::npos) return s;
  s.base = s.base.substr(0, star);
  s.marked = true;
  std::string_view marks = std::string_view(raw.name).substr(star + 1);
  s.encoded = marks.empty() || marks.back() == '*';
  if (!marks.empty() && marks.back() == '*') marks.remove_suffix(1);
  s.number = base::parse_number(marks).value_or(0);
  return s;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    auto byte = text[i] == '%' ? base::hex_decode(text.substr(i + 1, 2)) : std::nullopt;
    if (byte && byte->size() == 1) {
      out += *byte;
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string decode_plain(const std::string& value) {
  if (value.find("=?") != std::string::npos) return decode_words(value);
  return base::is_ascii(value) ? value : guess_utf8(value);
}

// The marked sections of one name, in order, up to the first gap.
std::string decode_sections(std::vector<Section> sections) {
  std::stable_sort(sections.begin(), sections.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  std::string bytes, charset;
  bool encoded = false;
  uint64_t expected = 0;
  for (const auto& s : sections) {
    if (s.number < expected) continue;  // a repeated section
    if (s.number > expected) break;
    std::string_view value = s.raw->value;
    if (s.encoded && expected == 0) {
      size_t first = value.find('\''), second = first == value.npos ? value.npos : value.find('\'', first + 1);
      if (second != value.npos) {
        charset = value.substr(0, first);
        value.remove_prefix(second + 1);
      }
    }
    bytes += s.encoded ? percent_decode(value) : std::string(value);
    encoded |= s.encoded;
    ++expected;
  }
  return encoded ? to_utf8(bytes, charset) : decode_plain(bytes);
}

}  // namespace

std::vector<Parameter> parse_parameters(std::string_view text, size_t limit) {
  std::vector<Parameter::Raw> raws;
  ParameterReader reader(text);
  for (Parameter::Raw raw; raws.size() < limit && reader.next(raw);) raws.push_back(std::move(raw));

  std::vector<Parameter> out;
  std::vector<bool> used(raws.size());
  for (size_t i = 0; i < raws.size(); ++i) {
    if (used[i]) continue;
    Section first = section_of(raws[i]);
    std::vector<Section> marked, plain;
    for (size_t k = i; k < raws.size(); ++k) {
      Section s = section_of(raws[k]);
      if (used[k] || s.base != first.base) continue;
      used[k] = true;
      (s.marked ? marked : plain).push_back(s);
    }
    Parameter p;
    p.name = first.base;
    p.value = marked.empty() ? decode_plain(plain.front().raw->value) : decode_sections(marked);
    if (!marked.empty() || plain.size() > 1 || p.value != raws[i].value) {
      for (const auto* list : {&plain, &marked})
        for (const auto& s : *list) p.raw.push_back(*s.raw);
    }
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace mime
