#include "net/proxy_protocol.h"

#include <gtest/gtest.h>

namespace net {
namespace {

using State = ProxyProgress::State;
using namespace std::string_literals;

const std::string kSignature = "\r\n\r\n\0\r\nQUIT\n"s;

std::string sockets(const ProxyHeader& header) {
  return header.has_addresses ? header.source.to_string() + " " + header.destination.to_string() : "none";
}

// Reads as a listener does: never more than demanded. Returns the header's text form, "wrong", or "short", and how much was taken.
std::pair<std::string, size_t> read(std::string_view input) {
  size_t taken = 0;
  for (;;) {
    const auto progress = proxy_header_size(input.substr(0, taken));
    if (progress.state == State::kWrong) return {"wrong", taken};
    if (progress.state == State::kWhole) break;
    if (progress.size > input.size()) return {"short", taken};
    taken = progress.size;
  }
  const auto header = parse_proxy_header(input.substr(0, taken));
  return {header ? sockets(*header) : "malformed", taken};
}

TEST(ProxyProtocol, Text) {
  struct {
    std::string input, result;
  } const cases[] = {
      {"PROXY TCP4 192.0.2.1 198.51.100.2 56324 25\r\n", "192.0.2.1:56324 198.51.100.2:25"},
      {"PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n", "[2001:db8::1]:1 [2001:db8::2]:65535"},
      {"PROXY UNKNOWN\r\n", "none"},
      {"PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n", "none"},
      {"PROXY TCP4 192.0.2.1 198.51.100.2 56324\r\n", "malformed"},
      {"PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n", "malformed"},
      {"PROXY TCP6 192.0.2.1 198.51.100.2 1 2\r\n", "malformed"},
      {"PROXY TCP4 192.0.2.1 198.51.100.2 65536 25\r\n", "malformed"},
      {"PROXY TCP4 192.0.2.1 198.51.100.2 025 25\r\n", "malformed"},
      {"PROXY TCP4  192.0.2.1 198.51.100.2 25 25\r\n", "malformed"},
      {"PROXY UDP4 192.0.2.1 198.51.100.2 25 25\r\n", "malformed"},
      {"PROXY UNKNOWN bare LF\n", "wrong"},
      {"EHLO client.example\r\n", "wrong"},
      {"PROXY T\r\nEHLO x\r\n", "wrong"},  // ends within the bytes that are read without looking
      {"PROXY TCP4 192.0.2.1 198", "short"},
      {"PROXY UNKNOWN " + std::string(100, 'x') + "\r\n", "wrong"},
  };
  for (const auto& c : cases) EXPECT_EQ(read(c.input).first, c.result) << c.input;
}

TEST(ProxyProtocol, TakesNothingOfTheSession) {
  const std::string header = "PROXY TCP4 192.0.2.1 198.51.100.2 56324 25\r\n";
  EXPECT_EQ(read(header + "EHLO x\r\n").second, header.size());
  const std::string binary = kSignature + "\x21\x11\x00\x0c"s + "\xc0\x00\x02\x01\xc6\x33\x64\x02\xdc\x04\x00\x19"s;
  EXPECT_EQ(read(binary + "EHLO x\r\n").second, binary.size());
}

TEST(ProxyProtocol, Binary) {
  const std::string v4 = "\xc0\x00\x02\x01\xc6\x33\x64\x02\xdc\x04\x00\x19"s;
  const std::string v6 =
      "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x01" + "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x02" + "\x00\x01\x00\x19"s;
  const std::string paths = "/a" + std::string(106, '\0') + "/b" + std::string(106, '\0');
  struct {
    std::string input, result;
  } const cases[] = {
      {kSignature + "\x21\x11\x00\x0c"s + v4, "192.0.2.1:56324 198.51.100.2:25"},
      {kSignature + "\x21\x11\x00\x10"s + v4 + "\x04\x00\x01\x00"s, "192.0.2.1:56324 198.51.100.2:25"},  // with a TLV
      {kSignature + "\x21\x21\x00\x24"s + v6, "[2001:db8::1]:1 [2001:db8::2]:25"},
      {kSignature + "\x21\x31\x00\xd8"s + paths, "unix:/a unix:/b"},
      {kSignature + "\x20\x00\x00\x00"s, "none"},       // LOCAL
      {kSignature + "\x21\x00\x00\x00"s, "none"},       // unspecified family
      {kSignature + "\x21\x12\x00\x0c"s + v4, "none"},  // UDP
      {kSignature + "\x21\x11\x00\x0b"s + v4.substr(1), "malformed"},
      {kSignature + "\x22\x11\x00\x0c"s + v4, "malformed"},  // unknown command
      {kSignature + "\x11\x11\x00\x0c"s + v4, "malformed"},  // version 1 in binary
      {kSignature + "\x21\x11\xff\xff"s, "wrong"},           // longer than the limit
      {kSignature + "\x21\x11\x00\x0c"s + v4.substr(0, 5), "short"},
  };
  for (const auto& c : cases) EXPECT_EQ(read(c.input).first, c.result);
}

TEST(ProxyProtocol, MappedAddressIsV4) {
  const std::string mapped = std::string(10, '\0') + "\xff\xff\xc0\x00\x02\x01"s;
  const auto header = parse_proxy_header(kSignature + "\x21\x21\x00\x24"s + mapped + mapped + "\x00\x01\x00\x19"s);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->source.to_string(), "192.0.2.1:1");
}

}  // namespace
}  // namespace net
