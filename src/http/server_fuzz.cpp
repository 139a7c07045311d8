// Bytes into the server over a pipe, at once and one at a time: the handler must be given the same requests either way, and what comes back
// must be well-formed responses, of which at most the last closes the connection. The first byte of the input chooses the limits.

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "http/server.h"
#include "net/block_on.h"
#include "net/loop.h"
#include "net/pipe_stream.h"

namespace {

net::Deadline later() { return net::Deadline::after(std::chrono::seconds(30)); }

void require(bool holds, const char* what, std::string_view where = {}) {
  if (holds) return;
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(where.size()), where.data());
  std::abort();
}

// What the handler was given, and what the client got.
struct Outcome {
  std::vector<std::string> requests;
  std::string output;
};

void check_request(const http::Request& request) {
  require(!request.method.empty() && request.method != "HEAD", "the method", request.method);
  require(!request.path.empty() && request.path.find('\0') == std::string::npos, "the path", request.path);
  for (const auto& [name, value] : request.fields) {
    require(name == base::to_lower(name), "a field name in capitals", name);
    require(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos, "a line end in a field", value);
  }
}

http::Router make_router(Outcome& outcome) {
  auto echo = [&outcome](const http::Request& request) -> net::Task<http::Response> {
    check_request(request);
    std::string all = request.method + " " + request.path + "?" + request.query + "\n";
    for (const auto& [name, value] : request.fields) all += name + ": " + value + "\n";
    all += "\n" + request.body;
    outcome.requests.push_back(all);
    http::Response response = http::Response::text(200, "echo " + request.body);
    response.fields.emplace_back("X-Path", request.path);  // may hold a line end that was encoded
    co_return response;
  };
  http::Router router;
  router.add("GET", "/*", echo);
  router.add("POST", "/*", echo);
  router.set_response_hook(http::add_security_fields);
  return router;
}

net::Task<> exchange(net::Executor executor, const http::Router& router, http::Limits limits, bool one_byte, std::string_view input,
                     std::string& output) {
  net::PipeOptions options;
  options.capacity = 64u << 20;
  options.one_byte_at_a_time = one_byte;
  net::PipePair pipe = net::make_pipe(executor, options);
  co_await pipe.client->write(input, later());
  co_await pipe.client->shutdown(later());
  net::spawn(executor, http::server(router, limits)(std::move(pipe.server)));
  std::array<char, 8192> buffer;
  const std::span<char> room(buffer);
  for (;;) {
    const size_t count = co_await pipe.client->read_some(room, later());
    if (count == 0) co_return;
    output.append(buffer.data(), count);
  }
}

Outcome serve(http::Limits limits, bool one_byte, std::string_view input) {
  Outcome outcome;
  const http::Router router = make_router(outcome);
  net::block_on_with([&](net::Executor executor) { return exchange(executor, router, limits, one_byte, input, outcome.output); });
  return outcome;
}

std::string_view take_line(std::string_view& rest) {
  const size_t end = rest.find("\r\n");
  require(end != std::string_view::npos, "a line without end", rest);
  const std::string_view line = rest.substr(0, end);
  require(line.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos, "a control character", line);
  rest.remove_prefix(end + 2);
  return line;
}

// RFC 9112 4. None of our bodies begins as a response does, so a HEAD is known by what follows its fields.
void check_responses(std::string_view rest) {
  bool closed = false;
  while (!rest.empty()) {
    require(!closed, "a response after the last", rest);
    const std::string_view status = take_line(rest);
    require(status.size() >= 13 && status.starts_with("HTTP/1.1 ") && base::parse_number(status.substr(9, 3)) && status[12] == ' ',
            "the status line", status);
    size_t length = 0;
    for (std::string_view line = take_line(rest); !line.empty(); line = take_line(rest)) {
      const size_t colon = line.find(": ");
      require(colon != std::string_view::npos && line.find(' ') > colon, "a field", line);
      if (line == "Connection: close") closed = true;
      if (line.starts_with("Content-Length: ")) length = *base::parse_number(line.substr(16));
    }
    if (rest.empty() || rest.starts_with("HTTP/1.1 ")) continue;
    require(length <= rest.size(), "a body that is too short", rest);
    rest.remove_prefix(length);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool quiet = (base::set_up_log(base::LogLevel::kOff, base::LogFormat::kText), true);
  if (!quiet || size == 0 || size > 16'384) return 0;
  http::Limits limits;
  if (data[0] & 1) limits.header_bytes = 256;
  if (data[0] & 2) limits.body_bytes = 64;
  if (data[0] & 4) limits.requests = 2;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  const Outcome whole = serve(limits, false, input);
  const Outcome bytes = serve(limits, true, input);
  check_responses(whole.output);
  check_responses(bytes.output);
  for (size_t i = 0; i < whole.requests.size() && i < bytes.requests.size(); ++i)
    require(whole.requests[i] == bytes.requests[i], "a request depends on its packets", whole.requests[i]);
  // Where fields that are too many are noticed does depend on it.
  const std::string& shorter = whole.requests.size() < bytes.requests.size() ? whole.output : bytes.output;
  if (whole.requests.size() != bytes.requests.size())
    require(shorter.find("HTTP/1.1 431 ") != std::string::npos, "a request depends on its packets", input);
  return 0;
}
