// The server over loopback, as a client sees its bytes.

#include "http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/metrics.h"
#include "http/metrics_page.h"
#include "net/block_on.h"
#include "net/listener.h"
#include "net/loop.h"
#include "net/pipe_stream.h"
#include "net/tcp_stream.h"

namespace http {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

net::Task<Response> echo(const Request& request) {
  co_return Response::text(200, request.method + " " + request.path + " ? " + request.query + " = " + request.body + "\n");
}
net::Task<Response> fail(const Request&) { throw std::runtime_error("secret cause"); }
net::Task<Response> split_field(const Request&) {
  Response response = Response::text(200, "x");
  response.fields.emplace_back("X-Test", "a\r\nInjected: b");
  co_return response;
}

net::Task<std::string> read_to_end(net::Stream& stream) {
  std::string all;
  std::string room(4096, '\0');
  for (;;) {
    const size_t count = co_await stream.read_some(std::span<char>(room), net::Deadline::after(60s));
    if (count == 0) co_return all;
    all.append(room, 0, count);
  }
}

enum class Then { kShutDown, kWait };

net::Task<std::string> talk(net::Endpoint to, std::string input, Then then) {
  const auto deadline = net::Deadline::after(60s);
  const auto stream = co_await net::connect(to, deadline);
  co_await stream->write(std::string_view(input), deadline);
  if (then == Then::kShutDown) co_await stream->shutdown(deadline);
  std::string all = co_await read_to_end(*stream);
  co_return all;
}

class HttpServer : public testing::Test {
 protected:
  void start(Limits limits) {
    router_.add("GET", "/echo", echo);
    router_.add("POST", "/echo", echo);
    router_.add("GET", "/tree/*", echo);
    router_.add("GET", "/fail", fail);
    router_.add("GET", "/split", split_field);
    router_.add("GET", "/metrics", metrics_page());
    router_.set_response_hook(add_security_fields);
    net::ListenerSettings settings;
    settings.name = "http";
    settings.addresses = {"127.0.0.1:0"};
    listener_ = std::make_unique<net::Listener>(loops_, settings, nullptr, server(router_, limits));
    ASSERT_TRUE(listener_->start().ok());
  }

  // Everything that the server sends for these bytes until it closes.
  std::string answer(std::string input, Then then = Then::kShutDown) {
    if (!listener_) start({});
    std::string got;
    auto into = [](net::Endpoint to, std::string text, Then next, std::string& result) -> net::Task<> {
      result = co_await talk(to, text, next);
    };
    loops_.run(into(listener_->bound().front(), std::move(input), then, got));
    return got;
  }

 private:
  net::IoLoops loops_{1};
  Router router_;
  std::unique_ptr<net::Listener> listener_;
};

TEST_F(HttpServer, RoutesAndStatuses) {
  struct {
    std::string request;
    std::string status;
    std::string contains;
  } const cases[] = {
      {"GET /echo?a=b HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r\n", "GET /echo ? a=b = \n"},
      {"GET /tree/a/b HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r\n", "GET /tree/a/b"},
      {"GET /tr%65e/%2e HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r\n", "GET /tree/. "},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 200 OK\r\n", "= abc\n"},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\n", "= abc\n"},
      {"GET /none HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 Not Found\r\n", "not found"},
      {"DELETE /echo HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405 Method Not Allowed\r\n", "Allow: GET, HEAD, POST\r\n"},
      {"GET /fail HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 500 Internal Server Error\r\n", "internal error"},
      {"GET /echo HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n", "Connection: close"},
      {"GET echo HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n", ""},
      {"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n", ""},
      {"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n", ""},
      {"nonsense\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n", ""},
      {"GET /" + std::string(20000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 431 Request Header Fields Too Large\r\n", ""},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", "HTTP/1.1 413 Payload Too Large\r\n", ""},
      {"GET /echo HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK\r\n", "Connection: close"},
  };
  for (const auto& c : cases) EXPECT_THAT(answer(c.request), AllOf(StartsWith(c.status), HasSubstr(c.contains))) << c.request.substr(0, 80);
}

TEST_F(HttpServer, FieldsOfEveryResponse) {
  const auto got = answer("GET /none HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(got, HasSubstr("Server: Posthouse\r\n"));
  EXPECT_THAT(got, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(got, testing::ContainsRegex("Date: [A-Z][a-z][a-z], [0-9][0-9] [A-Z][a-z][a-z] [0-9]+ [0-9:]+ GMT\r\n"));
  EXPECT_THAT(answer("GET /fail HTTP/1.1\r\nHost: x\r\n\r\n"), Not(HasSubstr("secret cause")));
  EXPECT_THAT(answer("GET /split HTTP/1.1\r\nHost: x\r\n\r\n"), Not(HasSubstr("\r\nInjected")));
}

TEST_F(HttpServer, HeadHasTheLengthAndNoBody) {
  const auto got = answer("HEAD /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(got, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(got, HasSubstr("Content-Length: 16\r\n"));
  EXPECT_TRUE(got.ends_with("\r\n\r\n")) << got;
}

TEST_F(HttpServer, PipelinedRequestsAreAnsweredInOrder) {
  const std::string post = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none";
  const auto got = answer(post + "GET /echo?two HTTP/1.1\r\nHost: x\r\n\r\n" + "\r\nGET /echo?three HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto one = got.find("= one"), two = got.find("? two"), three = got.find("? three");
  EXPECT_LT(one, two);
  EXPECT_LT(two, three);
  EXPECT_NE(three, std::string::npos) << got;
}

// The answer to bytes that arrive one at a time.
std::string answer_bytewise(std::string input) {
  Router router;
  router.add("GET", "/echo", echo);
  router.add("POST", "/echo", echo);
  return net::block_on_with([&](net::Executor executor) -> net::Task<std::string> {
    net::PipePair pipe = net::make_pipe(executor, {.one_byte_at_a_time = true});
    co_await pipe.client->write(std::string_view(input), net::Deadline::after(60s));
    co_await pipe.client->shutdown(net::Deadline::after(60s));
    co_await server(router, {})(std::move(pipe.server));
    std::string got = co_await read_to_end(*pipe.client);
    co_return got;
  });
}

// RFC 9112 2.2
TEST(HttpSession, AnEmptyLineInTwoPacketsBeforeARequestIsIgnored) {
  EXPECT_THAT(answer_bytewise("\r\n\r\nGET /echo HTTP/1.1\r\nHost: x\r\n\r\n\r\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(HttpSession, ChunksInManyPacketsDoNotEndTheProcess) {
  for (const std::string chunks : {"0\r\n\r\n", "0;a=b\r\nX: y\r\n\r\n", "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"}) {
    const auto got = answer_bytewise("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
    EXPECT_THAT(got, AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr(chunks[0] == '0' ? "= \n" : "= abc\n"))) << chunks;
  }
}

TEST_F(HttpServer, ManyHeadersAcrossReads) {
  std::string request = "GET /echo?last HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 100; ++i) request += "X-Field-" + std::to_string(i) + ": " + std::string(100, 'v') + "\r\n";
  const auto got = answer(request + "\r\n" + "GET /echo?next HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(got, AllOf(HasSubstr("? last"), HasSubstr("? next")));
}

TEST_F(HttpServer, LeaveToSendTheBody) {
  const auto got = answer("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3000\r\n\r\n" + std::string(10, 'x'));
  EXPECT_THAT(got, StartsWith("HTTP/1.1 100 Continue\r\n\r\n"));
}

TEST_F(HttpServer, ASlowRequestIsAnswered408) {
  Limits limits;
  limits.request_timeout = 20ms;
  start(limits);
  for (const std::string begun :
       {"G", "GET /echo HTTP/1.1\r\nHost: x\r\n", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"}) {
    const auto got = answer(begun, Then::kWait);
    EXPECT_THAT(got, AllOf(StartsWith("HTTP/1.1 408 Request Timeout\r\n"), HasSubstr("Connection: close\r\n"))) << begun;
  }
}

TEST_F(HttpServer, AnIdleConnectionIsClosedWithoutAWord) {
  Limits limits;
  limits.idle_timeout = 20ms;
  start(limits);
  EXPECT_EQ(answer("", Then::kWait), "");
  const auto got = answer("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n", Then::kWait);
  EXPECT_THAT(got, AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), Not(HasSubstr("Connection: close")), testing::EndsWith("GET /echo ?  = \n")));
}

TEST_F(HttpServer, ManyRequestsEndTheConnection) {
  Limits limits;
  limits.requests = 2;
  start(limits);
  const std::string get = "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n";
  const auto got = answer(get + get + get);
  EXPECT_THAT(got, HasSubstr("Connection: close"));
  EXPECT_EQ(got.find("200 OK", got.find("Connection: close")), std::string::npos);
}

TEST_F(HttpServer, ARefusedHeadHasNoBody) {
  for (const char* request : {"HEAD /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "HEAD /none HTTP/1.1\r\nHost: x\r\n\r\n"}) {
    const auto got = answer(request);
    EXPECT_THAT(got, StartsWith("HTTP/1.1 40")) << request;
    EXPECT_TRUE(got.ends_with("\r\n\r\n")) << got;
  }
}

// A client that asks and does not read: the session ends, and what it held is free.
TEST(HttpSession, AClientThatDoesNotReadIsGivenUp) {
  Router router;
  auto large = [](const Request&) -> net::Task<Response> { co_return Response::text(200, std::string(100'000, 'x')); };
  router.add("GET", "/large", large);
  Limits limits;
  limits.write_timeout = 20ms;
  net::block_on_with([&](net::Executor executor) -> net::Task<> {
    net::PipePair pipe = net::make_pipe(executor, {.capacity = 1000});
    co_await pipe.client->write(std::string_view("GET /large HTTP/1.1\r\nHost: x\r\n\r\n"), net::Deadline::after(60s));
    std::optional<net::IoError::Kind> ended;
    try {
      co_await server(router, limits)(std::move(pipe.server));
    } catch (const net::IoError& error) {
      ended = error.kind();
    }
    EXPECT_EQ(ended, net::IoError::Kind::kTimeout);
    const std::string got = co_await read_to_end(*pipe.client);
    EXPECT_EQ(got.size(), 1000u);  // what the pipe holds
  });
}

TEST_F(HttpServer, Metrics) {
  base::counter("posthouse_http_test_total", "for this test").Increment();
  EXPECT_THAT(answer("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("posthouse_http_test_total 1"));
}

}  // namespace
}  // namespace http
