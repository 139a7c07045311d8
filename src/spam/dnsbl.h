#pragma once
// DNS lists of client addresses (RFC 5782): A says that an address is listed and why, TXT says it in words.

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/resolver.h"

namespace spam {

struct DnsblZone {
  std::string name;                // "zen.spamhaus.org"
  double weight = 0;               // points; negative for a list of good senders
  std::vector<net::Cidr> answers;  // codes that count; empty: all of 127.0.0.0/8 but 127.0.0.1 and 127.255.255.0/24
};
// "zone=points", and "/code" for each answer that counts, an address or a network with ":" before its length:
// "bl.example.org=3.5", "list.example.org=-2/127.0.0.2/127.0.4.0:24". kInvalid with a text for people.
base::Result<DnsblZone> parse_dnsbl_zone(std::string_view text);

struct DnsblHit {
  std::string zone;
  double weight = 0;
  std::string code;  // "127.0.0.2"
  std::string text;  // the zone's words, printable; "" when it has none
};

// The lists that name this client. All zones are asked at once; one that does not answer by the deadline says nothing. Private, loopback
// and link-local addresses are never asked about. REQUIRES: the resolver outlives the loop's tasks.
net::Task<std::vector<DnsblHit>> ask_dnsbls(net::IpAddress client, std::vector<DnsblZone> zones, net::Resolver& resolver,
                                            net::Deadline deadline);

// "4.3.2.1.zone"
std::string dnsbl_name(const net::IpAddress& client, std::string_view zone);

}  // namespace spam
