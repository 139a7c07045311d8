#pragma once
// Fetches one page over HTTPS: no redirects, no cookies, nothing kept. For policies that other domains publish (RFC 8461).

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "net/resolver.h"
#include "net/tls.h"

namespace http {

struct FetchLimits {
  size_t header_bytes = 16 * 1024;
  size_t body_bytes = 64 * 1024;
  size_t addresses = 3;                               // tried one after the other
  std::chrono::milliseconds timeout{60'000};          // of all of it (RFC 8461 3.3 suggests a minute)
  std::chrono::milliseconds address_timeout{15'000};  // of one address to the end of the TLS handshake
};

struct Fetch {
  std::string host;  // lower case
  std::string path;  // begins with '/'
  uint16_t port = 443;
};

struct FetchedPage {
  int status = 0;
  std::string type;  // Content-Type, as it came
  std::string body;
};

// kUnavailable: no address, no connection, a certificate that `tls` refuses, a time-out. kInvalid: what came is no HTTP, or over a limit.
// The text says which. `tls` checks names (Verify::kName). References outlive the task.
net::Task<base::Result<FetchedPage>> fetch(Fetch what, net::Resolver& resolver, net::TlsClientContext& tls, FetchLimits limits = {});

}  // namespace http
