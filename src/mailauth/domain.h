#pragma once
// Domain names as SPF and DMARC compare and ask for them. Pure.

#include <optional>
#include <string>
#include <string_view>

namespace mailauth {

// Lower case A-labels without the final dot (RFC 8616 3: U-labels are converted). nullopt when DNS cannot carry it or it is no IDN.
std::optional<std::string> canonical_domain(std::string_view text);

// RFC 7208 4.3: canonical, of two labels at least, and no address literal.
std::optional<std::string> fully_qualified(std::string_view text);

// `name` is `domain` or below it. Both canonical.
bool is_within(std::string_view name, std::string_view domain);

}  // namespace mailauth
