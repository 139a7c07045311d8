// Policies over real HTTPS from our own HTTP server, on loopback.

#include "smtp/sts_policies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/test_folder.h"
#include "http/server.h"
#include "net/block_on.h"
#include "net/certificate.h"
#include "net/listener.h"
#include "net/loop.h"
#include "net/resolver_table.h"

namespace smtp {
namespace {

using mailauth::StsPolicy;
using ::testing::HasSubstr;

constexpr const char* kPolicy = "version: STSv1\r\nmode: enforce\r\nmx: mx.a.example\r\nmax_age: 3600\r\n";

struct Sts : ::testing::Test {
  base::TestFolder folder;
  net::ResolverTable dns;
  base::ManualClock clock{base::from_seconds(1'800'000'000)};
  http::Response page = http::Response::text(200, kPolicy);
  std::atomic<int> fetched = 0;
  net::IoLoops loops{1};
  http::Router router;
  std::unique_ptr<net::Listener> listener;
  std::unique_ptr<StsPolicies> policies;

  void start(const std::string& name = "mta-sts.a.example") {
    const auto certificate = base::value_or_throw(net::own_certificate(folder.path() + "/tls", {name}, base::SystemClock().now()));
    auto tls = base::value_or_throw(net::TlsContext::make({certificate}));
    router.add("GET", "/.well-known/mta-sts.txt", [this](const http::Request&) -> net::Task<http::Response> {
      ++fetched;
      co_return page;
    });
    net::ListenerSettings listening;
    listening.name = "https";
    listening.addresses = {"127.0.0.1:0"};
    listening.implicit_tls = true;
    listener = std::make_unique<net::Listener>(loops, listening, tls, http::server(router, {}));
    base::value_or_throw(listener->start());
    StsSettings settings;
    settings.port = listener->bound().front().port;
    settings.fetch.body_bytes = 1000;
    std::ifstream ca(folder.path() + "/tls/ca.pem");
    settings.ca_pem = {std::istreambuf_iterator<char>(ca), {}};
    policies = base::value_or_throw(StsPolicies::make(settings, dns, clock));
    dns.add("mta-sts.a.example A 127.0.0.1");
    set_id("1");
  }
  void set_id(const std::string& id) {
    dns.clear();
    dns.add("mta-sts.a.example A 127.0.0.1");
    dns.add("_mta-sts.a.example TXT v=STSv1; id=" + id);
  }
  DomainPolicy ask() { return net::block_on(policies->policy_for("a.example", net::Deadline::after(std::chrono::seconds(20)))); }
};

TEST_F(Sts, FetchedOnceAndKeptUntilTheIdChanges) {
  start();
  for (int i = 0; i < 3; ++i) {
    const auto policy = ask();
    ASSERT_TRUE(policy.sts) << policy.sts_problem;
    EXPECT_EQ(policy.sts->mode, StsPolicy::Mode::kEnforce);
    EXPECT_EQ(policy.sts_problem, "");
  }
  EXPECT_EQ(fetched, 1);
  page.body = "version: STSv1\nmode: none\nmax_age: 60\n";
  set_id("2");
  EXPECT_EQ(ask().sts->mode, StsPolicy::Mode::kNone);
  EXPECT_EQ(fetched, 2);
}

TEST_F(Sts, KeptPolicyOutlivesTheServerAndTheRecord) {
  start();
  ASSERT_TRUE(ask().sts);
  page = http::Response::text(500, "broken");
  set_id("2");
  const auto old = ask();
  ASSERT_TRUE(old.sts);
  EXPECT_THAT(old.sts_problem, HasSubstr("500"));
  EXPECT_EQ(old.sts_result, TlsResult::kStsPolicyFetchError);
  ask();
  EXPECT_EQ(fetched, 2);  // not asked again so soon
  dns.clear();
  EXPECT_TRUE(ask().sts);
  clock.advance(std::chrono::hours(2));
  EXPECT_FALSE(ask().sts);
}

TEST_F(Sts, WhatIsNoPolicy) {
  start();
  for (const auto& wrong :
       {http::Response::text(404, "no"), http::Response::text(200, kPolicy, "text/html"), http::Response::text(200, "hello"),
        http::Response::text(200, std::string(5000, 'x')), http::Response{302, {{"Location", "https://a.example/"}}, ""}}) {
    page = wrong;
    clock.advance(std::chrono::hours(1));
    const auto policy = ask();
    EXPECT_FALSE(policy.sts);
    EXPECT_NE(policy.sts_problem, "");
  }
  EXPECT_EQ(fetched, 5);
}

TEST_F(Sts, CertificateMustBeRight) {
  start("wrong.example");
  const auto policy = ask();
  EXPECT_FALSE(policy.sts);
  EXPECT_THAT(policy.sts_problem, HasSubstr("hostname mismatch"));
  EXPECT_EQ(policy.sts_result, TlsResult::kStsWebpkiInvalid);
  EXPECT_EQ(fetched, 0);
}

TEST_F(Sts, NoRecordNoFetch) {
  start();
  dns.clear();
  const auto policy = ask();
  EXPECT_FALSE(policy.sts);
  EXPECT_EQ(policy.sts_problem, "");
  EXPECT_EQ(fetched, 0);
}

}  // namespace
}  // namespace smtp
