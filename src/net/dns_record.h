#pragma once
// Names and records between their bytes on the wire (RFC 1035 3) and what net/resolver.h hands out. Pure; the bytes are foreign.

#include <optional>
#include <string>
#include <string_view>

#include "net/resolver.h"

namespace net {

// Lower case without the final dot. nullopt when DNS cannot carry it: empty, an empty label, a label over 63 or a name over 253 bytes.
// Any byte is right inside a label (RFC 2181 11).
std::optional<std::string> dns_name(std::string_view text);

// The master file form of a name that dns_name() gave: bytes other than letters, digits, "-" and "_" become \DDD (RFC 1035 5.1).
std::string escape_dns_name(std::string_view name);

// Adds one record's data, uncompressed, to the list of `type`. False, and nothing added, when the bytes are not such a record.
// In a name read, bytes that are not printable, and dots and backslashes inside a label, become \DDD: such a name finds nothing when asked
// for.
bool read_dns_record(DnsType type, std::string_view rdata, DnsAnswer& answer);

}  // namespace net
