#pragma once
// Content-Transfer-Encodings (RFC 2045 6): base64 and quoted-printable, both ways. Decoding is lenient and never fails.

#include <string>
#include <string_view>

namespace mime {

enum class Encoding { kIdentity, kBase64, kQuotedPrintable, kUnknown };

// "7bit", "8bit", "binary" and "" are kIdentity.
Encoding parse_encoding(std::string_view name);

// Skips what is not base64; padding ends a group and what follows is decoded anew (joined base64 texts); a cut last group gives what it
// can.
std::string decode_base64(std::string_view text);
// A "=" that starts no escape stays; white space at line ends goes; bytes over 127 pass.
std::string decode_quoted_printable(std::string_view text);
std::string decode_transfer(std::string_view body, Encoding encoding);

// Lines of 76 characters ended by CRLF, the last too. "" gives "".
std::string encode_base64(std::string_view bytes);
// text: line ends (LF or CRLF) become CRLF; otherwise they are encoded as bytes. Lines of at most 76 characters.
std::string encode_quoted_printable(std::string_view bytes, bool text = true);

}  // namespace mime
