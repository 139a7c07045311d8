#pragma once
// One HTTP/1.1 request and its response (RFC 9110, 9112) over a stream that somebody else has connected. No redirects, no cookies, no
// content codings: this is for services beside us, not for the web.
//
//   auto stream = co_await net::connect(endpoint, deadline);
//   http::ClientRequest request{.method = "POST", .target = "/checkv2", .host = "localhost", .body = bytes};
//   auto response = co_await http::exchange(*stream, std::move(request), {}, deadline);

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "net/stream.h"

namespace http {

struct ClientLimits {
  size_t header_bytes = 64 * 1024;
  size_t body_bytes = 4u << 20;
};

struct ClientRequest {
  std::string method = "GET";
  std::string target = "/";
  std::string host;
  // Values are sent with control characters as spaces, so that nothing in them begins another field. Content-Length, Host and Connection
  // are added.
  std::vector<std::pair<std::string, std::string>> fields;
  std::string_view body;  // the caller's until exchange() returns
};

struct ClientResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> fields;  // names in lower case
  std::string body;
  bool keep_alive = false;  // the stream may carry another request

  // The first field with this lower-case name; "" when there is none.
  std::string_view field(std::string_view name) const;
};

// What is sent in front of the body.
std::string request_head(const ClientRequest& request);

// Answers of status 1xx are passed over. kLimit: the response is larger than allowed; kUnavailable: it is no HTTP, or ended early.
// Throws IoError for what the stream throws; the stream is then only good for close().
net::Task<base::Result<ClientResponse>> exchange(net::Stream& stream, ClientRequest request, ClientLimits limits, net::Deadline deadline);

// "http://127.0.0.1:11333/path" or "unix:/run/x.sock": where to connect, the Host field, and the target ("/" when none is given).
// Hosts are IP addresses or "localhost": nothing is looked up. nullopt for anything else.
struct ServiceUrl {
  net::Endpoint endpoint;
  std::string host;
  std::string target;
};
std::optional<ServiceUrl> parse_service_url(std::string_view url);

}  // namespace http
