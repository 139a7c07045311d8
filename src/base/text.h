#pragma once
// ASCII text helpers and the two encodings every protocol shares (base64, hex). No locale, no mail.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

inline char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
inline char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_ascii(std::string_view s);
bool is_valid_utf8(std::string_view s);

std::string to_lower(std::string_view s);  // ASCII letters only; other bytes pass
std::string to_upper(std::string_view s);
bool iequals(std::string_view a, std::string_view b);            // ASCII case-insensitive
bool istarts_with(std::string_view s, std::string_view prefix);  // ASCII case-insensitive
std::string_view trim(std::string_view s);                       // space, tab, CR, LF at both ends
std::vector<std::string_view> split(std::string_view s, char separator);

// Digits only, no sign, no overflow; nullopt otherwise (also for an empty text).
std::optional<uint64_t> parse_number(std::string_view s);

// RFC 4648. Decoding is strict: no white space, padding required, nullopt on anything else.
std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);
std::string hex_encode(std::string_view bytes);  // lower case
std::optional<std::string> hex_decode(std::string_view text);

// Printable form for logs: control characters and bytes over 0x7e become \xNN, at most `limit` characters.
std::string printable(std::string_view s, size_t limit = 200);

}  // namespace base
