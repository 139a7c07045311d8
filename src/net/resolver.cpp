#include "net/resolver.h"

#include <algorithm>

namespace net {

namespace {

// Which of two failures is told: trouble before absence, existence before NXDOMAIN.
int weight(DnsStatus status) {
  switch (status) {
    case DnsStatus::kOk:
      return 0;
    case DnsStatus::kNoName:
      return 1;
    case DnsStatus::kNoData:
      return 2;
    case DnsStatus::kTemporary:
      return 3;
    case DnsStatus::kBogus:
      return 4;
  }
  return 4;
}

}  // namespace

std::string reverse_name(const IpAddress& address) {
  const auto bytes = address.bytes();
  std::string name;
  for (auto b = bytes.rbegin(); b != bytes.rend(); ++b) {
    const auto byte = static_cast<uint8_t>(*b);
    if (address.is_v4()) {
      name += std::to_string(byte) + ".";
    } else {
      constexpr char kDigits[] = "0123456789abcdef";
      name += {kDigits[byte & 15], '.', kDigits[byte >> 4], '.'};
    }
  }
  return name + (address.is_v4() ? "in-addr.arpa" : "ip6.arpa");
}

Task<DnsAnswer> resolve_addresses(Resolver& resolver, std::string host, Deadline deadline) {
  DnsAnswer six = co_await resolver.resolve(host, DnsType::kAaaa, deadline);
  DnsAnswer four = co_await resolver.resolve(host, DnsType::kA, deadline);
  const bool secure = six.secure && four.secure;
  if (!six.ok() && !four.ok()) {
    DnsAnswer worse = weight(six.status) > weight(four.status) ? std::move(six) : std::move(four);
    worse.secure = secure;
    co_return worse;
  }
  const bool two = six.ok() && four.ok();
  DnsAnswer both = six.ok() ? std::move(six) : std::move(four);
  both.secure = secure;
  if (two) {
    both.ttl = std::min(both.ttl, four.ttl);
    both.addresses.insert(both.addresses.end(), four.addresses.begin(), four.addresses.end());
  }
  co_return both;
}

}  // namespace net
