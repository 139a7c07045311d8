#pragma once
// HTTP/1.1 for the program's own pages: a router and one coroutine for each connection. It has no routes of its own.
//
//   http::Router router;
//   router.add("GET", "/healthz", [](const http::Request&) -> net::Task<http::Response> { co_return http::Response::text(200, "ok\n"); });
//   net::Listener listener(loops, settings, tls, http::server(router, limits));
//
// Requests are parsed by Boost.Beast (RFC 9112). A request is read whole, within limits, before its handler runs; a response is made whole
// before it is sent. An idle connection holds no buffer. HEAD is answered by the GET handler without its body.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/stream.h"
#include "net/task.h"

namespace http {

struct Limits {
  size_t header_bytes = 16 * 1024;                    // request line and fields; over it: 431
  size_t body_bytes = 1024 * 1024;                    // over it: 413
  size_t requests = 1000;                             // on one connection, which is then closed
  std::chrono::milliseconds idle_timeout{60'000};     // between requests
  std::chrono::milliseconds request_timeout{30'000};  // from a request's first byte to its last; over it: 408
  std::chrono::milliseconds write_timeout{60'000};    // one response
};

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;  // "GET"; for HEAD too, since the router asks for GET then
  std::string path;    // without the query, percent-decoded; begins with '/'
  std::string query;   // after '?', as it came
  Fields fields;       // names in lower case
  std::string body;
  const net::ConnectionInfo* connection = nullptr;  // of the connection, valid while the handler runs

  std::string_view field(std::string_view lower_case_name) const;  // the first; "" when absent
};

struct Response {
  int status = 200;
  Fields fields;  // Content-Length, Date, Server and Connection are added
  std::string body;

  static Response text(int status, std::string body, std::string type = "text/plain; charset=utf-8");
};

// Runs on the connection's loop; an exception that leaves it is logged and answered 500.
using Handler = std::function<net::Task<Response>(const Request&)>;

// Exact paths, and prefixes that end in "/*". Filled before serving, then read by all loops.
class Router {
 public:
  void add(std::string method, std::string path, Handler handler);
  // Sees every response before it goes out, errors too: for security headers.
  void set_response_hook(std::function<void(const Request&, Response&)> hook) { hook_ = std::move(hook); }

  // The handler's answer, or 404, or 405 with Allow.
  net::Task<Response> answer(const Request& request) const;

 private:
  using Methods = std::map<std::string, Handler, std::less<>>;
  const Methods* find(std::string_view path) const;
  net::Task<Response> route(const Request& request) const;

  std::map<std::string, Methods, std::less<>> exact_;
  std::map<std::string, Methods, std::less<>> prefixes_;
  std::function<void(const Request&, Response&)> hook_;
};

// What a Listener calls for each connection. The router outlives the listener.
std::function<net::Task<>(std::unique_ptr<net::Stream>)> server(const Router& router, Limits limits = {});

// X-Content-Type-Options, X-Frame-Options, Referrer-Policy and a closed Content-Security-Policy, where the response has none of its own.
void add_security_fields(const Request& request, Response& response);

// Percent-decoding of a path; nullopt for a malformed escape or an encoded NUL.
std::optional<std::string> decode_path(std::string_view path);

}  // namespace http
