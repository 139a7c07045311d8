// Listeners over loopback: addresses, limits, PROXY headers, implicit TLS, and the orderly end.

#include "net/listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <latch>

#include "base/test_folder.h"
#include "net/certificate.h"
#include "net/line_reader.h"
#include "net/loop.h"
#include "net/tcp_stream.h"
#include "net/timer.h"
#include "net/tls.h"

namespace net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

Deadline later() { return Deadline::after(60s); }

// Greets with who the client is, echoes lines, says goodbye when the server stops.
Task<> echo(std::unique_ptr<Stream> stream) {
  const auto& info = stream->info();
  const std::string greeting = "hello " + (info.peer.is_unix ? "local" : info.peer.address.to_string()) + (info.tls ? " tls" : "") +
                               (info.proxied ? " proxied" : "") + "\r\n";
  co_await stream->write(std::string_view(greeting), later());
  LineReader reader(*stream, LineEnds::kStrict);
  bool stopping = false;
  try {
    for (;;) {
      const Line line = co_await reader.read_command(100, later());
      if (!line.complete()) co_return;
      const std::string reply = line.text + "\r\n";
      co_await stream->write(std::string_view(reply), later());
    }
  } catch (const IoError& error) {
    stopping = error.kind() == IoError::Kind::kStopping;
  }
  if (stopping) co_await stream->write(std::string_view("bye\r\n"), later());
}

Task<> stubborn(std::unique_ptr<Stream> stream) {
  co_await stream->write(std::string_view("hello\r\n"), later());
  co_await stream->wait_readable(Deadline::none());
}

Task<std::string> read_line(Stream& stream) {
  std::string line;
  char byte[1];
  while (!line.ends_with('\n')) {
    const size_t count = co_await stream.read_some(byte, later());
    if (count == 0) co_return line + "<end>";
    line += byte[0];
  }
  co_return line;
}

// A client's end of a connection, driven from the test's thread.
class Client {
 public:
  Client(IoLoops& loops, const Endpoint& to, std::string first = {}) : loops_(loops) {
    auto open = [](Client& self, Endpoint endpoint, std::string text) -> Task<> {
      self.stream_ = co_await connect(endpoint, later());
      co_await self.stream_->write(std::string_view(text), later());
    };
    loops_.run(open(*this, to, std::move(first)));
  }
  ~Client() {
    auto close = [](Client& self) -> Task<> {
      self.stream_.reset();
      co_return;
    };
    loops_.run(close(*this));
  }
  std::string line() {
    std::string got;
    auto read = [](Client& self, std::string& into) -> Task<> {
      try {
        into = co_await read_line(*self.stream_);
      } catch (const IoError& error) {
        into = error.what();
      }
    };
    loops_.run(read(*this, got));
    return got;
  }
  void secure(TlsClientContext& context, std::string name) {
    auto start = [](Client& self, TlsClientContext& tls, std::string server) -> Task<> {
      co_await self.stream_->start_tls(tls, server, later());
    };
    loops_.run(start(*this, context, std::move(name)));
  }

 private:
  IoLoops& loops_;  // of one thread: a stream stays on its loop
  std::unique_ptr<Stream> stream_;
};

class Listening : public testing::Test {
 protected:
  Listening() {
    settings_.name = "test";
    settings_.addresses = {"127.0.0.1:0"};
  }
  void start(Listener::Handler handler = echo) {
    listener_ = std::make_unique<Listener>(server_loops_, settings_, tls_, std::move(handler));
    const auto started = listener_->start();
    ASSERT_TRUE(started.ok()) << started.error().text << started.error().cause;
  }
  // Waits until the listener has that many sessions: they end a moment after their clients have gone.
  void wait_sessions(size_t count) {
    while (listener_->sessions() != count) std::this_thread::sleep_for(1ms);
  }
  Client client(std::string first = {}) { return Client(client_loops_, listener_->bound().front(), std::move(first)); }

  IoLoops client_loops_{1};
  IoLoops server_loops_{2};
  ListenerSettings settings_;
  std::shared_ptr<TlsContext> tls_;
  std::unique_ptr<Listener> listener_;
};

TEST_F(Listening, ServesEveryAddress) {
  base::TestFolder folder;
  settings_.addresses = {"127.0.0.1:0", "[::1]:0", "unix:" + folder / "socket", "*:0"};
  start();
  ASSERT_EQ(listener_->bound().size(), 4u);
  EXPECT_NE(listener_->port(), 0);
  EXPECT_EQ(Client(client_loops_, listener_->bound()[0]).line(), "hello 127.0.0.1\r\n");
  EXPECT_EQ(Client(client_loops_, listener_->bound()[1]).line(), "hello ::1\r\n");
  EXPECT_EQ(Client(client_loops_, listener_->bound()[2]).line(), "hello local\r\n");
  const auto mapped = Endpoint::ip(*IpAddress::parse("127.0.0.1"), listener_->bound()[3].port);
  EXPECT_EQ(Client(client_loops_, mapped).line(), "hello 127.0.0.1\r\n");
  listener_->stop(60s);
  EXPECT_FALSE(std::filesystem::exists(folder / "socket"));
}

TEST_F(Listening, SaysWhatItCannotBind) {
  start();
  settings_.addresses = {"127.0.0.1:0", listener_->bound().front().to_string()};
  Listener second(server_loops_, settings_, nullptr, echo);
  const auto started = second.start();
  ASSERT_FALSE(started.ok());
  EXPECT_THAT(started.error().text, HasSubstr(listener_->bound().front().to_string()));
  settings_.addresses = {"nonsense"};
  EXPECT_FALSE(Listener(server_loops_, settings_, nullptr, echo).start().ok());
}

TEST_F(Listening, TakesOverAStaleSocketFileOnly) {
  base::TestFolder folder;
  settings_.addresses = {"unix:" + folder / "socket"};
  start();
  Listener second(server_loops_, settings_, nullptr, echo);
  EXPECT_FALSE(second.start().ok());  // somebody is there
  EXPECT_EQ(client().line(), "hello local\r\n");
  std::filesystem::create_hard_link(folder / "socket", folder / "stale");
  listener_->stop(60s);
  settings_.addresses = {"unix:" + folder / "stale"};
  start();
  EXPECT_EQ(client().line(), "hello local\r\n");
}

TEST_F(Listening, LimitsInTotalAndByAddress) {
  settings_.limits = std::make_shared<ConnectionLimits>(3, 2);
  settings_.refusal = [](ConnectionLimits::Verdict verdict) {
    return verdict == ConnectionLimits::Verdict::kTooMany ? "421 too many\r\n" : "421 too many from you\r\n";
  };
  settings_.trusted_proxies = {*Cidr::parse("127.0.0.0/8")};
  start();
  const std::string from_a = "PROXY TCP4 192.0.2.1 192.0.2.9 1 25\r\n";
  const std::string from_b = "PROXY TCP4 192.0.2.2 192.0.2.9 1 25\r\n";
  const std::string from_c = "PROXY TCP4 192.0.2.3 192.0.2.9 1 25\r\n";
  {
    auto one = client(from_a);
    EXPECT_EQ(one.line(), "hello 192.0.2.1 proxied\r\n");
    auto two = client(from_a);
    EXPECT_EQ(two.line(), "hello 192.0.2.1 proxied\r\n");
    EXPECT_EQ(client(from_a).line(), "421 too many from you\r\n");
    auto three = client(from_b);
    EXPECT_EQ(three.line(), "hello 192.0.2.2 proxied\r\n");
    EXPECT_EQ(client(from_c).line(), "421 too many\r\n");
  }
  wait_sessions(0);
  EXPECT_EQ(settings_.limits->count(), 0u);
  EXPECT_EQ(client(from_a).line(), "hello 192.0.2.1 proxied\r\n");
}

TEST_F(Listening, ProxyHeaders) {
  settings_.trusted_proxies = {*Cidr::parse("127.0.0.0/8")};
  settings_.proxy_timeout = 60s;
  start();
  auto text = client("PROXY TCP6 2001:db8::7 2001:db8::1 1 25\r\nearly\r\n");
  EXPECT_EQ(text.line(), "hello 2001:db8::7 proxied\r\n");
  EXPECT_EQ(text.line(), "early\r\n");  // not a byte too much was taken
  const std::string signature("\r\n\r\n\0\r\nQUIT\n", 12);
  const std::string binary = signature + std::string("\x21\x11\x00\x0c\xc0\x00\x02\x05\xc0\x00\x02\x09\x00\x01\x00\x19", 16);
  EXPECT_EQ(client(binary).line(), "hello 192.0.2.5 proxied\r\n");
  EXPECT_EQ(client(signature + std::string("\x20\x00\x00\x00", 4)).line(), "hello 127.0.0.1 proxied\r\n");
  EXPECT_EQ(client("EHLO no.header.example\r\n").line().find("hello"), std::string::npos);
}

TEST_F(Listening, ProxyHeadersOfStrangersAreJustBytes) {
  settings_.trusted_proxies = {*Cidr::parse("192.0.2.0/24")};
  start();
  auto stranger = client("PROXY TCP4 192.0.2.1 192.0.2.9 1 25\r\n");
  EXPECT_EQ(stranger.line(), "hello 127.0.0.1\r\n");
  EXPECT_THAT(stranger.line(), StartsWith("PROXY TCP4"));
}

TEST_F(Listening, ImplicitTls) {
  base::TestFolder folder;
  const auto certificate = base::value_or_throw(own_certificate(folder / "tls", {"mail.example.com"}, base::SystemClock().now()));
  tls_ = base::value_or_throw(TlsContext::make({certificate}));
  settings_.implicit_tls = true;
  start();
  const auto trusting = base::value_or_throw(TlsClientContext::make(TlsClientContext::Verify::kNone));
  auto secured = client();
  secured.secure(*trusting, "mail.example.com");
  EXPECT_EQ(secured.line(), "hello 127.0.0.1 tls\r\n");
  EXPECT_EQ(client("no TLS\r\n").line().find("hello"), std::string::npos);
  listener_->stop(60s);
  EXPECT_EQ(secured.line(), "bye\r\n");
}

TEST_F(Listening, StopsIdleSessionsKindly) {
  start();
  auto one = client();
  auto two = client("x\r\n");
  EXPECT_EQ(one.line(), "hello 127.0.0.1\r\n");
  EXPECT_EQ(two.line(), "hello 127.0.0.1\r\n");
  EXPECT_EQ(two.line(), "x\r\n");
  listener_->stop(60s);
  EXPECT_EQ(listener_->sessions(), 0u);
  EXPECT_EQ(one.line(), "bye\r\n");
  EXPECT_EQ(two.line(), "bye\r\n");
  EXPECT_EQ(one.line(), "<end>");
}

TEST_F(Listening, ClosesStubbornSessionsAfterTheGrace) {
  start(stubborn);
  auto one = client();
  EXPECT_EQ(one.line(), "hello\r\n");
  listener_->stop(20ms);
  EXPECT_EQ(listener_->sessions(), 0u);
  EXPECT_EQ(one.line(), "<end>");
}

TEST_F(Listening, AFailingSessionEndsAlone) {
  start([](std::unique_ptr<Stream> stream) -> Task<> {
    co_await stream->wait_readable(later());
    throw std::runtime_error("session failed");
  });
  auto one = client("x");
  EXPECT_THAT(one.line(), testing::AnyOf("<end>", HasSubstr("closed")));
  auto two = client();
  wait_sessions(1);
  listener_->stop(0ms);
}

TEST_F(Listening, SurvivesRunningOutOfDescriptors) {
  start();
  EXPECT_EQ(client().line(), "hello 127.0.0.1\r\n");
  rlimit before;
  ::getrlimit(RLIMIT_NOFILE, &before);
  auto waiting = client();  // accepted below, or already
  EXPECT_EQ(waiting.line(), "hello 127.0.0.1\r\n");
  // The client's descriptor is the last one allowed: the accept that follows it fails until the limit is lifted.
  const int next = ::dup(0);
  ::close(next);
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(next) + 1;
  ::setrlimit(RLIMIT_NOFILE, &tight);
  auto late = client();
  std::this_thread::sleep_for(20ms);
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(late.line(), "hello 127.0.0.1\r\n");
}

}  // namespace
}  // namespace net
