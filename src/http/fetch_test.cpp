// Requests as they are sent and addresses of services; whole exchanges, odd ones too, are in spam/engines_test.cpp.

#include "http/fetch.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "net/block_on.h"
#include "net/pipe_stream.h"

namespace http {
namespace {

using namespace std::chrono_literals;

TEST(ClientUrls, AreAddressesOnly) {
  EXPECT_EQ(parse_service_url("http://127.0.0.1:11333")->endpoint.to_string(), "127.0.0.1:11333");
  EXPECT_EQ(parse_service_url("http://[::1]:80/x")->target, "/x");
  EXPECT_EQ(parse_service_url("http://[::1]")->endpoint.port, 80);
  EXPECT_EQ(parse_service_url("http://localhost:1/")->endpoint.to_string(), "127.0.0.1:1");
  EXPECT_TRUE(parse_service_url("unix:/run/rspamd.sock")->endpoint.is_unix);
  for (const auto* wrong : {"", "127.0.0.1:1", "https://127.0.0.1", "http://", "http://name.example:1", "http://127.0.0.1:0", "http://*:1",
                            "http://127.0.0.1:1/a b"}) {
    EXPECT_FALSE(parse_service_url(wrong)) << wrong;
  }
}

TEST(ClientRequests, CannotBeContinuedFromAValue) {
  ClientRequest request{.method = "POST", .target = "/x", .host = "h\r\nEvil: 1", .fields = {{"A", " b\r\n\r\nGET / "}}, .body = "12345"};
  EXPECT_EQ(request_head(request),
            "POST /x HTTP/1.1\r\nHost: h  Evil: 1\r\nConnection: close\r\nA: b    GET /\r\nContent-Length: 5\r\n\r\n");
}

net::Task<> respond(std::shared_ptr<net::Stream> stream) {
  std::string seen;
  std::vector<char> buffer(1024);
  while (!seen.ends_with("body")) {
    const std::span<char> space(buffer);
    const size_t count = co_await stream->read_some(space, net::Deadline::after(5s));
    seen.append(buffer.data(), count);
  }
  constexpr std::string_view kAnswer = "HTTP/1.1 404 No\r\nX-Who: me\r\nContent-Length: 2\r\n\r\nno";
  co_await stream->write(kAnswer, net::Deadline::after(5s));
  stream->close();
}

net::Task<std::optional<ClientResponse>> ask(net::Executor executor) {
  net::PipeOptions options;
  options.one_byte_at_a_time = true;
  auto pipe = net::make_pipe(executor, options);
  std::shared_ptr<net::Stream> server(std::move(pipe.server));
  boost::asio::co_spawn(executor, respond(server), boost::asio::detached);
  ClientRequest request{.method = "POST", .body = "body"};
  const ClientLimits limits;
  auto response = co_await exchange(*pipe.client, std::move(request), limits, net::Deadline::after(5s));
  if (!response.ok()) co_return std::nullopt;
  co_return std::move(*response);
}

TEST(ClientExchanges, AnyStatusIsAnAnswer) {
  const auto response = net::block_on_with([](net::Executor executor) { return ask(executor); });
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->field("x-who"), "me");
  EXPECT_EQ(response->field("x-nobody"), "");
  EXPECT_EQ(response->body, "no");
}

}  // namespace
}  // namespace http
