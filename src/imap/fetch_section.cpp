#include "imap/fetch_section.h"

#include <algorithm>

#include "base/text.h"
#include "imap/response.h"
#include "mime/encoding.h"

namespace imap {
namespace {

using Text = Section::Text;
using Kind = FetchItem::Kind;

ByteRange header_of(const mime::Part& part) { return {part.header_begin, part.body_begin}; }
ByteRange body_of(const mime::Part& part) { return {part.body_begin, part.body_end}; }

// What HEADER, HEADER.FIELDS and TEXT of a numbered part are about: the message inside a message/rfc822.
const mime::Part* inner_message(const mime::Part& part) {
  return part.is_message() && !part.children.empty() ? &part.children.front() : nullptr;
}

void put_part_numbers(std::string& out, const std::vector<uint32_t>& part) {
  const char* separator = "";
  for (uint32_t number : part) {
    out += separator;
    separator = ".";
    put_number(out, number);
  }
}

std::string_view text_name(Text text) {
  switch (text) {
    case Text::kAll:
      return {};
    case Text::kHeader:
      return "HEADER";
    case Text::kHeaderFields:
      return "HEADER.FIELDS";
    case Text::kHeaderFieldsNot:
      return "HEADER.FIELDS.NOT";
    case Text::kText:
      return "TEXT";
    case Text::kMime:
      return "MIME";
  }
  return {};
}

bool is_field_list(Text text) { return text == Text::kHeaderFields || text == Text::kHeaderFieldsNot; }

void put_origin(std::string& out, const FetchItem& item) {
  if (!item.partial) return;
  out.push_back('<');
  put_number(out, item.partial->first);
  out.push_back('>');
}

// The decoded bytes; nullopt when the encoding is not known. No part: empty optional inside.
struct Decoded {
  bool known = true;
  std::optional<std::string> bytes;
};

Decoded decode_part(const FetchItem& item, const MessageBytes& message) {
  if (item.section.part.empty()) return {true, std::string(message.bytes)};
  const mime::Part* part = message.root ? mime::find_part(*message.root, item.section.part) : nullptr;
  if (!part) return {};
  auto encoding = mime::parse_encoding(part->encoding);
  if (encoding == mime::Encoding::kUnknown) return {false, std::nullopt};
  std::string_view body = message.between(part->body_begin, part->body_end);
  // RFC 2045 6.4: a composite part is never encoded itself.
  if (part->is_multipart() || part->is_message()) encoding = mime::Encoding::kIdentity;
  return {true, mime::decode_transfer(body, encoding)};
}

}  // namespace

std::optional<ByteRange> section_range(const mime::Part* root, uint64_t size, const Section& section) {
  if (section.part.empty() && section.text == Text::kAll) return ByteRange{0, size};
  if (!root) return std::nullopt;
  const mime::Part* part = section.part.empty() ? root : mime::find_part(*root, section.part);
  if (!part) return std::nullopt;
  if (section.text == Text::kAll) return body_of(*part);
  if (section.text == Text::kMime) return header_of(*part);
  if (!section.part.empty()) part = inner_message(*part);
  if (!part) return std::nullopt;
  return section.text == Text::kText ? body_of(*part) : header_of(*part);
}

std::optional<ByteRange> needed_range(const mime::Part* root, uint64_t size, const FetchItem& item) {
  if (item.kind == Kind::kBinary || item.kind == Kind::kBinarySize) {
    if (item.section.part.empty()) return ByteRange{0, size};
    return section_range(root, size, item.section);
  }
  auto range = section_range(root, size, item.section);
  if (!range || !item.partial || is_field_list(item.section.text)) return range;
  range->begin = std::min(range->end, range->begin + item.partial->first);
  range->end = std::min(range->end, range->begin + item.partial->second);
  return range;
}

std::string filter_header(std::string_view block, const std::vector<std::string>& fields, bool named) {
  std::string out;
  mime::for_each_header(block, [&](const mime::Header& header) {
    bool found = std::any_of(fields.begin(), fields.end(), [&](const std::string& field) { return base::iequals(field, header.name); });
    if (found == named) out += block.substr(header.offset, header.end - header.offset);
  });
  // A block cut short by its end has no line end for the last field.
  if (!out.empty() && out.back() != '\n') out += "\r\n";
  out += "\r\n";
  return out;
}

std::string_view cut_partial(std::string_view bytes, const std::optional<std::pair<uint32_t, uint32_t>>& partial) {
  if (!partial) return bytes;
  if (partial->first >= bytes.size()) return {};
  return bytes.substr(partial->first, partial->second);
}

void put_section_name(std::string& out, const FetchItem& item) {
  out += item.kind == Kind::kBinary ? "BINARY[" : item.kind == Kind::kBinarySize ? "BINARY.SIZE[" : "BODY[";
  put_part_numbers(out, item.section.part);
  std::string_view name = text_name(item.section.text);
  if (!name.empty() && !item.section.part.empty()) out.push_back('.');
  out += name;
  if (is_field_list(item.section.text)) {
    const char* separator = " (";
    for (const std::string& field : item.section.fields) {
      out += separator;
      separator = " ";
      put_astring(out, field, true);
    }
    out.push_back(')');
  }
  out.push_back(']');
  put_origin(out, item);
}

void put_section(std::string& out, const FetchItem& item, const MessageBytes& message, uint64_t size, bool utf8) {
  put_section_name(out, item);
  out.push_back(' ');
  auto range = section_range(message.root, size, item.section);
  if (!range) {
    out += "NIL";
    return;
  }
  if (is_field_list(item.section.text)) {
    std::string header =
        filter_header(message.between(range->begin, range->end), item.section.fields, item.section.text == Text::kHeaderFields);
    put_literal(out, cut_partial(header, item.partial));
    return;
  }
  auto needed = *needed_range(message.root, size, item);
  std::string_view bytes = message.between(needed.begin, needed.end);
  if (bytes.empty())
    put_string(out, bytes, utf8);
  else
    put_literal(out, bytes);
}

bool put_binary(std::string& out, const FetchItem& item, const MessageBytes& message) {
  Decoded decoded = decode_part(item, message);
  put_section_name(out, item);
  out.push_back(' ');
  if (item.kind == Kind::kBinarySize) {
    put_number(out, decoded.bytes ? decoded.bytes->size() : 0);
    return decoded.known;
  }
  if (!decoded.bytes) {
    out += "NIL";
    return decoded.known;
  }
  std::string_view bytes = cut_partial(*decoded.bytes, item.partial);
  if (bytes.find('\0') != std::string_view::npos)
    put_literal8(out, bytes);
  else
    put_literal(out, bytes);
  return true;
}

}  // namespace imap
