// Whole sessions over a pipe where a transcript cannot follow: SCRAM's computed exchange, channel binding, shutdown, pipelined APPENDs.
#include <gtest/gtest.h>

#include "base/test_folder.h"
#include "base/text.h"
#include "imap/session_testing.h"
#include "net/certificate.h"
#include "sasl/scram_client.h"

namespace imap {
namespace {

net::Deadline later() { return net::Deadline::after(kPatience); }

class SessionTest : public testing::Test {
 protected:
  SessionTest() { world_.add_alice(); }

  template <typename Talk>
  void with_session(Talk talk) {
    EXPECT_TRUE(world_.with_session(talk)) << "the session does not end";
  }

  static net::Task<std::string> receive(net::LineReader& reader) {
    const net::Line line = co_await reader.read_line(100'000, later());
    co_return line.text;
  }
  static net::Task<> send(net::Stream& stream, std::string line) {
    line += "\r\n";
    co_await stream.write(line, later());
  }

  TestWorld world_;
};

std::string decoded_challenge(const std::string& line) {
  if (line.substr(0, 2) != "+ ") return "not a challenge: " + line;
  return base::base64_decode(line.substr(2)).value_or("not base64");
}

TEST_F(SessionTest, ScramSignsInWithTheRightPasswordOnly) {
  for (const std::string password : {"secret", "wrong"}) {
    with_session([&](net::Stream& client, net::LineReader& reader, net::Stream&) -> net::Task<> {
      sasl::ScramClient::Options options;
      options.user = "alice@a.example";
      options.password = password;
      sasl::ScramClient scram(options);
      co_await receive(reader);
      co_await send(client, "a AUTHENTICATE SCRAM-SHA-256 " + base::base64_encode(scram.first()));
      const std::string first = co_await receive(reader);
      const auto proof = scram.final(decoded_challenge(first));
      EXPECT_TRUE(proof) << first;
      if (!proof) co_return;
      co_await send(client, base::base64_encode(*proof));
      const std::string second = co_await receive(reader);
      if (password == "secret") {
        EXPECT_TRUE(scram.verify(decoded_challenge(second)));
        co_await send(client, "");
        const std::string last = co_await receive(reader);
        EXPECT_EQ(last.substr(0, 16), "a OK [CAPABILITY");
      } else {
        EXPECT_EQ(second.substr(0, 28), "a NO [AUTHENTICATIONFAILED] ");
      }
    });
  }
}

TEST_F(SessionTest, ScramOfAnUnknownUserFailsAtItsEnd) {
  with_session([&](net::Stream& client, net::LineReader& reader, net::Stream&) -> net::Task<> {
    sasl::ScramClient::Options options;
    options.user = "nobody@a.example";
    options.password = "secret";
    sasl::ScramClient scram(options);
    co_await receive(reader);
    co_await send(client, "a AUTHENTICATE SCRAM-SHA-256 " + base::base64_encode(scram.first()));
    const std::string first = co_await receive(reader);
    const auto proof = scram.final(decoded_challenge(first));
    EXPECT_TRUE(proof) << first;
    if (!proof) co_return;
    co_await send(client, base::base64_encode(*proof));
    const std::string last = co_await receive(reader);
    EXPECT_EQ(last.substr(0, 28), "a NO [AUTHENTICATIONFAILED] ");
  });
}

TEST_F(SessionTest, AnIdleSessionSaysByeAtShutdown) {
  with_session([&](net::Stream& client, net::LineReader& reader, net::Stream& server) -> net::Task<> {
    co_await receive(reader);
    co_await send(client, "a NOOP");
    const std::string noop = co_await receive(reader);
    EXPECT_EQ(noop, "a OK NOOP completed");
    server.interrupt();
    const std::string bye = co_await receive(reader);
    EXPECT_EQ(bye, "* BYE Server shutting down");
  });
}

TEST_F(SessionTest, PipelinedAppendsAreAnsweredInOrder) {
  constexpr int kMessages = 500;
  with_session([&](net::Stream& client, net::LineReader& reader, net::Stream&) -> net::Task<> {
    co_await receive(reader);
    co_await send(client, "a LOGIN alice@a.example secret");
    co_await receive(reader);
    std::string all;
    for (int i = 0; i < kMessages; ++i) {
      const std::string message = "Subject: " + std::to_string(i) + "\r\n\r\nbody\r\n";
      all += "t" + std::to_string(i) + " APPEND INBOX {" + std::to_string(message.size()) + "+}\r\n" + message + "\r\n";
    }
    co_await client.write(all, later());
    for (int i = 0; i < kMessages; ++i) {
      const std::string reply = co_await receive(reader);
      const std::string begin = "t" + std::to_string(i) + " OK [APPENDUID ";
      EXPECT_EQ(reply.substr(0, begin.size()), begin);
      EXPECT_NE(reply.find(" " + std::to_string(i + 1) + "]"), std::string::npos) << reply;
    }
  });
}

TEST_F(SessionTest, AClientThatLeavesInTheMiddleOfALiteralEndsTheSession) {
  with_session([&](net::Stream& client, net::LineReader& reader, net::Stream&) -> net::Task<> {
    co_await receive(reader);
    co_await send(client, "a LOGIN {10+}");
    co_await client.write("abc", later());
  });
}

// Over TLS, as STARTTLS makes it.
class SecureSessionTest : public SessionTest {
 protected:
  SecureSessionTest() {
    const auto certificate = base::value_or_throw(net::own_certificate(folder_ / "tls", {"localhost"}, base::SystemClock().now()));
    server_tls_ = base::value_or_throw(net::TlsContext::make({certificate}));
    client_tls_ = base::value_or_throw(net::TlsClientContext::make(net::TlsClientContext::Verify::kNone));
    world_.services.tls = server_tls_.get();
  }

  net::Task<> secure(net::Stream& client, net::LineReader& reader) {
    co_await receive(reader);
    co_await send(client, "s STARTTLS");
    const std::string go = co_await receive(reader);
    EXPECT_EQ(go.substr(0, 5), "s OK ");
    co_await client.start_tls(*client_tls_, "localhost", later());
  }

  // Signs in with SCRAM; what the server says to the proof, decoded, or its tagged refusal.
  net::Task<std::string> scram(net::Stream& client, net::LineReader& reader, std::string mechanism, sasl::ScramClient::Options options) {
    options.user = "alice@a.example";
    options.password = "secret";
    sasl::ScramClient scram(options);
    co_await send(client, "a AUTHENTICATE " + mechanism + " " + base::base64_encode(scram.first()));
    const std::string first = co_await receive(reader);
    if (!first.starts_with("+ ")) co_return first;
    const auto proof = scram.final(decoded_challenge(first));
    EXPECT_TRUE(proof) << first;
    if (!proof) co_return "";
    co_await send(client, base::base64_encode(*proof));
    const std::string second = co_await receive(reader);
    if (!second.starts_with("+ ")) co_return second;
    EXPECT_TRUE(scram.verify(decoded_challenge(second)));
    co_await send(client, "");
    const std::string last = co_await receive(reader);
    co_return last;
  }

  // A whole session: the handshake, and an exchange whose client takes the binding's bytes from `bytes_of(client)`.
  template <typename BytesOf>
  std::string plus(std::string binding_type, BytesOf bytes_of) {
    std::string answer;
    with_session([&](net::Stream& client, net::LineReader& reader, net::Stream&) -> net::Task<> {
      co_await secure(client, reader);
      version_ = client.info().tls_version;
      sasl::ScramClient::Options options;
      options.binding_type = binding_type;
      options.binding_data = bytes_of(client);
      answer = co_await scram(client, reader, "SCRAM-SHA-256-PLUS", options);
    });
    return answer;
  }

  base::TestFolder folder_;
  std::shared_ptr<net::TlsContext> server_tls_;
  std::shared_ptr<net::TlsClientContext> client_tls_;
  std::string version_;
};

constexpr std::string_view kSignedIn = "a OK [CAPABILITY";
constexpr std::string_view kRefused = "a NO [AUTHENTICATIONFAILED]";

// RFC 9266: with TLS 1.3.
TEST_F(SecureSessionTest, ScramPlusBindsToTlsExporter) {
  const auto answer = plus("tls-exporter", [](net::Stream& client) {
    const auto bytes = client.channel_binding(net::ChannelBinding::kTlsExporter);
    EXPECT_EQ(bytes.size(), 32u);
    return bytes;
  });
  EXPECT_EQ(version_, "TLSv1.3");
  EXPECT_EQ(answer.substr(0, kSignedIn.size()), kSignedIn);
}

// RFC 5929 3 and 4: the bindings that TLS 1.2 has.
TEST_F(SecureSessionTest, ScramPlusBindsToTlsUniqueAndToTheCertificate) {
  SSL_CTX_set_max_proto_version(client_tls_->native().get(), TLS1_2_VERSION);
  for (const auto& [name, type] : {std::pair{"tls-unique", net::ChannelBinding::kTlsUnique},
                                   std::pair{"tls-server-end-point", net::ChannelBinding::kTlsServerEndPoint}}) {
    const auto answer = plus(name, [type = type](net::Stream& client) { return client.channel_binding(type); });
    EXPECT_EQ(version_, "TLSv1.2");
    EXPECT_EQ(answer.substr(0, kSignedIn.size()), kSignedIn) << name;
  }
}

// Somebody in the middle who passes on an exchange between two connections of TLS.
TEST_F(SecureSessionTest, ScramPlusRefusesTheBindingOfAnotherConnection) {
  std::string other;
  plus("tls-exporter", [&](net::Stream& client) { return other = client.channel_binding(net::ChannelBinding::kTlsExporter); });
  ASSERT_EQ(other.size(), 32u);
  const auto relayed = plus("tls-exporter", [&](net::Stream&) { return other; });
  EXPECT_EQ(relayed.substr(0, kRefused.size()), kRefused);
  // Of this connection, under the name of another type.
  const auto misnamed = plus("tls-server-end-point", [](net::Stream& client) {  //
    return client.channel_binding(net::ChannelBinding::kTlsExporter);
  });
  EXPECT_EQ(misnamed.substr(0, kRefused.size()), kRefused);
  // TLS 1.3 has no tls-unique.
  const auto unknown = plus("tls-unique", [](net::Stream&) { return std::string(12, 'x'); });
  EXPECT_EQ(unknown.substr(0, kRefused.size()), kRefused);
}

// RFC 5802 6: a client that could bind and says that the server did not offer it has been lied to.
TEST_F(SecureSessionTest, ScramWithoutBindingIsRefusedWhenTheOfferOfPlusWasHidden) {
  for (const bool saw_no_plus : {false, true}) {
    std::string answer;
    with_session([&](net::Stream& client, net::LineReader& reader, net::Stream&) -> net::Task<> {
      co_await secure(client, reader);
      sasl::ScramClient::Options options;
      options.saw_no_plus = saw_no_plus;
      answer = co_await scram(client, reader, "SCRAM-SHA-256", options);
    });
    const std::string_view expected = saw_no_plus ? kRefused : kSignedIn;
    EXPECT_EQ(answer.substr(0, expected.size()), expected);
  }
}

TEST_F(SecureSessionTest, ScramPlusIsOfferedOnlyOverTls) {
  with_session([&](net::Stream& client, net::LineReader& reader, net::Stream&) -> net::Task<> {
    const std::string greeting = co_await receive(reader);
    EXPECT_EQ(greeting.find("SCRAM-SHA-256-PLUS"), std::string::npos);
    co_await send(client, "p AUTHENTICATE SCRAM-SHA-256-PLUS");
    const std::string refusal = co_await receive(reader);
    EXPECT_EQ(refusal.substr(0, 5), "p NO ");
    co_await send(client, "s STARTTLS");
    co_await receive(reader);
    co_await client.start_tls(*client_tls_, "localhost", later());
    co_await send(client, "c CAPABILITY");
    const std::string capability = co_await receive(reader);
    EXPECT_NE(capability.find(" AUTH=SCRAM-SHA-256-PLUS"), std::string::npos) << capability;
  });
}

}  // namespace
}  // namespace imap
