#pragma once
// Cuts what FETCH asks for out of a message: sections, partials, header fields, decoded parts (RFC 9051 6.4.5, RFC 3516). Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "imap/syntax.h"
#include "mime/message.h"

namespace imap {

// A message's bytes, or a piece of them that begins at `offset`, with its structure.
struct MessageBytes {
  std::string_view bytes;
  uint64_t offset = 0;
  const mime::Part* root = nullptr;
  // Less where the piece does not cover it.
  std::string_view between(uint64_t begin, uint64_t end) const {
    if (begin < offset || begin - offset >= bytes.size() || end <= begin) return {};
    return bytes.substr(begin - offset, end - begin);
  }
};

struct ByteRange {
  uint64_t begin = 0, end = 0;
};

// Where the section lies; nullopt when the message has no such section. For HEADER.FIELDS the whole header block. `root` may be null for
// the whole message ("BODY[]"), whose size is given.
std::optional<ByteRange> section_range(const mime::Part* root, uint64_t size, const Section& section);
// The same, less what the item's partial does not need: HEADER.FIELDS and BINARY need all.
std::optional<ByteRange> needed_range(const mime::Part* root, uint64_t size, const FetchItem& item);

// The fields of the block that are (or are not) named, in order, and the empty line (RFC 9051 6.4.5).
std::string filter_header(std::string_view block, const std::vector<std::string>& fields, bool named);

std::string_view cut_partial(std::string_view bytes, const std::optional<std::pair<uint32_t, uint32_t>>& partial);

// "BODY[1.HEADER.FIELDS (From)]<0>" as the response names it.
void put_section_name(std::string& out, const FetchItem& item);

// BODY[...] with its data: "BODY[1]<0> {3}" CRLF "abc", or NIL when there is no such section.
void put_section(std::string& out, const FetchItem& item, const MessageBytes& message, uint64_t size, bool utf8);
// BINARY[...] and BINARY.SIZE[...]. False when the part's transfer encoding is not known (RFC 3516 4.3).
bool put_binary(std::string& out, const FetchItem& item, const MessageBytes& message);

}  // namespace imap
