// The whole way out: DNS from a table, scripted servers on loopback sockets, real TLS.

#include "smtp/transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fstream>

#include "base/test_folder.h"
#include "base/text.h"
#include "net/block_on.h"
#include "net/certificate.h"
#include "net/loop.h"
#include "net/resolver_table.h"
#include "net/tcp_stream.h"
#include "net/timer.h"
#include "sasl/scram.h"
#include "smtp/client_testing.h"

namespace smtp {
namespace {

namespace asio = boost::asio;
using queue::Batch;
using queue::Disposition;
using queue::Extent;
using queue::Outcome;
using queue::Phase;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Script kHello{"S: 220 mx ESMTP", "C: EHLO me.example", "S: 250-mx\n250 PIPELINING"};
const Script kTls{"S: 220 mx ESMTP", "C: EHLO me.example", "S: 250-mx\n250 STARTTLS", "C: STARTTLS", "S: 220 go", "TLS"};
const Script kHelloAgain{"C: EHLO me.example", "S: 250-mx\n250 PIPELINING"};
const Script kMail{
    "C: MAIL FROM:<s@a.example>", "C: RCPT TO:<r@b.example>", "C: DATA", "S: 250 ok\n250 ok\n354 go", "DATA", "S: 250 taken"};

Script operator+(Script a, const Script& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

struct Policies final : PolicySource {
  DomainPolicy policy;
  std::vector<std::string> asked;
  net::Task<DomainPolicy> policy_for(std::string domain, net::Deadline) override {
    asked.push_back(domain);
    co_return policy;
  }
};

struct OneSmarthost final : Smarthosts {
  std::optional<Smarthost> smarthost;
  net::Task<std::optional<Smarthost>> smarthost_for(int64_t, std::string) override { co_return smarthost; }
};

struct Events final : TlsObserver {
  std::vector<std::string> seen;
  void observe(const TlsEvent& event) override {
    seen.push_back(std::string(to_string(event.policy)) + " " + to_string(event.result) + " " + event.policy_domain + " " + event.mx_host);
  }
};

struct Out : ::testing::Test {
  base::TestFolder folder;
  net::ResolverTable dns;
  base::SystemClock clock;
  Policies policies;
  OneSmarthost smarthosts;
  Events events;
  TransportSettings settings;
  std::vector<Script> scripts;  // one for each connection, in order
  ScriptedPeer peer;
  std::shared_ptr<net::TlsContext> tls;
  net::Certificate certificate;
  size_t accepted = 0;
  std::vector<std::string> from;  // addresses of the clients
  uint16_t port = 0;
  asio::io_context context{1};
  asio::ip::tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};

  Out() {
    settings.client.hello_name = "me.example";
    settings.client.limits.tls = 5s;
    settings.route.refuse_loopback = false;
    settings.kept_idle_alone = 0ms;
    port = acceptor.local_endpoint().port();
    settings.route.port = port;
    dns.add("b.example MX 10 mx.b.example");
    dns.add("mx.b.example A 127.0.0.1");
    show({"mx.b.example"});
  }
  // The servers' certificate from now on.
  void show(const std::vector<std::string>& names) {
    certificate = base::value_or_throw(net::own_certificate(folder.path() + "/tls", names, clock.now()));
    tls = base::value_or_throw(net::TlsContext::make({certificate}));
    peer.tls = tls.get();
    std::ifstream ca(folder.path() + "/tls/ca.pem");
    settings.ca_pem = {std::istreambuf_iterator<char>(ca), {}};
  }
  // SHA-256 of the certificate that the servers show, for TLSA 3 0 1.
  std::string pin() {
    std::string pem = certificate.chain_pem.substr(0, certificate.chain_pem.find("-----END"));
    pem.erase(0, pem.find('\n'));
    std::erase(pem, '\n');
    return base::hex_encode(sasl::sha256(*base::base64_decode(pem)));
  }
  Batch batch() {
    Batch made;
    made.hop.key = "b.example";
    made.envelope.return_path = "s@a.example";
    made.recipients.push_back({1, "r@b.example", "", 0});
    made.body = []() -> net::Task<base::Result<std::shared_ptr<const std::string>>> {
      co_return std::make_shared<const std::string>("Subject: hi\r\n\r\ntext\r\n");
    };
    return made;
  }

  net::Task<> serve() {
    for (const Script& script : scripts) {
      auto socket = co_await acceptor.async_accept(asio::use_awaitable);
      ++accepted;
      from.push_back(socket.remote_endpoint().address().to_string());
      const net::Executor executor = acceptor.get_executor();
      net::spawn(executor, peer.run(net::adopt_socket(executor, socket.release()), script));
    }
    acceptor.close();
  }
  std::vector<std::vector<Outcome>> send_all(std::vector<Batch> batches) {
    auto transport =
        base::value_or_throw(Transport::make(settings, {dns, clock, &policies, &smarthosts, &events, [](size_t) { return 0; }}));
    std::vector<std::vector<Outcome>> outcomes;
    bool done = false;
    auto run = [&]() -> net::Task<> {
      for (auto& one : batches) {
        auto sending = transport->send(std::move(one));
        auto sent = co_await std::move(sending);
        outcomes.push_back(std::move(sent));
      }
      co_await transport->close_kept();
      done = true;
    };
    net::spawn(context.get_executor(), serve());
    net::spawn(context.get_executor(), run());
    while (!done && context.run_one_for(20s) != 0) continue;
    for (int i = 0; i < 100 && context.run_one_for(10ms) != 0; ++i) continue;
    EXPECT_TRUE(done);
    EXPECT_THAT(peer.problems, IsEmpty());
    EXPECT_EQ(accepted, scripts.size());
    return outcomes;
  }
  Outcome send(std::vector<Script> all, uint32_t flags = 0) {
    scripts = std::move(all);
    auto one = batch();
    one.envelope.flags = flags;
    return send_all({one}).at(0).at(0);
  }
  void enforce(const std::string& mx, mailauth::StsPolicy::Mode mode = mailauth::StsPolicy::Mode::kEnforce) {
    policies.policy.sts = mailauth::StsPolicy{mode, {mx}, std::chrono::hours(24)};
  }
  void secure_with_tlsa(const std::string& data) {
    dns.set_secure("");
    dns.add("_" + std::to_string(port) + "._tcp.mx.b.example TLSA " + data);
  }
};

TEST_F(Out, PlainTextWhereNoTlsIsOffered) {
  const auto outcome = send({kHello + kMail});
  EXPECT_EQ(outcome.disposition, Disposition::kRelayed);
  EXPECT_EQ(outcome.attempt.remote_name, "mx.b.example");
  EXPECT_EQ(outcome.attempt.remote_address, "127.0.0.1");
  EXPECT_EQ(outcome.attempt.local_address, "127.0.0.1");
  EXPECT_EQ(outcome.attempt.tls_version, "");
  EXPECT_THAT(policies.asked, ElementsAre("b.example"));
  EXPECT_THAT(events.seen, ElementsAre("no-policy-found starttls-not-supported b.example mx.b.example"));
}

TEST_F(Out, OpportunisticTlsTakesAnyCertificate) {
  show({"wrong.example"});
  const auto outcome = send({kTls + kHelloAgain + kMail});
  EXPECT_EQ(outcome.disposition, Disposition::kRelayed);
  EXPECT_EQ(outcome.attempt.tls_version, "TLSv1.3");
  EXPECT_NE(outcome.attempt.tls_cipher, "");
}

TEST_F(Out, PlainTextAfterAFailedHandshake) {
  const auto outcome = send({Script(kTls.begin(), kTls.end() - 1) + Script{"SOME", "S: 500 what", "DROP"},
                             Script{"S: 220 mx", "C: EHLO me.example", "S: 250-mx\n250-STARTTLS\n250 PIPELINING"} + kMail});
  EXPECT_EQ(outcome.disposition, Disposition::kRelayed);
  EXPECT_EQ(outcome.attempt.tls_version, "");
}

TEST_F(Out, StartTlsRefusedInGoodOrder) {
  const auto outcome =
      send({Script{"S: 220 mx", "C: EHLO me.example", "S: 250-mx\n250-STARTTLS\n250 PIPELINING", "C: STARTTLS", "S: 454 4.7.0 not now"} +
            kMail});
  EXPECT_EQ(outcome.disposition, Disposition::kRelayed);
}

TEST_F(Out, StsEnforceAcceptsTheRightCertificate) {
  enforce("*.b.example");
  const auto outcome = send({kTls + kHelloAgain + kMail});
  EXPECT_EQ(outcome.disposition, Disposition::kRelayed);
  EXPECT_THAT(events.seen, ElementsAre("sts  b.example mx.b.example"));
}

TEST_F(Out, StsEnforceRefusesAWrongName) {
  enforce("mx.b.example");
  show({"wrong.example"});
  const auto outcome = send({kTls});
  EXPECT_EQ(outcome.disposition, Disposition::kTemporary);
  EXPECT_EQ(outcome.extent, Extent::kDestination);
  EXPECT_EQ(outcome.attempt.phase, Phase::kTls);
  EXPECT_EQ(outcome.attempt.enhanced, "4.7.5");
  EXPECT_THAT(outcome.attempt.reason, HasSubstr("does not match the MTA-STS policy"));
  EXPECT_EQ(outcome.attempt.tls_version, "TLSv1.3");
  EXPECT_THAT(events.seen, ElementsAre("sts certificate-host-mismatch b.example mx.b.example"));
}

TEST_F(Out, StsEnforceRefusesAnUnknownCa) {
  enforce("mx.b.example");
  base::TestFolder elsewhere;
  const auto stranger = base::value_or_throw(net::own_certificate(elsewhere.path() + "/tls", {"mx.b.example"}, clock.now()));
  tls = base::value_or_throw(net::TlsContext::make({stranger}));
  peer.tls = tls.get();
  const auto outcome = send({kTls});
  EXPECT_EQ(outcome.disposition, Disposition::kTemporary);
  EXPECT_THAT(events.seen, ElementsAre("sts certificate-not-trusted b.example mx.b.example"));
}

TEST_F(Out, StsEnforceRefusesPlainTextAndOtherHosts) {
  enforce("mx.b.example");
  dns.add("b.example MX 20 other.b.example");
  const auto outcome = send({Script{"S: 220 mx", "C: EHLO me.example", "S: 250 mx", "C: QUIT", "S: 221 bye"}});
  EXPECT_EQ(outcome.disposition, Disposition::kTemporary);
  EXPECT_EQ(outcome.attempt.phase, Phase::kTls);
}

TEST_F(Out, StsTestingOnlyReports) {
  enforce("mx.b.example", mailauth::StsPolicy::Mode::kTesting);
  show({"wrong.example"});
  const auto outcome = send({kTls + kHelloAgain + kMail});
  EXPECT_EQ(outcome.disposition, Disposition::kRelayed);
  EXPECT_THAT(events.seen, ElementsAre("sts certificate-host-mismatch b.example mx.b.example"));
}

TEST_F(Out, DaneRightRecord) {
  show({"any.example"});  // RFC 7672 3.1.1: names do not matter for DANE-EE
  secure_with_tlsa("3 0 1 " + pin());
  enforce("elsewhere.example");  // RFC 8461 2: DANE comes first
  const auto outcome = send({kTls + kHelloAgain + kMail});
  EXPECT_EQ(outcome.disposition, Disposition::kRelayed);
  EXPECT_THAT(events.seen, ElementsAre("tlsa  b.example mx.b.example"));
}

TEST_F(Out, DaneWrongRecord) {
  secure_with_tlsa("3 0 1 " + std::string(64, 'a'));
  const auto outcome = send({kTls});
  EXPECT_EQ(outcome.disposition, Disposition::kTemporary);
  EXPECT_THAT(outcome.attempt.reason, HasSubstr("TLSA"));
  EXPECT_THAT(events.seen, ElementsAre("tlsa tlsa-invalid b.example mx.b.example"));
}

TEST_F(Out, DaneNeedsTls) {
  secure_with_tlsa("3 0 1 " + pin());
  const auto outcome = send({kHello + Script{"C: QUIT", "S: 221 bye"}});
  EXPECT_EQ(outcome.disposition, Disposition::kTemporary);
  EXPECT_EQ(outcome.attempt.enhanced, "4.7.4");
}

TEST_F(Out, DaneUnusableRecordsWantTlsWithAnyCertificate) {
  show({"wrong.example"});
  secure_with_tlsa("0 0 1 " + std::string(64, 'a'));
  EXPECT_EQ(send({kTls + kHelloAgain + kMail}).disposition, Disposition::kRelayed);
}

TEST_F(Out, DaneInsecureRecordsAreNoRecords) {
  dns.add("_" + std::to_string(port) + "._tcp.mx.b.example TLSA 3 0 1 " + std::string(64, 'a'));
  EXPECT_EQ(send({kTls + kHelloAgain + kMail}).disposition, Disposition::kRelayed);
}

TEST_F(Out, DaneBogusAnswerIsTemporary) {
  dns.set_secure("");
  dns.set("_" + std::to_string(port) + "._tcp.mx.b.example", net::DnsType::kTlsa, net::DnsStatus::kBogus);
  const auto outcome = send({});
  EXPECT_EQ(outcome.disposition, Disposition::kTemporary);
  EXPECT_EQ(outcome.attempt.phase, Phase::kPolicy);
  EXPECT_THAT(events.seen, ElementsAre("tlsa dnssec-invalid b.example mx.b.example"));
}

TEST_F(Out, RequireTls) {
  const Script offered{"C: EHLO me.example", "S: 250-mx\n250-REQUIRETLS\n250 PIPELINING", "C: MAIL FROM:<s@a.example> REQUIRETLS"};
  dns.set_secure("");
  const auto outcome = send({kTls + offered + Script(kMail.begin() + 1, kMail.end())}, queue::kRequireTls);
  EXPECT_EQ(outcome.disposition, Disposition::kRelayed);
}

TEST_F(Out, RequireTlsNotOffered) {
  dns.set_secure("");
  const auto outcome = send({kTls + kHelloAgain + Script{"C: QUIT", "S: 221 bye"}}, queue::kRequireTls);
  EXPECT_EQ(outcome.disposition, Disposition::kPermanent);
  EXPECT_EQ(outcome.attempt.enhanced, "5.7.30");
}

TEST_F(Out, RequireTlsWithoutDnssecOrSts) {
  const auto outcome = send({}, queue::kRequireTls);
  EXPECT_EQ(outcome.disposition, Disposition::kPermanent);
  EXPECT_EQ(outcome.attempt.phase, Phase::kPolicy);
}

TEST_F(Out, TemporaryFailureOfOneHostOutweighsTheOthers) {
  dns.add("b.example MX 20 second.b.example");
  dns.add("second.b.example A 127.0.0.1");
  const auto outcome = send({Script{"S: 421 busy"}, Script{"S: 554 no"}});
  EXPECT_EQ(outcome.disposition, Disposition::kTemporary);  // one of them may still take it
  EXPECT_EQ(outcome.attempt.reply_code, 421);
}

TEST_F(Out, SecondHostTakesIt) {
  dns.add("b.example MX 20 second.b.example");
  dns.add("second.b.example A 127.0.0.1");
  const auto outcome = send({Script{"S: 554 no"}, kHello + kMail});
  EXPECT_EQ(outcome.disposition, Disposition::kRelayed);
  EXPECT_EQ(outcome.attempt.remote_name, "second.b.example");
}

TEST_F(Out, CutOffIsNotTriedElsewhere) {
  dns.add("b.example MX 20 second.b.example");
  dns.add("second.b.example A 127.0.0.1");
  const auto outcome = send({kHello + Script(kMail.begin(), kMail.end() - 1) + Script{"DROP"}});
  EXPECT_EQ(outcome.disposition, Disposition::kTemporary);
  EXPECT_TRUE(outcome.attempt.cut_off);
}

TEST_F(Out, NobodyListens) {
  acceptor.close();
  const auto outcome = send({});
  EXPECT_EQ(outcome.attempt.phase, Phase::kConnect);
  EXPECT_EQ(outcome.extent, Extent::kDestination);
  EXPECT_THAT(outcome.attempt.reason, HasSubstr("refused"));
  EXPECT_EQ(outcome.attempt.remote_name, "mx.b.example");
}

TEST_F(Out, KeptConnectionCarriesTheNextMessage) {
  scripts = {kHello + kMail + kMail + Script{"C: QUIT", "S: 221 bye"}};
  auto first = batch();
  first.more_coming = true;
  auto second = batch();
  second.more_coming = true;
  const auto outcomes = send_all({first, second});
  EXPECT_EQ(outcomes[1][0].disposition, Disposition::kRelayed);
}

TEST_F(Out, KeptConnectionThatWentAwayIsReplaced) {
  scripts = {kHello + kMail + Script{"C: MAIL*", "C: RCPT*", "C: DATA", "S: 421 idle too long"}, kHello + kMail};
  auto first = batch();
  first.more_coming = true;
  const auto outcomes = send_all({first, batch()});
  EXPECT_EQ(outcomes[1][0].disposition, Disposition::kRelayed);
}

TEST_F(Out, SourcePool) {
  settings.pools["bulk"] = {"bulk.example", {*net::IpAddress::parse("127.0.0.5"), *net::IpAddress::parse("::1")}};
  scripts = {Script{"S: 220 mx", "C: EHLO bulk.example", "S: 250-mx\n250 PIPELINING"} + kMail};
  auto one = batch();
  one.hop.source_pool = "bulk";
  auto unknown = batch();
  unknown.hop.source_pool = "nowhere";
  const auto outcomes = send_all({one, unknown});
  EXPECT_EQ(outcomes[0][0].attempt.local_address, "127.0.0.5");
  EXPECT_THAT(from, ElementsAre("127.0.0.5"));
  EXPECT_EQ(outcomes[1][0].disposition, Disposition::kTemporary);
}

TEST_F(Out, SmarthostWithPassword) {
  dns.add("smart.example A 127.0.0.1");
  show({"smart.example"});
  smarthosts.smarthost = Smarthost{"smart.example:" + std::to_string(port), Credentials{"u", "p", false}, TlsLevel::kCertificate, false};
  const auto plain = base::base64_encode(std::string_view("\0u\0p", 4));
  const auto outcome = send(
      {kTls + Script{"C: EHLO me.example", "S: 250-mx\n250-AUTH PLAIN\n250 PIPELINING", "C: AUTH PLAIN " + plain, "S: 235 ok"} + kMail});
  EXPECT_EQ(outcome.disposition, Disposition::kRelayed);
  EXPECT_THAT(policies.asked, IsEmpty());
}

TEST_F(Out, SmarthostWithWrongCertificateLearnsNoPassword) {
  dns.add("smart.example A 127.0.0.1");
  smarthosts.smarthost = Smarthost{"smart.example:" + std::to_string(port), Credentials{"u", "p", false}, TlsLevel::kCertificate, false};
  EXPECT_EQ(send({kTls}).disposition, Disposition::kTemporary);
}

TEST_F(Out, SmarthostOnTheTlsPort) {
  dns.add("smart.example A 127.0.0.1");
  show({"smart.example"});
  smarthosts.smarthost = Smarthost{"smart.example:" + std::to_string(port), std::nullopt, TlsLevel::kCertificate, true};
  const auto outcome = send({Script{"TLS"} + kHello + kMail});
  EXPECT_EQ(outcome.disposition, Disposition::kRelayed);
  EXPECT_EQ(outcome.attempt.tls_version, "TLSv1.3");
}

TEST_F(Out, LostAndUnreadableMessages) {
  const Script unused = kHello + Script{"C: QUIT", "S: 221 bye"};
  scripts = {unused, unused};
  auto lost = batch(), later = batch();
  lost.body = []() -> net::Task<base::Result<std::shared_ptr<const std::string>>> {
    co_return base::Error{base::ErrorKind::kNotFound, "", ""};
  };
  later.body = []() -> net::Task<base::Result<std::shared_ptr<const std::string>>> {
    co_return base::Error{base::ErrorKind::kUnavailable, "", ""};
  };
  later.hop.key = "b.example";
  settings.messages = 0;
  const auto outcomes = send_all({lost, later});
  EXPECT_EQ(outcomes[0][0].disposition, Disposition::kPermanent);
  EXPECT_EQ(outcomes[0][0].extent, Extent::kMessage);
  EXPECT_EQ(outcomes[1][0].disposition, Disposition::kTemporary);
  EXPECT_EQ(outcomes[1][0].extent, Extent::kMessage);
}

}  // namespace
}  // namespace smtp
