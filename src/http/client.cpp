#include "http/client.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "net/tcp_stream.h"

namespace http {

namespace {

namespace beast = boost::beast;
using StreamPointer = std::unique_ptr<net::Stream>;

base::Error unavailable(std::string text) { return {base::ErrorKind::kUnavailable, std::move(text), {}}; }
base::Error invalid(std::string text) { return {base::ErrorKind::kInvalid, std::move(text), {}}; }

net::Task<base::Result<StreamPointer>> connect(Fetch what, net::IpAddress address, net::TlsClientContext& tls, net::Deadline deadline) {
  base::Error problem;
  try {
    StreamPointer stream = co_await net::connect(net::Endpoint::ip(address, what.port), deadline);
    co_await stream->start_tls(tls, what.host, deadline);
    co_return stream;
  } catch (const net::IoError& error) {
    problem.kind = error.kind() == net::IoError::Kind::kTls ? base::ErrorKind::kDenied : base::ErrorKind::kUnavailable;
    problem.text = what.host + ": " + (error.error().cause.empty() ? error.what() : error.error().cause);
  }
  co_return problem;
}

net::Task<base::Result<StreamPointer>> connect_any(Fetch what, net::Resolver& resolver, net::TlsClientContext& tls, FetchLimits limits,
                                                   net::Deadline deadline) {
  const net::DnsAnswer answer = co_await net::resolve_addresses(resolver, what.host, deadline);
  if (!answer.ok()) co_return unavailable(what.host + " has no address");
  base::Error last = unavailable(what.host + ": no address could be tried in time");
  for (size_t i = 0; i < std::min(answer.addresses.size(), limits.addresses) && !deadline.expired(); ++i) {
    const net::Deadline step = net::Deadline::after(limits.address_timeout);
    auto connecting = connect(what, answer.addresses[i], tls, std::min(step.when(), deadline.when()) == step.when() ? step : deadline);
    auto connected = co_await std::move(connecting);
    if (connected.ok()) co_return std::move(*connected);
    last = connected.error();
  }
  co_return last;
}

net::Task<base::Result<FetchedPage>> ask(StreamPointer stream, Fetch what, FetchLimits limits, net::Deadline deadline) {
  const std::string request =
      "GET " + what.path + " HTTP/1.1\r\nHost: " + what.host + "\r\nUser-Agent: Posthouse\r\nConnection: close\r\n\r\n";
  const std::string_view bytes = request;
  co_await stream->write(bytes, deadline);

  beast::http::response_parser<beast::http::string_body> parser;
  parser.header_limit(static_cast<uint32_t>(limits.header_bytes));
  parser.body_limit(limits.body_bytes);
  parser.eager(true);
  std::string unread;
  std::array<char, 8192> buffer;
  beast::error_code error;
  while (!parser.is_done()) {
    const std::span<char> room(buffer);
    const size_t count = co_await stream->read_some(room, deadline);
    if (count == 0) {
      if (parser.got_some()) parser.put_eof(error);
      if (error || !parser.is_done()) co_return invalid(what.host + ": the answer was cut off");
      break;
    }
    unread.append(buffer.data(), count);
    const size_t used = parser.put(boost::asio::buffer(unread), error);
    if (error == beast::http::error::need_more) error = {};
    if (error) co_return invalid(what.host + ": " + error.message());
    unread.erase(0, used);
    // What the parser leaves is an unfinished header or chunk line.
    if (unread.size() > limits.header_bytes) co_return invalid(what.host + ": a header too long");
  }
  const auto& response = parser.get();
  co_return FetchedPage{static_cast<int>(response.result_int()), std::string(response[beast::http::field::content_type]), response.body()};
}

}  // namespace

net::Task<base::Result<FetchedPage>> fetch(Fetch what, net::Resolver& resolver, net::TlsClientContext& tls, FetchLimits limits) {
  const net::Deadline deadline = net::Deadline::after(limits.timeout);
  auto connecting = connect_any(what, resolver, tls, limits, deadline);
  auto connected = co_await std::move(connecting);
  if (!connected.ok()) co_return connected.error();
  std::string problem;
  try {
    auto asking = ask(std::move(*connected), what, limits, deadline);
    auto page = co_await std::move(asking);
    co_return page;
  } catch (const net::IoError& error) {
    problem = error.what();
  }
  co_return unavailable(what.host + ": " + problem);
}

}  // namespace http
