#pragma once
// The PROXY protocol, versions 1 (text) and 2 (binary): how a load balancer in front says who the client is. Pure parser.
//
// The first kProxyPrefix bytes tell how much to read: proxy_header_size() is asked with growing prefixes until it knows the whole size.
//   v1: "PROXY" SP ("TCP4" | "TCP6") SP source SP destination SP port SP port CRLF, or "PROXY UNKNOWN" ... CRLF; at most 107 bytes
//   v2: 12 bytes signature, version and command, family and protocol, 2 bytes length, then addresses and TLVs of that length
// https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt

#include <cstddef>
#include <optional>
#include <string_view>

#include "net/address.h"

namespace net {

// Every header is at least this long ("PROXY UNKNOWN\r\n" has 15, v2 has 16), so this many bytes may be read without looking.
inline constexpr size_t kProxyPrefix = 13;
inline constexpr size_t kProxyMaximum = 16 + 65535;

struct ProxyHeader {
  // False for health checks of the balancer itself and for unknown protocols: the connection's own addresses hold (2.1, 2.2).
  bool has_addresses = false;
  Endpoint source;
  Endpoint destination;
};

struct ProxyProgress {
  enum class State {
    kMore,   // at least `size` bytes in total are needed before asking again; reading exactly so many takes nothing of the session's bytes
    kWhole,  // the header is the first `size` bytes
    kWrong,  // not a PROXY header, or longer than `most`
  };
  State state = State::kWrong;
  size_t size = 0;
};

// REQUIRES: `prefix` is what has been read so far. v2 headers longer than `most` are refused.
ProxyProgress proxy_header_size(std::string_view prefix, size_t most = 2048);
// The whole header as proxy_header_size() delimits it; nullopt when it is malformed.
std::optional<ProxyHeader> parse_proxy_header(std::string_view header);

}  // namespace net
