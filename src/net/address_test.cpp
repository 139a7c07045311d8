#include "net/address.h"

#include <gtest/gtest.h>

namespace net {
namespace {

TEST(Address, ParsesAndPrints) {
  struct {
    const char *text, *printed;
  } const cases[] = {
      {"192.0.2.1", "192.0.2.1"},
      {"2001:DB8:0:0::1", "2001:db8::1"},
      {"::ffff:192.0.2.1", "192.0.2.1"},
      {"::", "::"},
      {"0.0.0.0", "0.0.0.0"},
      {"192.0.2", nullptr},
      {"192.0.2.1.", nullptr},
      {"fe80::1%eth0", nullptr},
      {"[::1]", nullptr},
      {"", nullptr},
      {"192.0.2.256", nullptr},
      {"1:2:3:4:5:6:7:8:9", nullptr},
  };
  for (const auto& c : cases) {
    const auto address = IpAddress::parse(c.text);
    ASSERT_EQ(address.has_value(), c.printed != nullptr) << c.text;
    if (address) {
      EXPECT_EQ(address->to_string(), c.printed);
    }
  }
}

TEST(Address, Networks) {
  struct {
    const char *network, *address;
    bool inside;
  } const cases[] = {
      {"10.0.0.0/8", "10.255.0.1", true},
      {"10.0.0.0/8", "11.0.0.0", false},
      {"192.0.2.128/25", "192.0.2.127", false},
      {"192.0.2.128/25", "192.0.2.200", true},
      {"0.0.0.0/0", "203.0.113.9", true},
      {"0.0.0.0/0", "::1", false},
      {"2001:db8::/33", "2001:db8:7fff::1", true},
      {"2001:db8::/33", "2001:db8:8000::1", false},
      {"192.0.2.7", "192.0.2.7", true},
      {"192.0.2.7", "192.0.2.6", false},
      {"10.0.0.0/8", "::ffff:10.1.2.3", true},
  };
  for (const auto& c : cases)
    EXPECT_EQ(Cidr::parse(c.network)->contains(*IpAddress::parse(c.address)), c.inside) << c.network << " " << c.address;
  for (const char* wrong : {"10.0.0.0/33", "10.0.0.0/", "::/129", "10.0.0.0/-1", "x/8"}) EXPECT_FALSE(Cidr::parse(wrong)) << wrong;
}

TEST(Address, Endpoints) {
  struct {
    const char *text, *printed;
  } const cases[] = {
      {"192.0.2.1:25", "192.0.2.1:25"},
      {"[2001:db8::1]:993", "[2001:db8::1]:993"},
      {"*:143", "[::]:143"},
      {"localhost:0", "127.0.0.1:0"},
      {"unix:/run/x", "unix:/run/x"},
      {"192.0.2.1", nullptr},
      {"::1:25", nullptr},
      {"[192.0.2.1]:25", nullptr},
      {"192.0.2.1:65536", nullptr},
      {"unix:", nullptr},
      {":25", nullptr},
      {"host.example:25", nullptr},
  };
  for (const auto& c : cases) {
    const auto endpoint = Endpoint::parse(c.text);
    ASSERT_EQ(endpoint.has_value(), c.printed != nullptr) << c.text;
    if (endpoint) {
      EXPECT_EQ(endpoint->to_string(), c.printed);
    }
  }
}

}  // namespace
}  // namespace net
