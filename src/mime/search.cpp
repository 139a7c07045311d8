// The search of content.h. Text is folded into a buffer and searched with memmem, which is linear. Bodies whose bytes are their text (ASCII
// or UTF-8, no transfer encoding) are folded straight from the message.

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstring>

#include "base/text.h"
#include "mime/charset.h"
#include "mime/content.h"
#include "mime/encoded_word.h"
#include "mime/encoding.h"

namespace mime {
namespace {

void fold_character(std::string_view utf8, int32_t& at, std::string& out) {
  UChar32 c;
  U8_NEXT(utf8.data(), at, static_cast<int32_t>(utf8.size()), c);
  if (c < 0) c = 0xfffd;
  c = u_foldCase(c, U_FOLD_CASE_DEFAULT);
  char bytes[U8_MAX_LENGTH];
  int32_t length = 0;
  U8_APPEND_UNSAFE(bytes, length, c);
  out.append(bytes, static_cast<size_t>(length));
}

constexpr size_t kLongestText = 1u << 30;  // ICU's offsets are int32_t

// Eight ASCII letters at a time; bytes over 127 pass.
uint64_t lower8(uint64_t v) {
  constexpr uint64_t kOnes = 0x0101010101010101u, kHigh = 0x8080808080808080u;
  uint64_t low7 = v & ~kHigh;
  uint64_t from_a = low7 + kOnes * (128 - 'A'), past_z = low7 + kOnes * (128 - 'Z' - 1);
  return v | (((from_a & ~past_z & ~v) & kHigh) >> 2);
}

// Lowers ASCII letters in place; whether all bytes are ASCII.
bool lower_ascii(std::string& text) {
  uint64_t high = 0;
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t v;
    memcpy(&v, text.data() + i, 8);
    high |= v;
    v = lower8(v);
    memcpy(text.data() + i, &v, 8);
  }
  for (; i < text.size(); ++i) {
    high |= static_cast<unsigned char>(text[i]);
    text[i] = base::ascii_lower(text[i]);
  }
  return (high & 0x8080808080808080u) == 0;
}

std::string fold_case(std::string_view utf8) {
  std::string lowered(utf8.substr(0, kLongestText));
  if (lower_ascii(lowered)) return lowered;
  std::string out;
  out.reserve(lowered.size());
  for (int32_t at = 0; at < static_cast<int32_t>(lowered.size());) {
    char c = lowered[static_cast<size_t>(at)];
    if (static_cast<unsigned char>(c) < 0x80) {
      out += c;
      ++at;
    } else {
      fold_character(lowered, at, out);
    }
  }
  return out;
}

bool contains(std::string_view folded, std::string_view needle) {
  return needle.empty() || memmem(folded.data(), folded.size(), needle.data(), needle.size()) != nullptr;
}

// Whether the bytes are UTF-8 text whatever to_utf8 would do.
bool is_plain_text(std::string_view bytes, std::string_view charset) {
  bool label = charset.empty() || base::iequals(charset, "utf-8") || base::iequals(charset, "us-ascii");
  return label && base::is_valid_utf8(bytes);
}

bool part_contains(const TextSearch& search, const Message& message, const Part& part) {
  std::string_view body = message.body(part);
  const std::string* charset = find_parameter(part.parameters, "charset");
  std::string_view label = charset ? std::string_view(*charset) : std::string_view();
  Encoding encoding = parse_encoding(part.encoding);
  bool identity = encoding == Encoding::kIdentity || encoding == Encoding::kUnknown;
  if (identity && is_plain_text(body, label)) return search.in_text(body);
  return search.in_text(to_utf8(decode_transfer(body, encoding), label));
}

// Whether decoding would change nothing but the ends of the field.
bool is_plain_field(std::string_view field) {
  field = base::trim(field);
  return base::is_ascii(field) && field.find("=?") == field.npos && field.find('\n') == field.npos;
}

bool header_contains(const TextSearch& search, std::string_view block) {
  HeaderReader reader(block);
  for (Header header; reader.next(header);) {
    std::string_view field = block.substr(header.offset, header.end - header.offset);
    if (is_plain_field(field) ? search.in_text(field) : search.in_header(field)) return true;
  }
  return false;
}

// `headers`: of this part and those in it. The header of an inner message counts as body text of the outer one, whatever the scope.
bool tree_contains(const TextSearch& search, const Message& message, const Part& part, bool headers, bool own_header) {
  if (own_header && header_contains(search, message.header_block(part))) return true;
  if (part.is_text() && part_contains(search, message, part)) return true;
  for (const auto& child : part.children)
    if (tree_contains(search, message, child, headers, headers || part.is_message())) return true;
  return false;
}

}  // namespace

TextSearch::TextSearch(std::string_view needle) : folded_(fold_case(needle)) {}

bool TextSearch::in(const Message& message, SearchScope scope) const {
  return folded_.empty() || tree_contains(*this, message, message.root, scope == SearchScope::kText, scope == SearchScope::kText);
}

bool TextSearch::in_text(std::string_view utf8) const { return folded_.empty() || contains(fold_case(utf8), folded_); }

bool TextSearch::in_header(std::string_view raw_value) const {
  return folded_.empty() || contains(fold_case(decode_words(raw_value)), folded_);
}

bool contains_text(const Message& message, std::string_view needle, SearchScope scope) { return TextSearch(needle).in(message, scope); }

}  // namespace mime
