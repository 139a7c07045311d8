#include "net/proxy_protocol.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"

namespace net {

namespace {

constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::string_view kText = "PROXY ";
constexpr size_t kTextMinimum = 15;   // "PROXY UNKNOWN\r\n"
constexpr size_t kTextMaximum = 107;  // 2.1, with CRLF
constexpr size_t kBinaryFixed = 16;

uint8_t byte_at(std::string_view s, size_t at) { return static_cast<uint8_t>(s[at]); }
uint16_t number_at(std::string_view s, size_t at) { return static_cast<uint16_t>(byte_at(s, at) << 8 | byte_at(s, at + 1)); }

ProxyProgress more(size_t size) { return {ProxyProgress::State::kMore, size}; }
ProxyProgress whole(size_t size) { return {ProxyProgress::State::kWhole, size}; }

ProxyProgress text_size(std::string_view prefix) {
  const size_t lf = prefix.find('\n');
  if (lf != std::string_view::npos) {
    const bool fits = lf + 1 >= kTextMinimum && lf < kTextMaximum;
    return fits && prefix[lf - 1] == '\r' ? whole(lf + 1) : ProxyProgress{};
  }
  if (prefix.size() >= kTextMaximum) return {};
  return more(prefix.size() + 1);  // its end is unknown: byte by byte
}

ProxyProgress binary_size(std::string_view prefix, size_t most) {
  if (prefix.size() < kBinaryFixed) return more(kBinaryFixed);
  const size_t size = kBinaryFixed + number_at(prefix, 14);
  if (size > most) return {};
  return prefix.size() < size ? more(size) : whole(size);
}

// Decimal without leading zeros, 0 to 65535.
std::optional<uint16_t> parse_port(std::string_view text) {
  if (text.size() > 5 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  const auto number = base::parse_number(text);
  if (!number || *number > 65535) return std::nullopt;
  return static_cast<uint16_t>(*number);
}

std::optional<Endpoint> parse_text_end(std::string_view host, std::string_view port, bool v6) {
  const auto address = IpAddress::parse(host);
  const auto number = parse_port(port);
  if (!address || !number || (host.find(':') != std::string_view::npos) != v6) return std::nullopt;
  return Endpoint::ip(*address, *number);
}

std::optional<ProxyHeader> parse_text(std::string_view header) {
  header.remove_suffix(2);
  const auto words = base::split(header, ' ');
  if (words.size() >= 2 && words[1] == "UNKNOWN") return ProxyHeader{};
  if (words.size() != 6 || (words[1] != "TCP4" && words[1] != "TCP6")) return std::nullopt;
  const bool v6 = words[1] == "TCP6";
  auto source = parse_text_end(words[2], words[4], v6);
  auto destination = parse_text_end(words[3], words[5], v6);
  if (!source || !destination) return std::nullopt;
  return ProxyHeader{true, std::move(*source), std::move(*destination)};
}

template <size_t kSize>
std::array<uint8_t, kSize> bytes_at(std::string_view s, size_t at) {
  std::array<uint8_t, kSize> bytes;
  for (size_t i = 0; i < kSize; ++i) bytes[i] = byte_at(s, at + i);
  return bytes;
}

Endpoint unix_end(std::string_view path) { return Endpoint::unix_socket(std::string(path.substr(0, path.find('\0')))); }

std::optional<ProxyHeader> parse_addresses(uint8_t family, std::string_view body) {
  switch (family) {
    case 0x11:  // TCP over IPv4
      if (body.size() < 12) return std::nullopt;
      return ProxyHeader{true, Endpoint::ip(IpAddress::v4(bytes_at<4>(body, 0)), number_at(body, 8)),
                         Endpoint::ip(IpAddress::v4(bytes_at<4>(body, 4)), number_at(body, 10))};
    case 0x21:  // TCP over IPv6
      if (body.size() < 36) return std::nullopt;
      return ProxyHeader{true, Endpoint::ip(IpAddress::v6(bytes_at<16>(body, 0)), number_at(body, 32)),
                         Endpoint::ip(IpAddress::v6(bytes_at<16>(body, 16)), number_at(body, 34))};
    case 0x31:  // unix stream
      if (body.size() < 216) return std::nullopt;
      return ProxyHeader{true, unix_end(body.substr(0, 108)), unix_end(body.substr(108, 108))};
    default:
      return ProxyHeader{};  // 2.2: other families are accepted and say nothing
  }
}

std::optional<ProxyHeader> parse_binary(std::string_view header) {
  const uint8_t version_and_command = byte_at(header, 12);
  if (version_and_command == 0x20) return ProxyHeader{};  // LOCAL: the balancer's own check
  if (version_and_command != 0x21) return std::nullopt;
  return parse_addresses(byte_at(header, 13), header.substr(kBinaryFixed));
}

}  // namespace

ProxyProgress proxy_header_size(std::string_view prefix, size_t most) {
  if (prefix.size() < kProxyPrefix) return more(kProxyPrefix);
  if (prefix.starts_with(kSignature)) return binary_size(prefix, most);
  if (prefix.starts_with(kText)) return text_size(prefix);
  return {};
}

std::optional<ProxyHeader> parse_proxy_header(std::string_view header) {
  const auto progress = proxy_header_size(header, kProxyMaximum);
  if (progress.state != ProxyProgress::State::kWhole || progress.size != header.size()) return std::nullopt;
  return header.starts_with(kSignature) ? parse_binary(header) : parse_text(header);
}

}  // namespace net
