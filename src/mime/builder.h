#pragma once
// Builds messages: header fields folded and encoded (RFC 5322 2.1.1, 2047, 2231, 6532), bodies in the encoding that suits them, multiparts.
// All line ends written are CRLF; no line is over 998 bytes, and header lines are folded at 78 characters where white space allows it.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "mime/address.h"

namespace mime {

// 64 random bits a call.
using Random = std::function<uint64_t()>;
uint64_t system_random();  // std::random_device

// "<...@domain>".
std::string make_message_id(std::string_view domain, const Random& random = system_random);
std::string make_boundary(const Random& random = system_random);

// One field with its CRLF, folded at white space. `value` is ASCII or UTF-8 as it is to be sent; line ends in it become spaces.
std::string fold_header(std::string_view name, std::string_view value);

// A header block, field by field.
class HeaderWriter {
 public:
  // Allow UTF-8 in the fields (RFC 6532) instead of encoded-words.
  explicit HeaderWriter(bool utf8 = false) : utf8_(utf8) {}
  HeaderWriter& raw(std::string_view name, std::string_view value);       // as it is, folded
  HeaderWriter& text(std::string_view name, std::string_view utf8_text);  // unstructured: Subject, Comments
  HeaderWriter& addresses(std::string_view name, const std::vector<Address>& list);
  HeaderWriter& date(std::string_view name, base::Time time, int zone_minutes = 0);
  const std::string& str() const { return out_; }

 private:
  bool utf8_;
  std::string out_;
};

// A body part to be written. Either `children` (a multipart) or `body` (bytes before encoding).
struct Entity {
  std::string type = "text/plain";
  std::vector<std::pair<std::string, std::string>> parameters;  // UTF-8 values; charset and boundary are added
  std::string disposition;                                      // "", "inline" or "attachment"
  std::string file_name;                                        // UTF-8
  std::string content_id;                                       // without angle brackets
  std::vector<std::pair<std::string, std::string>> headers;     // further raw fields
  std::string body;
  std::vector<Entity> children;
};

Entity text_entity(std::string utf8_text, std::string_view subtype = "plain");
Entity attachment_entity(std::string file_name, std::string type, std::string bytes);
Entity message_entity(std::string message);  // message/rfc822
Entity multipart_entity(std::string_view subtype, std::vector<Entity> children);

// headers.str(), MIME-Version, the entity's own fields, an empty line, the body. allow_8bit: the next hop takes 8BITMIME.
std::string build_message(const HeaderWriter& headers, const Entity& entity, bool allow_8bit = false, const Random& random = system_random);

}  // namespace mime
