// TLS on pipes and sockets: upgrade in place, names, reload, what a client refuses; and the certificates that we make.

#include "net/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/test_folder.h"
#include "net/block_on.h"
#include "net/certificate.h"
#include "net/line_reader.h"
#include "net/loop.h"
#include "net/pipe_stream.h"
#include "net/timer.h"

namespace net {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

Deadline later() { return Deadline::after(60s); }

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

Certificate make_certificate(const std::string& folder, std::vector<std::string> names) {
  return base::value_or_throw(own_certificate(folder, names, base::SystemClock().now()));
}

// What the two ends of one connection saw.
struct Outcome {
  ConnectionInfo client, server;
  std::string client_error, server_error;
  std::string client_binding[3], server_binding[3];
  std::string echoed;
};

std::string bind(Stream& stream, int type) { return stream.channel_binding(static_cast<ChannelBinding>(type)); }

Task<> serve_one(Stream& stream, TlsContext& context, Outcome& outcome, Notifier& done) {
  try {
    co_await stream.start_tls(context, later());
    outcome.server = stream.info();
    for (int i = 0; i < 3; ++i) outcome.server_binding[i] = bind(stream, i);
    LineReader reader(stream, LineEnds::kStrict);
    const Line line = co_await reader.read_command(100, later());
    const std::string_view parts[] = {"you said ", line.text, "\r\n"};
    const std::span<const std::string_view> all(parts);
    co_await stream.write(all, later());
    co_await stream.shutdown(later());
  } catch (const IoError& error) {
    outcome.server_error = error.what();
    stream.close();
  }
  done.notify();
}

Task<> ask_one(Stream& stream, TlsClientContext& context, std::string name, Outcome& outcome) {
  try {
    co_await stream.start_tls(context, name, later());
    outcome.client = stream.info();
    for (int i = 0; i < 3; ++i) outcome.client_binding[i] = bind(stream, i);
    co_await stream.write(std::string_view("hello\r\n"), later());
    LineReader reader(stream, LineEnds::kStrict);
    const Line line = co_await reader.read_line(100, later());
    outcome.echoed = line.text;
    const Line end = co_await reader.read_line(100, later());
    EXPECT_EQ(end.status, Line::Status::kEnd);
  } catch (const IoError& error) {
    outcome.client_error = error.what();
    stream.close();
  }
}

Outcome converse(TlsContext& server, TlsClientContext& client, std::string name, bool one_byte = false) {
  return block_on_with([&](Executor executor) -> Task<Outcome> {
    PipeOptions options;
    options.one_byte_at_a_time = one_byte;
    auto pipe = make_pipe(executor, options);
    Outcome outcome;
    Notifier done;
    spawn(executor, serve_one(*pipe.server, server, outcome, done));
    co_await ask_one(*pipe.client, client, name, outcome);
    co_await wait_notified(done, later());
    co_return outcome;
  });
}

class Tls : public testing::Test {
 protected:
  // A server certificate for these names from the CA of the test.
  Certificate issue(std::vector<std::string> names) { return make_certificate(folder_ / "tls", names); }
  std::shared_ptr<TlsContext> server(const std::vector<Certificate>& certificates) {
    return base::value_or_throw(TlsContext::make(certificates));
  }
  std::shared_ptr<TlsClientContext> strict_client() {
    return base::value_or_throw(TlsClientContext::make(TlsClientContext::Verify::kName, read_file(folder_ / "tls/ca.pem")));
  }
  std::shared_ptr<TlsClientContext> lax_client() { return base::value_or_throw(TlsClientContext::make(TlsClientContext::Verify::kNone)); }

  base::TestFolder folder_;
};

TEST_F(Tls, UpgradesAndSaysWhatItIs) {
  const auto context = server({issue({"mail.example.com"})});
  const auto client = strict_client();
  for (const bool one_byte : {false, true}) {
    const auto outcome = converse(*context, *client, "mail.example.com", one_byte);
    EXPECT_EQ(outcome.client_error + outcome.server_error, "");
    EXPECT_EQ(outcome.echoed, "you said hello");
    EXPECT_TRUE(outcome.server.tls);
    EXPECT_EQ(outcome.server.sni, "mail.example.com");
    EXPECT_EQ(outcome.server.tls_version, "TLSv1.3");
    EXPECT_EQ(outcome.server.tls_cipher, outcome.client.tls_cipher);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(outcome.client_binding[i], outcome.server_binding[i]) << i;
    EXPECT_EQ(outcome.server_binding[0].size(), 32u);
    EXPECT_EQ(outcome.server_binding[1], "");
    EXPECT_EQ(outcome.server_binding[2].size(), 32u);
  }
}

TEST_F(Tls, ChannelBindingsOfTls12) {
  const auto context = server({issue({"mail.example.com"})});
  const auto client = strict_client();
  SSL_CTX_set_max_proto_version(client->native().get(), TLS1_2_VERSION);
  const auto outcome = converse(*context, *client, "mail.example.com");
  EXPECT_EQ(outcome.client_error + outcome.server_error, "");
  EXPECT_EQ(outcome.server.tls_version, "TLSv1.2");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(outcome.client_binding[i], outcome.server_binding[i]) << i;
  EXPECT_EQ(outcome.server_binding[1].size(), 12u);
}

TEST_F(Tls, OldVersionsAreRefused) {
  const auto context = server({issue({"mail.example.com"})});
  const auto client = lax_client();
  SSL_CTX_set_min_proto_version(client->native().get(), TLS1_1_VERSION);
  SSL_CTX_set_max_proto_version(client->native().get(), TLS1_1_VERSION);
  const auto outcome = converse(*context, *client, "mail.example.com");
  EXPECT_NE(outcome.server_error, "");
  EXPECT_EQ(outcome.echoed, "");
}

TEST_F(Tls, ChoosesTheCertificateByName) {
  const auto first = issue({"first.example.com"});
  const auto second = issue({"second.example.com", "Also.Example.com"});
  const auto wild = issue({"*.wild.example.com"});
  const auto context = server({first, second, wild});
  const auto client = strict_client();
  struct {
    const char* name;
    bool accepted;
  } const cases[] = {
      {"first.example.com", true},  {"second.example.com", true},    {"ALSO.example.com", true},  {"a.wild.example.com", true},
      {"other.example.com", false}, {"a.b.wild.example.com", false}, {"wild.example.com", false},
  };
  for (const auto& c : cases) {
    const auto outcome = converse(*context, *client, c.name);
    EXPECT_EQ(outcome.client_error.empty(), c.accepted) << c.name << " " << outcome.client_error;
    if (!c.accepted) {
      EXPECT_THAT(outcome.client_error, HasSubstr("hostname mismatch"));
    }
  }
}

TEST_F(Tls, ClientRefusesAnUnknownCa) {
  base::TestFolder elsewhere;
  const auto stranger = make_certificate(elsewhere / "tls", {"mail.example.com"});
  const auto context = server({stranger});
  issue({"mail.example.com"});
  const auto strict = strict_client();
  const auto outcome = converse(*context, *strict, "mail.example.com");
  EXPECT_THAT(outcome.client_error, HasSubstr("certificate"));
  EXPECT_NE(outcome.server_error, "");
  const auto lax = lax_client();
  EXPECT_EQ(converse(*context, *lax, "mail.example.com").echoed, "you said hello");
}

TEST_F(Tls, RecordsWhatIsWrongAndGoesOn) {
  const auto context = server({issue({"mail.example.com"})});
  const auto recording = base::value_or_throw(TlsClientContext::make(TlsClientContext::Verify::kRecord, read_file(folder_ / "tls/ca.pem")));
  const auto right = converse(*context, *recording, "mail.example.com");
  EXPECT_EQ(right.echoed, "you said hello");
  ASSERT_TRUE(right.client.certificate);
  EXPECT_EQ(right.client.certificate->verified, X509_V_OK);
  EXPECT_EQ(right.client.certificate->problem, "");
  EXPECT_EQ(right.client.certificate->chain.size(), 2u);
  EXPECT_EQ(right.server.certificate, nullptr);

  const auto wrong_name = converse(*context, *recording, "other.example.com");
  EXPECT_EQ(wrong_name.echoed, "you said hello");
  EXPECT_EQ(wrong_name.client.certificate->verified, X509_V_ERR_HOSTNAME_MISMATCH);
  EXPECT_EQ(wrong_name.client.certificate->chain, right.client.certificate->chain);

  base::TestFolder elsewhere;
  const auto unknown = server({make_certificate(elsewhere / "tls", {"mail.example.com"})});
  const auto stranger = converse(*unknown, *recording, "mail.example.com");
  EXPECT_EQ(stranger.echoed, "you said hello");
  EXPECT_NE(stranger.client.certificate->verified, X509_V_OK);
  EXPECT_NE(stranger.client.certificate->problem, "");
}

TEST_F(Tls, ReloadIsForNewConnections) {
  const auto context = server({issue({"old.example.com"})});
  const auto fresh = issue({"new.example.com"});
  const auto client = strict_client();
  block_on_with([&](Executor executor) -> Task<> {
    auto pipe = make_pipe(executor);
    auto secure = [](Stream& stream, TlsContext& tls) -> Task<> { co_await stream.start_tls(tls, later()); };
    spawn(executor, secure(*pipe.server, *context));
    co_await pipe.client->start_tls(*client, "old.example.com", later());
    const auto reloaded = context->reload({fresh});
    EXPECT_TRUE(reloaded.ok());
    co_await pipe.client->write(std::string_view("still here"), later());
    std::string room(100, '\0');
    const size_t count = co_await pipe.server->read_some(std::span<char>(room), later());
    EXPECT_EQ(room.substr(0, count), "still here");
  });
  EXPECT_EQ(converse(*context, *client, "new.example.com").echoed, "you said hello");
  EXPECT_NE(converse(*context, *client, "old.example.com").client_error, "");
}

TEST_F(Tls, BadReloadChangesNothing) {
  const auto good = issue({"mail.example.com"});
  const auto context = server({good});
  base::TestFolder elsewhere;
  const auto other = make_certificate(elsewhere / "tls", {"mail.example.com"});
  struct {
    Certificate certificate;
    const char* says;
  } const cases[] = {
      {{good.chain_pem, other.key_pem, "mixed.pem"}, "mixed.pem: the key is not the certificate's"},
      {{"", good.key_pem, "empty.pem"}, "empty.pem: no usable certificate"},
      {{good.chain_pem, "", "nokey.pem"}, "nokey.pem: no usable private key"},
  };
  for (const auto& c : cases) {
    const auto reloaded = context->reload({c.certificate});
    ASSERT_FALSE(reloaded.ok());
    EXPECT_EQ(reloaded.error().text, c.says);
  }
  EXPECT_FALSE(context->reload({}).ok());
  const auto client = strict_client();
  EXPECT_EQ(converse(*context, *client, "mail.example.com").echoed, "you said hello");
}

TEST_F(Tls, GarbageAndSilenceEndTheHandshake) {
  const auto context = server({issue({"mail.example.com"})});
  block_on_with([&](Executor executor) -> Task<> {
    auto pipe = make_pipe(executor);
    co_await pipe.client->write(std::string_view("EHLO this is not TLS\r\n"), later());
    std::optional<IoError::Kind> garbage, silence;
    try {
      co_await pipe.server->start_tls(*context, later());
    } catch (const IoError& error) {
      garbage = error.kind();
    }
    EXPECT_EQ(garbage, IoError::Kind::kTls);
    auto quiet = make_pipe(executor);
    try {
      co_await quiet.server->start_tls(*context, Deadline::after(20ms));
    } catch (const IoError& error) {
      silence = error.kind();
    }
    EXPECT_EQ(silence, IoError::Kind::kTimeout);
  });
}

TEST_F(Tls, LargeTransfers) {
  const auto context = server({issue({"mail.example.com"})});
  const auto client = strict_client();
  block_on_with([&](Executor executor) -> Task<> {
    auto pipe = make_pipe(executor);
    auto send = [](Stream& stream, TlsContext& tls) -> Task<> {
      co_await stream.start_tls(tls, later());
      std::string text(1'000'000, 'x');
      const std::string_view parts[] = {"begin", text, "end"};
      const std::span<const std::string_view> all(parts);
      co_await stream.write(all, later());
      co_await stream.shutdown(later());
    };
    spawn(executor, send(*pipe.server, *context));
    co_await pipe.client->start_tls(*client, "mail.example.com", later());
    std::string all;
    std::string room(10'000, '\0');
    while (const size_t count = co_await pipe.client->read_some(std::span<char>(room), later())) all.append(room, 0, count);
    EXPECT_EQ(all, "begin" + std::string(1'000'000, 'x') + "end");
  });
}

TEST(OwnCertificate, IsMadeOnceAndRenewed) {
  base::TestFolder folder;
  const base::Time now = base::SystemClock().now();
  const std::vector<std::string> names = {"mail.example.com", "192.0.2.1", "2001:db8::1"};
  const auto first = base::value_or_throw(own_certificate(folder / "tls", names, now));
  const auto facts = base::value_or_throw(certificate_facts(first));
  EXPECT_THAT(facts.names, ElementsAre("mail.example.com", "192.0.2.1", "2001:db8::1"));
  EXPECT_EQ(facts.issuer, "Posthouse own CA");
  EXPECT_GT(facts.not_after, now + std::chrono::days(364));
  struct stat found;
  for (const char* key : {"tls/ca.key", "tls/server.key"}) {
    ASSERT_EQ(::stat((folder / key).c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600u) << key;
  }
  const auto again = [&](base::Time when, std::vector<std::string> wanted) {
    return base::value_or_throw(own_certificate(folder / "tls", wanted, when)).chain_pem;
  };
  EXPECT_EQ(again(now + std::chrono::days(300), names), first.chain_pem);
  const auto ca = read_file(folder / "tls/ca.pem");
  const auto renewed = again(now + std::chrono::days(336), names);
  EXPECT_NE(renewed, first.chain_pem);
  EXPECT_EQ(read_file(folder / "tls/ca.pem"), ca);
  EXPECT_NE(again(now + std::chrono::days(336), {"other.example.com"}), renewed);
  std::filesystem::remove(folder / "tls/server.key");  // as after a crash between the two files
  EXPECT_TRUE(own_certificate(folder / "tls", names, now).ok());
}

TEST(OwnCertificate, RefusesWhatIsNoName) {
  base::TestFolder folder;
  const base::Time now = base::SystemClock().now();
  for (const char* name : {"", "a,DNS:b", "a b", "email:x@y", "x\n"})
    EXPECT_FALSE(own_certificate(folder / "tls", {name}, now).ok()) << name;
  EXPECT_FALSE(own_certificate(folder / "tls", {}, now).ok());
}

TEST(LoadCertificate, ErrorsNameTheFile) {
  base::TestFolder folder;
  const auto made = make_certificate(folder / "tls", {"mail.example.com"});
  std::ofstream(folder / "text.pem") << "not a certificate\n";
  EXPECT_TRUE(load_certificate(folder / "tls/server.pem", folder / "tls/server.key").ok());
  const auto missing = load_certificate(folder / "none.pem", folder / "tls/server.key");
  EXPECT_THAT(missing.error().text, HasSubstr("cannot read " + folder / "none.pem"));
  const auto text = load_certificate(folder / "text.pem", folder / "tls/server.key");
  EXPECT_THAT(text.error().text, HasSubstr("text.pem: no certificate in PEM form"));
  const auto mixed = load_certificate(folder / "tls/server.pem", folder / "tls/ca.key");
  EXPECT_THAT(mixed.error().text, HasSubstr("server.pem: the key is not the certificate's"));
}

}  // namespace
}  // namespace net
