#pragma once
// Addresses and networks in the form that lists, history and greylisting compare. Pure.

#include <string>
#include <string_view>

#include "net/address.h"

namespace spam {

// The compared form of directory/address.h; what is no address is lower case and cut at 320 bytes. "" stays "".
std::string compared_address(std::string_view address);
// A-labels in lower case; cut at 255 bytes when it is no domain.
std::string compared_domain(std::string_view domain);
// After the last '@', compared; "" when there is none.
std::string domain_of(std::string_view address);

// "192.0.2.0/24": the network of so many bits that holds the address. bits above the address's length count as all.
std::string network_text(const net::IpAddress& address, unsigned bits);
// The /24 or /64 that holds the address: what one mail system sends from.
std::string network_of(const net::IpAddress& address);

}  // namespace spam
