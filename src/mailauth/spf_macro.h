#pragma once
// SPF macros (RFC 7208 7): checking a macro-string's syntax and expanding it. Pure.

#include <cstdint>
#include <string>
#include <string_view>

#include "net/address.h"

namespace mailauth {

// Where a macro-string stands decides what it may hold.
enum class SpfMacroPlace {
  kDomain,       // domain-spec: no %{c}, %{r}, %{t}
  kModifier,     // value of an unknown modifier
  kExplanation,  // explain-string: spaces too
};

struct SpfMacroValues {
  std::string local;                  // %{l}, of the sender
  std::string sender_domain;          // %{o}
  std::string domain;                 // %{d}
  net::IpAddress ip;                  // %{i}, %{v}, %{c}
  std::string validated = "unknown";  // %{p}
  std::string helo;                   // %{h}
  std::string receiver;               // %{r}
  int64_t time = 0;                   // %{t}, seconds since 1970
};

bool is_macro_string(std::string_view text, SpfMacroPlace place);
// Macro-string that ends in a top label or in a macro (RFC 7208 7.1), so that it may be a name.
bool is_domain_spec(std::string_view text);
// True when the letter, in either case, is used. REQUIRES: is_macro_string().
bool uses_macro(std::string_view text, char letter);

// REQUIRES: is_macro_string(). The result has any bytes that the values have; upper case letters escape theirs as URLs do.
std::string expand_macros(std::string_view text, const SpfMacroValues& values);
// The same as a name to ask for: labels are taken off the left until it fits 253 characters (RFC 7208 7.3).
std::string expand_domain(std::string_view text, const SpfMacroValues& values);

}  // namespace mailauth
