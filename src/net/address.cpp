#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace net {

namespace {

constexpr std::array<uint8_t, 12> kV4Mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};  // RFC 4291 2.5.5.2

std::optional<uint16_t> parse_port(std::string_view text) {
  const auto number = base::parse_number(text);
  if (!number || *number > 65535) return std::nullopt;
  return static_cast<uint16_t>(*number);
}

}  // namespace

IpAddress IpAddress::v4(std::array<uint8_t, 4> bytes) {
  IpAddress result;
  std::copy(bytes.begin(), bytes.end(), result.bytes_.begin());
  return result;
}

IpAddress IpAddress::v6(std::array<uint8_t, 16> bytes) {
  if (std::equal(kV4Mapped.begin(), kV4Mapped.end(), bytes.begin())) return v4({bytes[12], bytes[13], bytes[14], bytes[15]});
  IpAddress result;
  result.v4_ = false;
  result.bytes_ = bytes;
  return result;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  std::array<uint8_t, 4> four;
  if (inet_pton(AF_INET, terminated.c_str(), four.data()) == 1) return v4(four);
  std::array<uint8_t, 16> sixteen;
  if (inet_pton(AF_INET6, terminated.c_str(), sixteen.data()) == 1) return v6(sixteen);
  return std::nullopt;
}

bool IpAddress::is_loopback() const {
  if (v4_) return bytes_[0] == 127;
  return std::all_of(bytes_.begin(), bytes_.end() - 1, [](uint8_t b) { return b == 0; }) && bytes_[15] == 1;
}

bool IpAddress::is_unspecified() const {
  return std::all_of(bytes_.begin(), bytes_.end(), [](uint8_t b) { return b == 0; });
}

std::string IpAddress::to_string() const {
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(v4_ ? AF_INET : AF_INET6, bytes_.data(), text, sizeof text);
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  Cidr result;
  result.network_ = *address;
  result.prefix_ = address->is_v4() ? 32 : 128;
  if (slash == std::string_view::npos) return result;
  const auto prefix = base::parse_number(text.substr(slash + 1));
  if (!prefix || *prefix > result.prefix_) return std::nullopt;
  result.prefix_ = static_cast<unsigned>(*prefix);
  return result;
}

bool Cidr::contains(const IpAddress& address) const {
  if (address.is_v4() != network_.is_v4()) return false;
  const auto ours = network_.bytes();
  const auto theirs = address.bytes();
  const size_t whole = prefix_ / 8;
  if (ours.substr(0, whole) != theirs.substr(0, whole)) return false;
  const unsigned rest = prefix_ % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<uint8_t>(0xff << (8 - rest));
  return ((static_cast<uint8_t>(ours[whole]) ^ static_cast<uint8_t>(theirs[whole])) & mask) == 0;
}

std::string Cidr::to_string() const { return network_.to_string() + "/" + std::to_string(prefix_); }

bool contains(const std::vector<Cidr>& networks, const IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(), [&](const Cidr& network) { return network.contains(address); });
}

Endpoint Endpoint::ip(IpAddress address, uint16_t port) {
  Endpoint result;
  result.address = address;
  result.port = port;
  return result;
}

Endpoint Endpoint::unix_socket(std::string path) {
  Endpoint result;
  result.unix_path = std::move(path);
  result.is_unix = true;
  return result;
}

std::optional<Endpoint> Endpoint::parse(std::string_view text) {
  if (text.starts_with("unix:")) {
    text.remove_prefix(5);
    if (text.empty() || text.size() >= sizeof(sockaddr_un::sun_path) || text.find('\0') != std::string_view::npos) return std::nullopt;
    return unix_socket(std::string(text));
  }
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_port(text.substr(colon + 1));
  auto host = text.substr(0, colon);
  if (!port) return std::nullopt;
  if (host == "*") return ip(IpAddress::v6({}), *port);
  if (host == "localhost") return ip(IpAddress::v4({127, 0, 0, 1}), *port);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host);
  if (!address || (host.find(':') != std::string_view::npos) != bracketed) return std::nullopt;
  return ip(*address, *port);
}

Endpoint Endpoint::from_sockaddr(const sockaddr* address, size_t size) {
  if (size >= sizeof(sockaddr_in) && address->sa_family == AF_INET) {
    sockaddr_in in;
    std::memcpy(&in, address, sizeof in);
    std::array<uint8_t, 4> bytes;
    std::memcpy(bytes.data(), &in.sin_addr, 4);
    return ip(IpAddress::v4(bytes), ntohs(in.sin_port));
  }
  if (size >= sizeof(sockaddr_in6) && address->sa_family == AF_INET6) {
    sockaddr_in6 in;
    std::memcpy(&in, address, sizeof in);
    std::array<uint8_t, 16> bytes;
    std::memcpy(bytes.data(), &in.sin6_addr, 16);
    return ip(IpAddress::v6(bytes), ntohs(in.sin6_port));
  }
  constexpr size_t kPathAt = offsetof(sockaddr_un, sun_path);
  if (size <= kPathAt || address->sa_family != AF_UNIX) return unix_socket({});
  const char* path = reinterpret_cast<const char*>(address) + kPathAt;
  return unix_socket(std::string(path, strnlen(path, size - kPathAt)));
}

size_t Endpoint::to_sockaddr(void* storage) const {
  std::memset(storage, 0, sizeof(sockaddr_storage));
  if (is_unix) {
    auto* un = static_cast<sockaddr_un*>(storage);
    if (unix_path.size() >= sizeof un->sun_path) return 0;
    un->sun_family = AF_UNIX;
    std::memcpy(un->sun_path, unix_path.data(), unix_path.size());
    return sizeof *un;
  }
  if (address.is_v4()) {
    auto* in = static_cast<sockaddr_in*>(storage);
    in->sin_family = AF_INET;
    in->sin_port = htons(port);
    std::memcpy(&in->sin_addr, address.bytes().data(), 4);
    return sizeof *in;
  }
  auto* in6 = static_cast<sockaddr_in6*>(storage);
  in6->sin6_family = AF_INET6;
  in6->sin6_port = htons(port);
  std::memcpy(&in6->sin6_addr, address.bytes().data(), 16);
  return sizeof *in6;
}

std::string Endpoint::to_string() const {
  if (is_unix) return "unix:" + unix_path;
  const auto host = address.to_string();
  return (address.is_v4() ? host : "[" + host + "]") + ":" + std::to_string(port);
}

}  // namespace net
