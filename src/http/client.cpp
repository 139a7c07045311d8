#include "http/client.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/text.h"

namespace http {

namespace beast = boost::beast::http;

namespace {

using Parser = beast::response_parser<beast::string_body>;

// RFC 9110 5.5: a recipient must not see CR, LF or NUL; other controls help nobody.
std::string clean(std::string_view value) {
  std::string out(base::trim(value));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return out;
}

base::Error error_of(const boost::system::error_code& error) {
  const bool large = error == beast::error::header_limit || error == beast::error::body_limit;
  return {large ? base::ErrorKind::kLimit : base::ErrorKind::kUnavailable, large ? "the answer is too large" : "the answer is no HTTP",
          error.message()};
}

ClientResponse take(Parser& parser) {
  auto& message = parser.get();
  ClientResponse response;
  response.status = static_cast<int>(message.result_int());
  response.keep_alive = message.keep_alive();
  for (const auto& field : message) response.fields.emplace_back(base::to_lower(field.name_string()), field.value());
  response.body = std::move(message.body());
  return response;
}

// The bytes of one response, fed piece by piece.
class Reading {
 public:
  explicit Reading(const ClientLimits& limits) : limits_(limits) { renew(); }

  // False when more bytes are wanted.
  bool feed(std::string_view piece, boost::system::error_code& error) {
    pending_.append(piece);
    std::string_view rest = pending_;
    while (!rest.empty() && !parser_->is_done()) {
      error = {};
      const size_t used = parser_->put(boost::asio::const_buffer(rest.data(), rest.size()), error);
      rest.remove_prefix(used);
      if (error == beast::error::need_more) {
        error = {};
        break;
      }
      if (error) return true;
      // An interim answer has no body and is followed by the real one (RFC 9110 15.2).
      if (parser_->is_done() && parser_->get().result_int() / 100 == 1 && ++interim_ <= kInterim) renew();
      if (used == 0) break;
    }
    pending_.erase(0, pending_.size() - rest.size());
    return parser_->is_done();
  }
  // The stream has ended: a body without a length is then complete.
  bool end(boost::system::error_code& error) {
    if (!parser_->got_some()) return false;
    parser_->put_eof(error);
    return !error && parser_->is_done();
  }
  Parser& parser() { return *parser_; }

 private:
  static constexpr int kInterim = 10;

  void renew() {
    parser_.emplace();
    parser_->eager(true);
    parser_->header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    parser_->body_limit(limits_.body_bytes);
  }

  const ClientLimits limits_;
  std::optional<Parser> parser_;
  std::string pending_;  // what the parser did not take yet: an unfinished line at most
  int interim_ = 0;
};

}  // namespace

std::string_view ClientResponse::field(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return {};
}

std::string request_head(const ClientRequest& request) {
  std::string head = request.method + " " + request.target + " HTTP/1.1\r\nHost: " + clean(request.host) + "\r\nConnection: close\r\n";
  for (const auto& [name, value] : request.fields) head += name + ": " + clean(value) + "\r\n";
  return head + "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n";
}

net::Task<base::Result<ClientResponse>> exchange(net::Stream& stream, ClientRequest request, ClientLimits limits, net::Deadline deadline) {
  const std::string head = request_head(request);
  const std::array<std::string_view, 2> parts{head, request.body};
  const std::span<const std::string_view> all(parts);
  co_await stream.write(all, deadline);

  Reading reading(limits);
  std::vector<char> buffer(16 * 1024);
  for (;;) {
    const std::span<char> space(buffer);
    const size_t count = co_await stream.read_some(space, deadline);
    boost::system::error_code error;
    const bool done = count == 0 ? reading.end(error) : reading.feed({buffer.data(), count}, error);
    if (error) co_return error_of(error);
    if (done) co_return take(reading.parser());
    if (count == 0) co_return base::Error{base::ErrorKind::kUnavailable, "the answer was cut short", {}};
  }
}

std::optional<ServiceUrl> parse_service_url(std::string_view url) {
  if (url.starts_with("unix:")) {
    auto endpoint = net::Endpoint::parse(url);
    if (!endpoint) return std::nullopt;
    return ServiceUrl{*endpoint, "localhost", "/"};
  }
  if (!base::istarts_with(url, "http://")) return std::nullopt;
  url.remove_prefix(7);
  const size_t slash = url.find('/');
  std::string host(url.substr(0, slash));
  std::string target = slash == std::string_view::npos ? "/" : std::string(url.substr(slash));
  for (const char c : target) {
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f) return std::nullopt;
  }
  const bool has_port = !host.empty() && host.back() != ']' && host.find(':') != std::string::npos;
  auto endpoint = net::Endpoint::parse(has_port ? host : host + ":80");
  if (!endpoint || endpoint->is_unix || endpoint->port == 0 || endpoint->address.is_unspecified()) return std::nullopt;
  return ServiceUrl{*endpoint, host, std::move(target)};
}

}  // namespace http
