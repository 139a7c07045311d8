#pragma once
// Values as people write them: sizes, durations, networks and listen addresses, and the check of one value against its row of the table.

#include <optional>
#include <string>
#include <string_view>

#include "config/settings.h"

namespace config {

// nullopt when not understood or too large for 64 bits.
std::optional<int64_t> parse_bytes(std::string_view text);  // "25MB", "1000"
std::optional<base::Duration> parse_duration(
    std::string_view text);                                        // "5m", "1h30m", "250ms"; a bare number but 0 has no unit and is refused
std::optional<ListenAddress> parse_listen(std::string_view text);  // "127.0.0.1:25", "[::1]:25", "unix:/run/lmtp"
bool is_network(std::string_view text);                            // "10.0.0.0/8", "2001:db8::/32", "192.0.2.1"

// The value, or kInvalid with a sentence that says what is wanted ("must be 1..100 levels").
base::Result<Value> parse_value(const Setting& setting, std::string_view text);

}  // namespace config
