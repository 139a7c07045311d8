// The resolver against a real name server with a signed zone, a forged zone and an unsigned one.

#include "net/dns.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <fstream>
#include <thread>

#include "net/block_on.h"
#include "net/loop.h"
#include "net/name_server.h"
#include "net/timer.h"

namespace net {
namespace {

using namespace std::chrono_literals;

testing::NameServer& server() {
  static testing::NameServer made({
      {"signed.example",
       {"@ MX 10 mail\n@ MX 5 backup.plain.example.\nmail A 192.0.2.1\nmail AAAA 2001:db8::1\nalias CNAME mail\nout CNAME "
        "host.plain.example.\n"
        "_25._tcp.mail TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
        true,
        {}}},
      {"forged.example", {"www A 203.0.113.66\nother A 203.0.113.1\n", true, "203.0.113.66=>203.0.113.67"}},
      {"plain.example",
       {"@ TXT \"v=spf1 \" \"-all\"\n@ TXT \"one\\000two\"\n@ NS ns2\nhost A 192.0.2.7\nHost A 192.0.2.8\nnull MX 0 .\nin CNAME "
        "alias.signed.example.\n*.many A 192.0.2.9\nfoo:bar/baz A 192.0.2.10\nodd MX 1 we\\032ird\nloop CNAME loop2\nloop2 CNAME loop\n",
        false,
        {}}},
      {"2.0.192.in-addr.arpa", {"1 PTR Mail.Signed.Example.\n", false, {}}},
  });
  return made;
}

std::unique_ptr<DnsResolver> open(DnsSettings settings) {
  auto made = DnsResolver::open(settings);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().text);
  return made.ok() ? std::move(*made) : nullptr;
}

DnsSettings settings_for(const std::string& address, const std::string& anchor) {
  DnsSettings settings;
  settings.servers = {address};
  settings.trust_anchor = anchor;
  return settings;
}

class Dns : public ::testing::Test {
 protected:
  DnsAnswer ask(const std::string& name, DnsType type) { return block_on(resolver->resolve(name, type, Deadline::after(20s))); }
  std::unique_ptr<DnsResolver> resolver = open(settings_for(server().address(), server().trust_anchor()));
};

std::vector<std::string> texts(const std::vector<IpAddress>& addresses) {
  std::vector<std::string> out;
  for (const auto& address : addresses) out.push_back(address.to_string());
  std::sort(out.begin(), out.end());
  return out;
}

TEST_F(Dns, SecureAnswers) {
  auto a = ask("mail.signed.example", DnsType::kA);
  EXPECT_EQ(a.status, DnsStatus::kOk) << a.cause;
  EXPECT_TRUE(a.secure);
  EXPECT_EQ(texts(a.addresses), std::vector<std::string>{"192.0.2.1"});
  EXPECT_EQ(a.canonical, "mail.signed.example");
  EXPECT_GT(a.ttl, 0s);
  EXPECT_LE(a.ttl, 300s);

  auto tlsa = ask("_25._tcp.mail.signed.example", DnsType::kTlsa);
  ASSERT_EQ(tlsa.tlsa.size(), 1u);
  EXPECT_TRUE(tlsa.secure);
  EXPECT_EQ(tlsa.tlsa[0].usage, 3);
  EXPECT_EQ(tlsa.tlsa[0].selector, 1);
  EXPECT_EQ(tlsa.tlsa[0].matching, 1);
  EXPECT_EQ(tlsa.tlsa[0].data.size(), 32u);

  auto mx = ask("SIGNED.example.", DnsType::kMx);
  ASSERT_EQ(mx.mx.size(), 2u);
  EXPECT_TRUE(mx.secure);
  std::sort(mx.mx.begin(), mx.mx.end(), [](const auto& x, const auto& y) { return x.preference < y.preference; });
  EXPECT_EQ(mx.mx[0], (MxRecord{5, "backup.plain.example"}));
  EXPECT_EQ(mx.mx[1], (MxRecord{10, "mail.signed.example"}));
}

TEST_F(Dns, SecureDenials) {
  auto no_name = ask("nothing.signed.example", DnsType::kA);
  EXPECT_EQ(no_name.status, DnsStatus::kNoName);
  EXPECT_TRUE(no_name.secure);
  auto no_data = ask("mail.signed.example", DnsType::kTxt);
  EXPECT_EQ(no_data.status, DnsStatus::kNoData);
  EXPECT_TRUE(no_data.secure);
}

TEST_F(Dns, ForgedAnswersAreBogus) {
  auto forged = ask("www.forged.example", DnsType::kA);
  EXPECT_EQ(forged.status, DnsStatus::kBogus);
  EXPECT_FALSE(forged.secure);
  EXPECT_FALSE(forged.cause.empty());
  EXPECT_TRUE(forged.addresses.empty());
  EXPECT_TRUE(ask("other.forged.example", DnsType::kA).secure);
}

TEST_F(Dns, InsecureAnswers) {
  auto a = ask("host.plain.example", DnsType::kA);
  EXPECT_EQ(a.status, DnsStatus::kOk) << a.cause;
  EXPECT_FALSE(a.secure);
  EXPECT_EQ(texts(a.addresses), (std::vector<std::string>{"192.0.2.7", "192.0.2.8"}));
  EXPECT_EQ(ask("nothing.plain.example", DnsType::kA).status, DnsStatus::kNoName);
  EXPECT_EQ(ask("host.plain.example", DnsType::kMx).status, DnsStatus::kNoData);
  auto texts = ask("plain.example", DnsType::kTxt).texts;
  std::sort(texts.begin(), texts.end());
  EXPECT_EQ(texts, (std::vector<std::string>{std::string("one\0two", 7), "v=spf1 -all"}));
  auto names = ask("plain.example", DnsType::kNs).names;
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"ns.plain.example", "ns2.plain.example"}));
  EXPECT_EQ(ask("null.plain.example", DnsType::kMx).mx, (std::vector<MxRecord>{{0, ""}}));
  EXPECT_EQ(ask("plain.example", DnsType::kSoa).status, DnsStatus::kOk);
}

TEST_F(Dns, OddNames) {
  EXPECT_EQ(texts(ask("foo:bar/baz.plain.example", DnsType::kA).addresses), std::vector<std::string>{"192.0.2.10"});
  EXPECT_EQ(ask("odd.plain.example", DnsType::kMx).mx, (std::vector<MxRecord>{{1, "we\\032ird.plain.example"}}));
  EXPECT_EQ(ask(std::string("a\0b.plain.example", 17), DnsType::kA).status, DnsStatus::kNoName);
  const auto before = resolver->in_flight();
  for (const auto& wrong : {std::string(), std::string("."), std::string("a..example"), std::string(64, 'a') + ".example",
                            std::string(".example"), std::string(300, 'a')})
    EXPECT_EQ(ask(wrong, DnsType::kA).status, DnsStatus::kNoName) << wrong;
  EXPECT_EQ(before, 0u);
}

TEST_F(Dns, FollowsCnames) {
  auto alias = ask("alias.signed.example", DnsType::kAaaa);
  EXPECT_TRUE(alias.secure);
  EXPECT_EQ(alias.canonical, "mail.signed.example");
  EXPECT_EQ(texts(alias.addresses), std::vector<std::string>{"2001:db8::1"});
  auto out = ask("out.signed.example", DnsType::kA);
  EXPECT_EQ(out.status, DnsStatus::kOk);
  EXPECT_FALSE(out.secure) << "one insecure link";
  EXPECT_EQ(out.canonical, "host.plain.example");
  auto in = ask("in.plain.example", DnsType::kA);
  EXPECT_FALSE(in.secure);
  EXPECT_EQ(in.canonical, "mail.signed.example");
  auto link = ask("alias.signed.example", DnsType::kCname);
  EXPECT_TRUE(link.secure);
  EXPECT_EQ(link.names, std::vector<std::string>{"mail.signed.example"});
  EXPECT_FALSE(ask("loop.plain.example", DnsType::kA).ok());
}

TEST_F(Dns, ReverseNamesOfPrivateNetworks) {
  auto ptr = ask(reverse_name(*IpAddress::parse("192.0.2.1")), DnsType::kPtr);
  EXPECT_EQ(ptr.names, std::vector<std::string>{"mail.signed.example"});
}

TEST_F(Dns, RefusedIsTemporary) {
  auto other = ask("not-served.example", DnsType::kA);
  EXPECT_EQ(other.status, DnsStatus::kTemporary);
  EXPECT_FALSE(other.cause.empty());
}

TEST_F(Dns, BothFamilies) {
  auto both = block_on(resolve_addresses(*resolver, "mail.signed.example", Deadline::after(20s)));
  EXPECT_TRUE(both.secure);
  EXPECT_EQ(texts(both.addresses), (std::vector<std::string>{"192.0.2.1", "2001:db8::1"}));
  auto four = block_on(resolve_addresses(*resolver, "host.plain.example", Deadline::after(20s)));
  EXPECT_TRUE(four.ok());
  EXPECT_EQ(four.addresses.size(), 2u);
  EXPECT_EQ(block_on(resolve_addresses(*resolver, "nothing.plain.example", Deadline::after(20s))).status, DnsStatus::kNoName);
}

TEST(DnsWithout, Validation) {
  auto resolver = open(settings_for(server().address(), "none"));
  auto a = block_on(resolver->resolve("www.forged.example", DnsType::kA, Deadline::after(20s)));
  EXPECT_EQ(a.status, DnsStatus::kOk);
  EXPECT_FALSE(a.secure);
}

Task<> ask_many(DnsResolver& resolver, int first, int count, std::atomic<int>& right) {
  for (int i = first; i < first + count; ++i) {
    const auto name = "n" + std::to_string(i) + ".many.plain.example";
    const DnsAnswer answer = co_await resolver.resolve(name, DnsType::kA, Deadline::after(60s));
    if (answer.ok() && answer.addresses.size() == 1) ++right;
  }
}

TEST_F(Dns, ManyAtOnceOnSeveralLoops) {
  constexpr int kTasks = 200, kEach = 10;
  std::atomic<int> right{0}, ended{0};
  IoLoops loops(3);
  auto one = [&](int i) -> Task<> {
    co_await ask_many(*resolver, i * kEach, kEach, right);
    ++ended;
  };
  for (int i = 0; i < kTasks; ++i) loops.spawn(one(i));
  const auto end = std::chrono::steady_clock::now() + 120s;
  while (ended < kTasks && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(5ms);
  EXPECT_EQ(right, kTasks * kEach);
  EXPECT_EQ(resolver->in_flight(), 0u);
}

// A port that takes questions and never answers.
class Silence {
 public:
  Silence() : socket_(socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&at), size), 0);
    EXPECT_EQ(getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size), 0);
    port_ = ntohs(at.sin_port);
  }
  ~Silence() { close(socket_); }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int socket_;
  unsigned port_ = 0;
};

TEST(DnsSilent, TemporaryAtTheDeadline) {
  Silence silence;
  auto resolver = open(settings_for(silence.address(), "none"));
  const auto start = std::chrono::steady_clock::now();
  auto answer = block_on(resolver->resolve("host.example", DnsType::kA, Deadline::after(300ms)));
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(answer.status, DnsStatus::kTemporary);
  EXPECT_FALSE(answer.cause.empty());
  EXPECT_GE(took, 300ms);
  EXPECT_LT(took, 5s);
  EXPECT_EQ(resolver->in_flight(), 1u) << "the question goes on without its caller";
}

TEST(DnsSilent, OwnTimeoutAndLimit) {
  Silence silence;
  auto settings = settings_for(silence.address(), "none");
  settings.timeout = 200ms;
  settings.questions = 2;
  auto resolver = open(settings);
  for (const char* name : {"one.example", "two.example"})
    EXPECT_EQ(block_on(resolver->resolve(name, DnsType::kA, Deadline::none())).status, DnsStatus::kTemporary);
  const auto third = block_on(resolver->resolve("three.example", DnsType::kA, Deadline::none()));
  EXPECT_EQ(third.status, DnsStatus::kTemporary);
  EXPECT_NE(third.cause.find("too many"), std::string::npos) << third.cause;
}

TEST(DnsSilent, TheLoopEndsWhileAsking) {
  Silence silence;
  auto resolver = open(settings_for(silence.address(), "none"));
  bool resumed = false;
  auto task = [&]() -> Task<> {
    co_await resolver->resolve("host.example", DnsType::kA, Deadline::none());
    resumed = true;
  };
  {
    boost::asio::io_context context(1);
    boost::asio::co_spawn(context, task(), boost::asio::detached);
    context.run_for(100ms);
    EXPECT_EQ(resolver->in_flight(), 1u);
  }
  EXPECT_FALSE(resumed);
}

TEST(DnsSilent, TheResolverEndsWhileAsked) {
  Silence silence;
  auto resolver = open(settings_for(silence.address(), "none"));
  IoLoops loops(1);
  std::atomic<bool> answered{false};
  DnsAnswer answer;
  auto task = [&]() -> Task<> {
    answer = co_await resolver->resolve("host.example", DnsType::kA, Deadline::none());
    answered = true;
  };
  loops.spawn(task());
  while (resolver->in_flight() == 0) std::this_thread::sleep_for(1ms);
  resolver.reset();
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (!answered && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
  ASSERT_TRUE(answered);
  EXPECT_EQ(answer.status, DnsStatus::kTemporary);
}

TEST(DnsSettingsTest, WrongOnesAreRefused) {
  for (const char* wrong : {"127.0.0.1", "ns.example:53", "127.0.0.1:0", "unix:/x", ""}) {
    auto made = DnsResolver::open(settings_for(wrong, "none"));
    ASSERT_FALSE(made.ok()) << wrong;
    EXPECT_EQ(made.error().kind, base::ErrorKind::kInvalid);
  }
  EXPECT_FALSE(DnsResolver::open(settings_for("127.0.0.1:53", "/nonexistent/anchors")).ok());
  const auto bad = server().folder() / "bad-anchors";
  std::ofstream(bad) << "this is not an anchor at all (\n";
  EXPECT_FALSE(DnsResolver::open(settings_for("127.0.0.1:53", bad)).ok());
}

}  // namespace
}  // namespace net
