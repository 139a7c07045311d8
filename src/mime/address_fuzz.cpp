// Any bytes as an address list: groups are balanced, and what is formatted parses to as many addresses.

#include <cstdint>
#include <cstdlib>

#include "mime/address.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto list = mime::parse_addresses(std::string_view(reinterpret_cast<const char*>(data), size), 1000);
  if (list.size() > 1001) std::abort();
  bool in_group = false;
  for (const auto& address : list) {
    if (address.kind == mime::Address::Kind::kGroupStart && in_group) std::abort();
    if (address.kind == mime::Address::Kind::kGroupEnd && !in_group) std::abort();
    if (address.kind != mime::Address::Kind::kMailbox) in_group = address.kind == mime::Address::Kind::kGroupStart;
    if (address.kind == mime::Address::Kind::kMailbox && !address.host.empty() &&
        mime::parse_addresses(mime::format_address(address)).empty())
      std::abort();
  }
  return in_group ? 1 : 0;
}
