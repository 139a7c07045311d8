#pragma once
// The DNS records that a domain needs, as lines of a zone file.

#include <string>
#include <string_view>
#include <vector>

#include "directory/dkim_keys.h"

namespace server {

// MX, SPF, DMARC, TLS reports and the published halves of `keys`.
std::string dns_records(std::string_view domain, std::string_view hostname, const std::vector<directory::DkimKey>& keys);

}  // namespace server
