#include "http/server.h"

#include <fmt/format.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <ctime>

#include "base/log.h"
#include "base/text.h"
#include "net/line_reader.h"

namespace http {

namespace beast = boost::beast::http;
namespace asio = boost::asio;

namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

using Parser = beast::request_parser<beast::string_body>;

// One request as it stands on the wire, or the status that refuses it.
struct Incoming {
  Request request;
  int refused = 0;
  bool ended = false;  // the client is done
  bool head = false;
  bool keep_alive = false;
  bool http_1_0 = false;
  bool continued = false;  // 100 has been sent
};

// 0 to go on without an error.
int status_of(const boost::system::error_code& error) {
  if (!error || error == beast::error::need_more) return 0;
  if (error == beast::error::header_limit) return 431;
  if (error == beast::error::body_limit) return 413;
  if (error == beast::error::bad_version) return 505;
  return 400;
}

bool is_origin_form(std::string_view target) { return target.starts_with('/') || target == "*"; }

// RFC 9112 3.2: HTTP/1.1 needs exactly one Host.
bool host_is_right(const Parser::value_type& message) {
  const auto count = message.count(beast::field::host);
  return message.version() < 11 ? count <= 1 : count == 1;
}

int take_request(Parser::value_type& message, Request& request) {
  request.method = message.method_string();
  std::string_view target(message.target().data(), message.target().size());
  if (!is_origin_form(target) || !host_is_right(message)) return 400;
  const size_t question = target.find('?');
  auto path = decode_path(target.substr(0, question));
  if (!path) return 400;
  request.path = std::move(*path);
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  for (const auto& field : message) request.fields.emplace_back(base::to_lower(field.name_string()), field.value());
  request.body = std::move(message.body());
  return 0;
}

// RFC 9110 10.1.1: the client waits for leave to send the body.
bool expects_continue(Parser& parser) {
  if (!parser.is_header_done() || parser.is_done() || parser.get().version() < 11) return false;
  const auto value = parser.get()[beast::field::expect];
  return base::iequals({value.data(), value.size()}, "100-continue");
}

void finish(Parser& parser, Incoming& incoming) {
  auto& message = parser.get();
  incoming.keep_alive = message.keep_alive();
  incoming.http_1_0 = message.version() < 11;
  incoming.refused = take_request(message, incoming.request);
  incoming.head = incoming.request.method == "HEAD";
  if (incoming.head) incoming.request.method = "GET";
}

class Session {
 public:
  Session(const Router& router, const Limits& limits, std::unique_ptr<net::Stream> stream)
      : router_(router), limits_(limits), stream_(std::move(stream)), reader_(*stream_, net::LineEnds::kLenient) {}

  net::Task<> run() {
    for (size_t served = 1;; ++served) {
      const auto idle = net::Deadline::after(limits_.idle_timeout);
      const auto waited = co_await reader_.wait_input(idle, nullptr);
      if (waited != net::WaitResult::kReadable) break;
      Incoming incoming = co_await read();
      if (incoming.ended) break;
      if (served >= limits_.requests) incoming.keep_alive = false;
      const bool open = co_await serve(incoming);
      if (!open) break;
    }
    co_await stream_->shutdown(net::Deadline::after(limits_.write_timeout));
  }

 private:
  net::Task<Incoming> read();
  net::Task<> read_into(Parser& parser, Incoming& incoming);
  net::Task<> allow_body() { return stream_->write(kContinue, net::Deadline::after(limits_.write_timeout)); }
  net::Task<bool> serve(Incoming& incoming);
  net::Task<> send(const Incoming& incoming, Response response, bool keep_open);

  const Router& router_;
  const Limits& limits_;
  std::unique_ptr<net::Stream> stream_;
  net::LineReader reader_;
};

net::Task<Incoming> Session::read() {
  Incoming incoming;
  const auto parser = std::make_unique<Parser>();  // not in the frame: it is large
  parser->header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
  parser->body_limit(limits_.body_bytes);
  parser->eager(true);
  try {
    co_await read_into(*parser, incoming);
  } catch (const net::IoError& error) {
    if (error.kind() != net::IoError::Kind::kTimeout) throw;
    incoming.refused = 408;
  }
  if (!incoming.refused && !incoming.ended) finish(*parser, incoming);
  co_return incoming;
}

// "0" CRLF CRLF: what is to come of a chunked body at the least. Beast asserts that it is given so much.
constexpr size_t kLeastChunks = 5;

// RFC 9112 2.2: empty lines before a request are ignored. How many bytes of them there are.
size_t empty_lines(std::string_view text) {
  size_t count = 0;
  while (text.substr(count).starts_with("\r\n")) count += 2;
  return count;
}

// Beast parses fields only when their end has come, so what it leaves is kept and given again with what follows.
net::Task<> Session::read_into(Parser& parser, Incoming& incoming) {
  const auto deadline = net::Deadline::after(limits_.request_timeout);
  std::string kept;
  bool begun = false;
  while (!parser.is_done()) {
    const std::string_view fresh = co_await reader_.peek(deadline);
    if (fresh.empty()) {
      incoming.ended = true;
      co_return;
    }
    const size_t had = kept.size();
    kept += fresh;
    const size_t used = begun ? 0 : empty_lines(kept);
    if (!begun && std::string_view("\r\n").starts_with(std::string_view(kept).substr(used))) {
      reader_.consume(fresh.size());
      kept.erase(0, used);
      continue;
    }
    begun = true;
    boost::system::error_code error;
    size_t total = used;
    while (total < kept.size() && !parser.is_done() && !error) {
      if (parser.is_header_done() && parser.chunked() && kept.size() - total < kLeastChunks) break;
      const size_t step = parser.put(asio::buffer(kept.data() + total, kept.size() - total), error);
      total += step;
      if (step == 0) break;
    }
    incoming.refused = status_of(error);
    if (incoming.refused) co_return;
    // Bytes after the request belong to the next one and stay in the reader.
    const size_t taken_now = parser.is_done() ? total - std::min(total, had) : fresh.size();
    reader_.consume(taken_now);
    kept.erase(0, total);
    if (kept.empty() && expects_continue(parser) && !std::exchange(incoming.continued, true)) co_await allow_body();
    if (kept.size() > limits_.header_bytes) incoming.refused = 431;
    if (incoming.refused) co_return;
  }
}

net::Task<bool> Session::serve(Incoming& incoming) {
  if (incoming.refused) {
    Response refusal = Response::text(incoming.refused, "request refused\n");
    co_await send(incoming, std::move(refusal), false);
    co_return false;
  }
  incoming.request.connection = &stream_->info();
  Response response = co_await router_.answer(incoming.request);
  co_await send(incoming, std::move(response), incoming.keep_alive);
  co_return incoming.keep_alive;
}

// RFC 9110 5.6.7
std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[parts.tm_wday], parts.tm_mday, kMonths[parts.tm_mon],
                     parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }  // RFC 9110 6.4.1

// A line break in a value would begin a field of its own.
std::string one_line(std::string value) {
  for (char& c : value) {
    if (c == '\r' || c == '\n' || c == '\0') c = ' ';
  }
  return value;
}

net::Task<> Session::send(const Incoming& incoming, Response response, bool keep_open) {
  const auto reason = beast::obsolete_reason(beast::int_to_status(static_cast<unsigned>(response.status)));
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nServer: Posthouse\r\n", response.status,
                                 std::string_view(reason.data(), reason.size()), http_date());
  for (const auto& [name, value] : response.fields) head += fmt::format("{}: {}\r\n", one_line(name), one_line(value));
  if (may_have_body(response.status)) head += fmt::format("Content-Length: {}\r\n", response.body.size());
  if (!keep_open)
    head += "Connection: close\r\n";
  else if (incoming.http_1_0)
    head += "Connection: keep-alive\r\n";
  head += "\r\n";
  const bool with_body = may_have_body(response.status) && !incoming.head;
  const std::array<std::string_view, 2> parts = {head, with_body ? std::string_view(response.body) : std::string_view()};
  const std::span<const std::string_view> all(parts);
  co_await stream_->write(all, net::Deadline::after(limits_.write_timeout));
}

net::Task<> serve_connection(const Router& router, Limits limits, std::unique_ptr<net::Stream> stream) {
  Session session(router, limits, std::move(stream));
  co_await session.run();
}

}  // namespace

std::function<net::Task<>(std::unique_ptr<net::Stream>)> server(const Router& router, Limits limits) {
  return [&router, limits](std::unique_ptr<net::Stream> stream) { return serve_connection(router, limits, std::move(stream)); };
}

}  // namespace http
