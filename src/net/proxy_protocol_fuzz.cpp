// Any bytes: the header is delimited as a listener does it, one demand at a time, and what parses has a printable form that parses again.

#include <cstdlib>

#include "net/proxy_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  size_t taken = 0;
  for (;;) {
    const auto progress = net::proxy_header_size(input.substr(0, taken));
    if (progress.state == net::ProxyProgress::State::kWrong) return 0;
    if (progress.state == net::ProxyProgress::State::kWhole) {
      if (progress.size != taken) std::abort();  // more was read than belongs to the header
      break;
    }
    if (progress.size <= taken) std::abort();
    if (progress.size > size) return 0;
    taken = progress.size;
  }
  const auto header = net::parse_proxy_header(input.substr(0, taken));
  if (header && header->has_addresses && !header->source.is_unix) {
    const auto again = net::Endpoint::parse(header->source.to_string());
    if (!again || !(*again == header->source)) std::abort();
  }
  return 0;
}
