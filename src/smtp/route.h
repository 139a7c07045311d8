#pragma once
// Where mail for a next hop is taken (RFC 5321 5.1): MX records, the domain itself without them, an address literal, or an operator's
// route.

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "net/resolver.h"
#include "queue/transport.h"

namespace smtp {

struct RouteSettings {
  uint16_t port = 25;
  std::set<std::string> own_names;  // our host names, lower case: MX records that lead here are a loop
  bool ipv6 = true;
  bool ipv4 = true;
  // What DNS and address literals may not lead to; an operator's route may lead anywhere.
  bool refuse_loopback = true;  // 127.0.0.0/8, ::1 and the unspecified addresses
  bool refuse_private = false;  // RFC 1918, RFC 6598, RFC 4193, link-local
  size_t hosts = 10;            // of one attempt
  size_t addresses = 5;         // of one host
};

// "host", "host:port", "192.0.2.1", "[192.0.2.1]:25", "[2001:db8::1]:25", "[IPv6:2001:db8::1]".
struct HostAndPort {
  std::string host;  // lower case, without brackets
  std::optional<uint16_t> port;
};
std::optional<HostAndPort> parse_host_and_port(std::string_view text);

struct RouteHost {
  std::string name;                       // lower case; the address when it is one
  std::optional<net::IpAddress> address;  // needs no look-up
  uint16_t port = 25;
};

struct Route {
  std::optional<queue::Outcome> failure;  // there is nowhere to go; extent kDestination
  std::vector<RouteHost> hosts;           // in the order to be tried
  bool from_mx = false;                   // their names came from MX records (or stand in for them)
  bool secure = false;                    // DNSSEC vouches for the names, or the operator gave them: DANE may be asked for
};

// Shuffles the hosts of one preference: a number below `n`, which is at least 1. Tests give a fixed one.
using Random = std::function<size_t(size_t n)>;
size_t any_random(size_t n);

// `hop` as the queue names it. Arguments by reference outlive the task.
net::Task<Route> find_route(queue::NextHop hop, const RouteSettings& settings, net::Resolver& resolver, Random random,
                            net::Deadline deadline);

struct HostAddresses {
  std::optional<queue::Outcome> failure;
  std::vector<net::IpAddress> addresses;  // IPv6 and IPv4 in turn, so that one broken family costs one time-out
  net::DnsAnswer answer;                  // for mailauth::find_tlsa
};
net::Task<HostAddresses> find_addresses(RouteHost host, bool from_dns, const RouteSettings& settings, net::Resolver& resolver,
                                        net::Deadline deadline);

}  // namespace smtp
