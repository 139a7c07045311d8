// RFC 5321 5.1 and RFC 7505 against a table of DNS answers.

#include "smtp/route.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/block_on.h"
#include "net/resolver_table.h"

namespace smtp {
namespace {

using queue::Disposition;
using ::testing::ElementsAre;

struct Routes : ::testing::Test {
  net::ResolverTable dns;
  RouteSettings settings;
  size_t drawn = 0;  // what the random source says, modulo

  Route find(std::string key, std::string route = "") {
    const Random random = [this](size_t n) { return drawn % n; };
    return net::block_on(find_route({key, route, ""}, settings, dns, random, net::Deadline::after(std::chrono::seconds(5))));
  }
  std::vector<std::string> hosts(std::string key, std::string route = "") {
    std::vector<std::string> names;
    for (const auto& host : find(key, route).hosts) names.push_back(host.name + ":" + std::to_string(host.port));
    return names;
  }
  std::string failure(std::string key) {
    const auto route = find(key);
    if (!route.failure) return "";
    EXPECT_EQ(route.failure->extent, queue::Extent::kDestination);
    EXPECT_EQ(route.failure->attempt.phase, queue::Phase::kResolve);
    return (route.failure->disposition == Disposition::kPermanent ? "permanent " : "temporary ") + route.failure->attempt.enhanced;
  }
  HostAddresses addresses(RouteHost host, bool from_dns = true) {
    return net::block_on(find_addresses(host, from_dns, settings, dns, net::Deadline::after(std::chrono::seconds(5))));
  }
};

TEST_F(Routes, SortedByPreferenceAndShuffledWithin) {
  dns.add("a.example MX 20 c.a.example");
  dns.add("a.example MX 10 b1.a.example");
  dns.add("a.example MX 10 b2.a.example");
  EXPECT_THAT(hosts("a.example"), ElementsAre("b1.a.example:25", "b2.a.example:25", "c.a.example:25"));
  drawn = 1;
  EXPECT_THAT(hosts("a.example"), ElementsAre("b2.a.example:25", "b1.a.example:25", "c.a.example:25"));
  settings.hosts = 1;
  EXPECT_EQ(hosts("a.example").size(), 1u);
  EXPECT_FALSE(find("a.example").secure);
  dns.set_secure("a.example");
  EXPECT_TRUE(find("a.example").secure);
}

TEST_F(Routes, ImplicitMx) {
  dns.add("a.example A 192.0.2.1");
  EXPECT_THAT(hosts("a.example"), ElementsAre("a.example:25"));
  settings.own_names = {"a.example"};
  EXPECT_EQ(failure("a.example"), "permanent 5.4.6");
}

TEST_F(Routes, NullMx) {
  dns.add("a.example MX 0 .");
  EXPECT_EQ(failure("a.example"), "permanent 5.1.10");
  dns.add("a.example MX 10 mx.a.example");
  EXPECT_THAT(hosts("a.example"), ElementsAre("mx.a.example:25"));
}

TEST_F(Routes, DnsFailures) {
  EXPECT_EQ(failure("none.example"), "permanent 5.1.2");
  dns.set("slow.example", net::DnsType::kMx, net::DnsStatus::kTemporary);
  EXPECT_EQ(failure("slow.example"), "temporary 4.4.3");
  dns.set("bogus.example", net::DnsType::kMx, net::DnsStatus::kBogus);
  EXPECT_EQ(failure("bogus.example"), "temporary 4.4.3");
}

TEST_F(Routes, OurselvesAmongTheHosts) {
  settings.own_names = {"us.example"};
  dns.add("a.example MX 10 better.example");
  dns.add("a.example MX 20 us.example");
  dns.add("a.example MX 20 same.example");
  dns.add("a.example MX 30 worse.example");
  EXPECT_THAT(hosts("a.example"), ElementsAre("better.example:25"));
  dns.add("b.example MX 10 us.example");
  dns.add("b.example MX 20 worse.example");
  EXPECT_EQ(failure("b.example"), "permanent 5.4.6");
}

TEST_F(Routes, LiteralsAndOperatorsRoutes) {
  EXPECT_THAT(hosts("[192.0.2.1]"), ElementsAre("192.0.2.1:25"));
  EXPECT_THAT(hosts("[IPv6:2001:DB8::1]"), ElementsAre("2001:db8::1:25"));
  EXPECT_EQ(failure("[fax:1]"), "permanent 5.1.2");
  EXPECT_THAT(hosts("=x", "Relay.Example:2525"), ElementsAre("relay.example:2525"));
  EXPECT_THAT(hosts("=x", "[192.0.2.7]:26"), ElementsAre("192.0.2.7:26"));
  EXPECT_THAT(hosts("=x", "2001:db8::1"), ElementsAre("2001:db8::1:25"));
  EXPECT_TRUE(find("=x", "relay.example").secure);
  EXPECT_EQ(find("=x", "relay.example:0").failure->disposition, Disposition::kTemporary);
  EXPECT_EQ(dns.questions(), 0u);
}

TEST_F(Routes, HostThatIsAnAddressOrAnAlias) {
  dns.add("a.example MX 10 192.0.2.9");
  const auto route = find("a.example");
  ASSERT_EQ(route.hosts.size(), 1u);
  EXPECT_TRUE(route.hosts[0].address);
  EXPECT_EQ(addresses(route.hosts[0]).addresses.size(), 1u);
  dns.add("alias.example CNAME real.example");
  dns.add("real.example A 192.0.2.8");
  EXPECT_EQ(addresses({"alias.example", {}, 25}).addresses.size(), 1u);
}

TEST_F(Routes, FamiliesTakeTurns) {
  for (const char* line : {"h.example A 192.0.2.1", "h.example A 192.0.2.2", "h.example AAAA 2001:db8::1"}) dns.add(line);
  const auto texts = [&] {
    std::vector<std::string> all;
    for (const auto& address : addresses({"h.example", {}, 25}).addresses) all.push_back(address.to_string());
    return all;
  };
  EXPECT_THAT(texts(), ElementsAre("2001:db8::1", "192.0.2.1", "192.0.2.2"));
  settings.addresses = 2;
  EXPECT_THAT(texts(), ElementsAre("2001:db8::1", "192.0.2.1"));
  settings.ipv6 = false;
  EXPECT_THAT(texts(), ElementsAre("192.0.2.1", "192.0.2.2"));
}

TEST_F(Routes, LoopbackAndPrivateAddresses) {
  dns.add("h.example A 127.0.0.1");
  dns.add("p.example A 10.1.2.3");
  EXPECT_EQ(addresses({"h.example", {}, 25}).failure->attempt.enhanced, "5.4.4");
  EXPECT_FALSE(addresses({"h.example", {}, 25}, false).failure);
  EXPECT_FALSE(addresses({"p.example", {}, 25}).failure);
  settings.refuse_private = true;
  EXPECT_TRUE(addresses({"p.example", {}, 25}).failure);
  EXPECT_EQ(addresses({"no.example", {}, 25}).failure->disposition, Disposition::kPermanent);
  dns.set_all("slow.example", net::DnsStatus::kTemporary);
  EXPECT_EQ(addresses({"slow.example", {}, 25}).failure->disposition, Disposition::kTemporary);
}

}  // namespace
}  // namespace smtp
