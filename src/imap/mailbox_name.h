#pragma once
// Mailbox names on the wire: modified UTF-7 (RFC 3501 5.1.3) until the client enables IMAP4rev2 or UTF8=ACCEPT, UTF-8 afterwards
// (RFC 9051 5.1, RFC 6855 3). Inside the server a name is UTF-8.

#include <optional>
#include <string>
#include <string_view>

namespace imap {

// nullopt when it is not well-formed: 8-bit bytes, bad base64, a shift sequence for what needs none, half a surrogate pair.
std::optional<std::string> decode_utf7(std::string_view name);
// REQUIRES: valid UTF-8.
std::string encode_utf7(std::string_view name);

// A name from a client: nullopt when it breaks its encoding or has control characters.
std::optional<std::string> decode_mailbox(std::string_view name, bool utf8);
std::string encode_mailbox(std::string_view name, bool utf8);

// Whether `name` fits a LIST pattern: "*" is anything, "%" anything but '/' (RFC 9051 6.3.9). Both UTF-8; INBOX fits in any case.
// Takes at most `steps` comparisons and says false beyond.
bool matches_pattern(std::string_view pattern, std::string_view name, size_t steps);

}  // namespace imap
