#pragma once
// How a password is prepared before it is hashed or compared, so that the same password typed on different keyboards is the same bytes:
// the mapping and normalisation of SASLprep (RFC 4013 2.1, 2.2: other spaces to U+0020, invisible characters dropped, NFKC), which SCRAM
// clients do too (RFC 5802 2.2), with today's Unicode and without its bidirectional rule, which forbids many honest passwords (RFC 8265 has
// none).

#include <optional>
#include <string>
#include <string_view>

namespace sasl {

// nullopt: not UTF-8, has control characters, or nothing is left.
std::optional<std::string> prepare_password(std::string_view password);

}  // namespace sasl
