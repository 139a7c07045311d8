#pragma once
// A message taken apart: a tree of parts that are offsets into its bytes (RFC 5322, 2045-2049, 2231, 6532).
//
// Anything parses. Lines end at LF, with or without CR before it; a lone CR is an ordinary byte. A header block ends at an empty line, at a
// line that cannot be a header field (it is then the first of the body), at a delimiter of an enclosing multipart, or at the end. One pass
// over the bytes, time linear in them whatever they are.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mime/address.h"
#include "mime/envelope.h"

namespace mime {

// What lies beyond a limit is kept as bytes and not looked into.
struct Limits {
  size_t depth = 100;               // multiparts and messages inside each other; a deeper one becomes application/octet-stream
  size_t parts = 10'000;            // of the whole message; further ones stay inside the body of the last
  size_t header_fields = 10'000;    // of one header block
  size_t header_bytes = 4'000'000;  // of one header block
  size_t value_bytes = 256 * 1024;  // of one structured field
  size_t addresses = 10'000;        // of one address field
  size_t parameters = 100;          // of one Content-Type or Content-Disposition, continuations counted
};

struct Header {
  std::string_view name;   // as sent, without white space before the colon
  std::string_view value;  // raw: after the colon, still folded, without the final line end
  uint64_t offset = 0;     // of the first byte of the field, within the block
  uint64_t end = 0;        // past its final line end
};

// One parameter of Content-Type or Content-Disposition.
struct Parameter {
  struct Raw {
    std::string name, value;  // lower-case name with its RFC 2231 marks ("filename*0*"), value unquoted and otherwise as sent
    bool operator==(const Raw&) const = default;
  };
  std::string name;      // lower case, without RFC 2231 marks
  std::string value;     // UTF-8: continuations joined, percent and charset decoded, encoded-words too
  std::vector<Raw> raw;  // what was sent, as BODYSTRUCTURE shows it; empty when that is `name` and `value` themselves
  bool operator==(const Parameter&) const = default;
};

// The value of the named parameter (lower-case name), or nullptr.
const std::string* find_parameter(const std::vector<Parameter>& parameters, std::string_view name);

struct Part {
  // Offsets into the message. The header block, with the empty line that ends it, is [header_begin, body_begin). The line end before a
  // delimiter belongs to the delimiter, so it is not in the body (RFC 2046 5.1.1). A multipart's body holds preamble, parts and epilogue.
  uint64_t header_begin = 0, body_begin = 0, body_end = 0;
  uint64_t lines = 0;  // line ends in the body, counted as LF

  std::string type = "text", subtype = "plain";  // as sent; what is missing or unreadable has its default
  std::vector<Parameter> parameters;
  std::optional<std::string> id, description, md5, location;  // raw unfolded text, without comments only where RFC 2045 has none
  std::string encoding;                                       // Content-Transfer-Encoding as sent, "" when missing (it means "7bit")
  std::optional<std::string> disposition;                     // as sent
  std::vector<Parameter> disposition_parameters;
  std::vector<std::string> languages;

  // A multipart has at least one child (an empty text/plain when nothing was found), a message/rfc822 or message/global exactly one: the
  // message inside, whose envelope is `envelope`. All others have none.
  std::vector<Part> children;
  std::unique_ptr<Envelope> envelope;

  uint64_t octets() const { return body_end - body_begin; }
  bool is(std::string_view a_type, std::string_view a_subtype) const;  // case-insensitive
  bool is_text() const;
  bool is_multipart() const { return !children.empty() && !envelope; }
  bool is_message() const { return envelope != nullptr; }
};

// Parts borrow nothing; `bytes` are the caller's and must outlive the Message.
struct Message {
  std::string_view bytes;
  Part root;
  Envelope envelope;

  std::string_view header_block(const Part& part) const { return bytes.substr(part.header_begin, part.body_begin - part.header_begin); }
  std::string_view body(const Part& part) const { return bytes.substr(part.body_begin, part.octets()); }
  // The first field of the top header with that name, raw; nullopt when there is none.
  std::optional<std::string_view> header(std::string_view name) const;
};

Message parse(std::string_view bytes, const Limits& limits = {});

// The envelope alone, from a header block; for messages that are not stored.
Envelope parse_envelope(std::string_view header_block, const Limits& limits = {});

// The part that IMAP numbers so (RFC 9051 6.4.5): {1} of a message that is no multipart is that message's own body; numbers pass through
// message/rfc822. nullptr when there is none; an empty path gives the root. HEADER and TEXT of a message/rfc822 are those of its only
// child.
const Part* find_part(const Part& root, std::span<const uint32_t> path);

// Walks the fields of a header block (or of anything that begins with one), in order.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view block) : block_(block) {}
  // False at the end of the block; position() is then where the body begins.
  bool next(Header& header);
  uint64_t position() const { return position_; }

 private:
  bool skippable(size_t begin, std::string_view line, size_t end) const;

  std::string_view block_;
  uint64_t position_ = 0;
};

template <typename F>
void for_each_header(std::string_view block, F&& f) {
  HeaderReader reader(block);
  for (Header header; reader.next(header);) f(static_cast<const Header&>(header));
}

// The first field with that name (case-insensitive): its raw value.
std::optional<std::string_view> find_header(std::string_view block, std::string_view name);

// RFC 5322 2.2.3: line ends before white space removed, white space at both ends removed. Stray CR, LF and NUL become spaces.
std::string unfold(std::string_view value);

}  // namespace mime
