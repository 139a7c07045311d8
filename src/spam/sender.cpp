#include "spam/sender.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "directory/address.h"

namespace spam {

std::string compared_address(std::string_view address) {
  if (auto parsed = directory::parse_address(address)) return parsed->key();
  return base::to_lower(base::printable(address.substr(0, 320), 320));
}

std::string compared_domain(std::string_view domain) {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  if (auto normal = directory::normalise_domain(domain)) return *normal;
  return base::to_lower(base::printable(domain.substr(0, 255), 255));
}

std::string domain_of(std::string_view address) {
  const size_t at = address.rfind('@');
  return at == std::string_view::npos ? std::string() : compared_domain(address.substr(at + 1));
}

std::string network_text(const net::IpAddress& address, unsigned bits) {
  const auto bytes = address.bytes();
  bits = std::min<unsigned>(bits, static_cast<unsigned>(bytes.size()) * 8);
  std::array<uint8_t, 16> masked{};
  for (size_t i = 0; i < bytes.size(); ++i) {
    const unsigned kept = bits > 8 * i ? std::min<unsigned>(8, bits - static_cast<unsigned>(8 * i)) : 0;
    masked[i] = static_cast<uint8_t>(static_cast<uint8_t>(bytes[i]) & (0xff00u >> kept));
  }
  const auto network = address.is_v4() ? net::IpAddress::v4({masked[0], masked[1], masked[2], masked[3]}) : net::IpAddress::v6(masked);
  return network.to_string() + "/" + std::to_string(bits);
}

std::string network_of(const net::IpAddress& address) { return network_text(address, address.is_v4() ? 24 : 64); }

}  // namespace spam
