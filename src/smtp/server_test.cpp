// What a transcript cannot say: what leaves together, what is thrown away, shutdown, failing disks. The rest is in test/transcripts/smtp
// and lmtp.

#include "smtp/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "delivery/test_parts.h"
#include "net/certificate.h"
#include "net/loop.h"
#include "net/pipe_stream.h"

namespace smtp {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

net::Deadline guard() { return net::Deadline::after(std::chrono::seconds(30)); }

// Passes everything on and counts the writes.
class CountingStream final : public net::Stream {
 public:
  CountingStream(std::unique_ptr<net::Stream> inner, std::vector<std::string>& writes) : inner_(std::move(inner)), writes_(writes) {}
  net::Task<size_t> read_some(std::span<char> buffer, net::Deadline deadline) override { return inner_->read_some(buffer, deadline); }
  net::Task<net::WaitResult> wait_input(net::Deadline deadline, net::Notifier* notifier) override {
    return inner_->wait_input(deadline, notifier);
  }
  net::Task<> wait_readable(net::Deadline deadline) override { return inner_->wait_readable(deadline); }
  net::Task<> write(std::string_view all, net::Deadline deadline) override {
    writes_.emplace_back(all);
    return inner_->write(all, deadline);
  }
  net::Task<> write(std::span<const std::string_view> parts, net::Deadline deadline) override { return inner_->write(parts, deadline); }
  net::Task<> shutdown(net::Deadline deadline) override { return inner_->shutdown(deadline); }
  void close() override { inner_->close(); }
  void cancel() override { inner_->cancel(); }
  void interrupt() override { inner_->interrupt(); }
  net::Task<> start_tls(net::TlsContext& context, net::Deadline deadline) override { return inner_->start_tls(context, deadline); }
  net::Task<> start_tls(net::TlsClientContext& context, std::string name, net::Deadline deadline) override {
    return inner_->start_tls(context, std::move(name), deadline);
  }
  std::string channel_binding(net::ChannelBinding type) override { return inner_->channel_binding(type); }
  const net::ConnectionInfo& info() const override { return inner_->info(); }
  net::Executor executor() const override { return inner_->executor(); }

 private:
  std::unique_ptr<net::Stream> inner_;
  std::vector<std::string>& writes_;
};

struct Sessions : ::testing::Test {
  delivery::TestParts parts;
  int64_t house = parts.add_enterprise("a.example");
  directory::Member alice = parts.add_member(house, "alice@a.example");
  Services services{parts.directory, parts.delivery, parts.store, parts.journal, parts.clock, parts.ids, nullptr, "mx.example", Limits{}};
  std::vector<std::string> writes;  // of the server

  struct Client {
    std::unique_ptr<net::Stream> stream;
    net::Stream* server;  // valid while the session runs
    std::string unread;
  };

  static net::Task<> send(Client& client, std::string bytes) { co_await client.stream->write(bytes, guard()); }
  // The next line without its end; "closed" at the end of the stream.
  static net::Task<std::string> line(Client& client) {
    size_t end;
    while ((end = client.unread.find("\r\n")) == std::string::npos) {
      std::array<char, 4096> buffer;
      const std::span<char> room(buffer);
      const size_t count = co_await client.stream->read_some(room, guard());
      if (count == 0) co_return "closed";
      client.unread.append(buffer.data(), count);
    }
    std::string text = client.unread.substr(0, end);
    client.unread.erase(0, end + 2);
    co_return text;
  }
  // Lines until the last of a reply.
  static net::Task<std::string> reply(Client& client) {
    std::string text;
    do {
      text = co_await line(client);
    } while (text.size() > 3 && text[3] == '-');
    co_return text;
  }
  static net::Task<std::string> ask(Client& client, std::string command) {
    co_await send(client, command + "\r\n");
    std::string text = co_await reply(client);
    co_return text;
  }

  // Runs the client's side against a session; the session must end when the client has gone.
  template <typename F>
  void converse(F client_side, Mode mode = Mode::kSmtp) {
    bool ended = false;
    auto serve_to_end = [](std::unique_ptr<net::Stream> stream, const Services& services, Mode mode, bool& ended) -> net::Task<> {
      co_await serve(std::move(stream), services, mode);
      ended = true;
    };
    const net::Executor executor = parts.loop.get_executor();
    net::PipePair pipe = net::make_pipe(executor);
    auto counting = std::make_unique<CountingStream>(std::move(pipe.server), writes);
    Client client{std::move(pipe.client), counting.get(), {}};
    net::spawn(executor, serve_to_end(std::move(counting), services, mode, ended));
    parts.await(client_side(client));
    client.stream.reset();
    parts.turn_until(ended);
    EXPECT_TRUE(ended);
  }
};

TEST_F(Sessions, RepliesToAPipelinedGroupLeaveInOneWrite) {
  converse([&](Client& client) -> net::Task<> {
    co_await reply(client);
    co_await ask(client, "EHLO client.example");
    writes.clear();
    co_await send(client, "MAIL FROM:<s@b.example>\r\nRCPT TO:<alice@a.example>\r\nRCPT TO:<nobody@a.example>\r\nDATA\r\n");
    for (int i = 0; i < 4; ++i) co_await reply(client);
    co_await send(client, "text\r\n.\r\nQUIT\r\n");
    for (int i = 0; i < 2; ++i) co_await reply(client);
  });
  ASSERT_THAT(writes, SizeIs(2));
  EXPECT_THAT(writes[0], HasSubstr("354"));
  EXPECT_THAT(writes[1], HasSubstr("221"));
  EXPECT_THAT(parts.inbox(alice.scope()), SizeIs(1));
}

TEST_F(Sessions, WhatCameWithStartTlsIsThrownAway) {
  const auto certificate =
      base::value_or_throw(net::own_certificate(parts.folder.path() + "/tls", {"localhost"}, base::SystemClock().now()));
  const auto tls = base::value_or_throw(net::TlsContext::make({certificate}));
  const auto trusting = base::value_or_throw(net::TlsClientContext::make(net::TlsClientContext::Verify::kNone));
  services.tls = tls.get();
  converse([&](Client& client) -> net::Task<> {
    co_await reply(client);
    co_await ask(client, "EHLO client.example");
    const std::string answer = co_await ask(client, "STARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<evil@b.example>");
    EXPECT_THAT(answer, StartsWith("220"));
    co_await client.stream->start_tls(*trusting, "localhost", guard());
    const std::string refused = co_await ask(client, "RCPT TO:<alice@a.example>");
    EXPECT_EQ(refused, "503 5.5.1 say hello first");
    co_await ask(client, "QUIT");
  });
}

TEST_F(Sessions, EarlyTalkerIsRefused) {
  net::PipePair pipe = net::make_pipe(parts.loop.get_executor());
  Client client{std::move(pipe.client), nullptr, {}};
  parts.await(send(client, "EHLO client.example\r\nMAIL FROM:<s@b.example>\r\n"));
  net::spawn(parts.loop.get_executor(), serve(std::move(pipe.server), services, Mode::kSmtp));
  EXPECT_THAT(parts.await(reply(client)), StartsWith("554 5.5.1"));
  EXPECT_EQ(parts.await(reply(client)), "closed");
}

TEST_F(Sessions, ShutdownEndsAnIdleSession) {
  converse([&](Client& client) -> net::Task<> {
    co_await reply(client);
    co_await ask(client, "EHLO client.example");
    client.server->interrupt();
    const std::string answer = co_await reply(client);
    EXPECT_THAT(answer, StartsWith("421 4.3.2"));
    const std::string end = co_await reply(client);
    EXPECT_EQ(end, "closed");
  });
}

TEST_F(Sessions, ShutdownLetsAMessageFinish) {
  converse([&](Client& client) -> net::Task<> {
    co_await reply(client);
    co_await ask(client, "EHLO client.example");
    co_await ask(client, "MAIL FROM:<s@b.example>");
    co_await ask(client, "RCPT TO:<alice@a.example>");
    co_await ask(client, "DATA");
    client.server->interrupt();
    const std::string answer = co_await ask(client, "text\r\n.");
    EXPECT_THAT(answer, StartsWith("250 2.0.0"));
    const std::string end = co_await reply(client);
    EXPECT_THAT(end, StartsWith("421 4.3.2"));
  });
  EXPECT_THAT(parts.inbox(alice.scope()), SizeIs(1));
}

TEST_F(Sessions, FullDiskIsTemporaryAndTheSessionGoesOn) {
  converse([&](Client& client) -> net::Task<> {
    co_await reply(client);
    co_await ask(client, "EHLO client.example");
    for (const bool failing : {true, false}) {
      parts.blobs.failing = failing;
      co_await ask(client, "MAIL FROM:<s@b.example>");
      co_await ask(client, "RCPT TO:<alice@a.example>");
      co_await ask(client, "DATA");
      const std::string answer = co_await ask(client, "text\r\n.");
      EXPECT_THAT(answer, StartsWith(failing ? "451 4.3.0" : "250 2.0.0"));
    }
    co_await ask(client, "QUIT");
  });
  EXPECT_THAT(parts.inbox(alice.scope()), SizeIs(1));
}

TEST_F(Sessions, RefusedRecipientsAreInTheMailLog) {
  base::value_or_throw(parts.directory.set_member_state(alice.scope(), directory::MemberState::kDisabled));
  converse([&](Client& client) -> net::Task<> {
    co_await reply(client);
    co_await ask(client, "EHLO client.example");
    co_await ask(client, "MAIL FROM:<s@b.example>");
    co_await ask(client, "RCPT TO:<alice@a.example>");
    co_await ask(client, "QUIT");
  });
  parts.journal.flush();
  const auto log = parts.journal.query({.scope = {house}});
  ASSERT_THAT(log, SizeIs(1));
  EXPECT_EQ(log[0].kind, journal::EventKind::kMessageRefused);
  EXPECT_EQ(log[0].status, 550);
  EXPECT_EQ(log[0].recipient, "alice@a.example");
  EXPECT_EQ(log[0].sender, "s@b.example");
}

}  // namespace
}  // namespace smtp
