// Fetching from servers that answer in every way, over real TLS on loopback.

#include "http/fetch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "net/block_on.h"
#include "net/certificate.h"
#include "net/line_reader.h"
#include "net/listener.h"
#include "net/loop.h"
#include "net/resolver_table.h"

namespace http {
namespace {

using ::testing::HasSubstr;

struct Fetching : ::testing::Test {
  std::string folder;
  std::string answer;  // what the server says to any request, before it closes
  bool hangs = false;  // says it and then waits
  std::string request;
  net::ResolverTable dns;
  net::IoLoops loops{1};
  std::unique_ptr<net::Listener> listener;
  std::shared_ptr<net::TlsClientContext> tls;
  FetchLimits limits;

  Fetching() {
    std::string pattern = (std::filesystem::temp_directory_path() / "posthouse-fetch-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    const auto certificate = base::value_or_throw(net::own_certificate(folder, {"a.example"}, base::SystemClock().now()));
    auto context = base::value_or_throw(net::TlsContext::make({certificate}));
    net::ListenerSettings settings;
    settings.addresses = {"127.0.0.1:0"};
    settings.implicit_tls = true;
    auto serve = [this](std::unique_ptr<net::Stream> stream) { return answer_one(std::move(stream)); };
    listener = std::make_unique<net::Listener>(loops, settings, context, serve);
    base::value_or_throw(listener->start());
    std::ifstream ca(folder + "/ca.pem");
    tls = base::value_or_throw(net::TlsClientContext::make(net::TlsClientContext::Verify::kName, {std::istreambuf_iterator<char>(ca), {}}));
    dns.add("a.example A 127.0.0.1");
    dns.add("b.example A 127.0.0.1");
  }
  ~Fetching() override {
    listener.reset();
    std::filesystem::remove_all(folder);
  }

  net::Task<> answer_one(std::unique_ptr<net::Stream> stream) {
    net::LineReader reader(*stream, net::LineEnds::kStrict);
    const net::Deadline until = net::Deadline::after(std::chrono::seconds(10));
    request.clear();
    for (;;) {
      const net::Line line = co_await reader.read_line(1000, until);
      if (!line.complete() || line.text.empty()) break;
      request += line.text + "\n";
    }
    const std::string_view bytes = answer;
    co_await stream->write(bytes, until);
    if (hangs) co_await reader.peek(until);
    co_await stream->shutdown(until);
  }
  base::Result<FetchedPage> get(const std::string& host = "a.example") {
    std::optional<base::Result<FetchedPage>> page;
    auto run = [&]() -> net::Task<> {
      const Fetch what{host, "/page", listener->bound().front().port};
      auto fetching = fetch(what, dns, *tls, limits);
      auto fetched = co_await std::move(fetching);
      page.emplace(std::move(fetched));
    };
    net::block_on(run());
    return *page;
  }
  std::string failure(const std::string& said) {
    answer = said;
    const auto page = get();
    return page.ok() ? "" : page.error().text;
  }
};

TEST_F(Fetching, Pages) {
  answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\nhello";
  const auto page = get();
  ASSERT_TRUE(page.ok()) << page.error().text;
  EXPECT_EQ(page->status, 200);
  EXPECT_EQ(page->type, "text/plain; charset=utf-8");
  EXPECT_EQ(page->body, "hello");
  EXPECT_EQ(request, "GET /page HTTP/1.1\nHost: a.example\nUser-Agent: Posthouse\nConnection: close\n");
  answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n";
  EXPECT_EQ(get()->body, "hello");
  answer = "HTTP/1.0 200 OK\r\n\r\nto the end";
  EXPECT_EQ(get()->body, "to the end");
  answer = "HTTP/1.1 302 Found\r\nLocation: https://b.example/\r\nContent-Length: 0\r\n\r\n";
  EXPECT_EQ(get()->status, 302);
}

TEST_F(Fetching, HostileAnswers) {
  limits.body_bytes = 100;
  limits.header_bytes = 1000;
  EXPECT_NE(failure(""), "");
  EXPECT_NE(failure("220 mx ESMTP\r\n\r\n"), "");
  EXPECT_THAT(failure("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut"), HasSubstr("cut off"));
  EXPECT_NE(failure("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x')), "");
  EXPECT_NE(failure("HTTP/1.0 200 OK\r\n\r\n" + std::string(50'000, 'x')), "");
  EXPECT_NE(failure("HTTP/1.1 200 OK\r\nX: " + std::string(50'000, 'x')), "");
  EXPECT_NE(failure("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n" + std::string(500, 'x')), "");
}

TEST_F(Fetching, TimeIsLimited) {
  limits.timeout = std::chrono::milliseconds(200);
  hangs = true;
  answer = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
  const auto page = get();
  ASSERT_FALSE(page.ok());
  EXPECT_TRUE(page.error().temporary());
}

TEST_F(Fetching, NamesAndAddresses) {
  EXPECT_THAT(get("b.example").error().text, HasSubstr("hostname mismatch"));
  EXPECT_EQ(get("b.example").error().kind, base::ErrorKind::kDenied);
  EXPECT_THAT(get("none.example").error().text, HasSubstr("no address"));
}

}  // namespace
}  // namespace http
