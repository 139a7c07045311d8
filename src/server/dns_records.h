#pragma once
// The DNS records a domain needs, as zone-file lines to copy.

#include <string>
#include <string_view>

namespace server {

// MX to this server, and SPF for what it will send (RFC 5321 5, RFC 7208). `hostname` is the server's public name.
std::string dns_records(std::string_view domain, std::string_view hostname);

}  // namespace server
