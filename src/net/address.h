#pragma once
// IP addresses, networks and the endpoints that a socket has or listens on. Pure: no name is looked up.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr;

namespace net {

// An IPv4 or IPv6 address without zone. A v4-mapped IPv6 address (::ffff:a.b.c.d) is always held as the IPv4 address it means,
// so that lists, limits and policies see one form.
class IpAddress {
 public:
  IpAddress() = default;                                         // unspecified IPv4, 0.0.0.0
  static std::optional<IpAddress> parse(std::string_view text);  // "192.0.2.1", "2001:db8::1"; no brackets, no zone
  static IpAddress v4(std::array<uint8_t, 4> bytes);
  static IpAddress v6(std::array<uint8_t, 16> bytes);

  bool is_v4() const { return v4_; }
  bool is_v6() const { return !v4_; }
  bool is_loopback() const;
  bool is_unspecified() const;
  // Network order; 4 or 16 bytes.
  std::string_view bytes() const { return {reinterpret_cast<const char*>(bytes_.data()), v4_ ? size_t{4} : size_t{16}}; }
  std::string to_string() const;  // RFC 5952 for IPv6

  auto operator<=>(const IpAddress&) const = default;

 private:
  bool v4_ = true;
  std::array<uint8_t, 16> bytes_{};
};

// "10.0.0.0/8", "2001:db8::/32", or a single address.
class Cidr {
 public:
  static std::optional<Cidr> parse(std::string_view text);
  bool contains(const IpAddress& address) const;
  std::string to_string() const;

 private:
  IpAddress network_;
  unsigned prefix_ = 32;
};

bool contains(const std::vector<Cidr>& networks, const IpAddress& address);

// One end of a connection: an IP address and port, or a unix socket's path (which may be empty for a client's end).
struct Endpoint {
  IpAddress address;
  uint16_t port = 0;
  std::string unix_path;
  bool is_unix = false;

  // "192.0.2.1:25", "[2001:db8::1]:25", "*:25" (all addresses, both families), "localhost:25" (127.0.0.1), "unix:/path".
  static std::optional<Endpoint> parse(std::string_view text);
  static Endpoint ip(IpAddress address, uint16_t port);
  static Endpoint unix_socket(std::string path);
  static Endpoint from_sockaddr(const sockaddr* address, size_t size);
  // Fills `storage` (at least sizeof(sockaddr_storage)) and returns the length; 0 when a path is too long.
  size_t to_sockaddr(void* storage) const;
  std::string to_string() const;  // the form that parse() takes

  bool operator==(const Endpoint&) const = default;
};

}  // namespace net
