// The first byte chooses the type, the rest is the record: what is read has the shape that the answer promises.

#include <cstdlib>

#include "net/dns_record.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  constexpr net::DnsType kTypes[] = {net::DnsType::kA,  net::DnsType::kNs,  net::DnsType::kCname, net::DnsType::kSoa, net::DnsType::kPtr,
                                     net::DnsType::kMx, net::DnsType::kTxt, net::DnsType::kAaaa,  net::DnsType::kTlsa};
  const std::string_view rdata(reinterpret_cast<const char*>(data) + 1, size - 1);
  net::DnsAnswer answer;
  const bool read = net::read_dns_record(kTypes[data[0] % std::size(kTypes)], rdata, answer);
  const size_t records = answer.addresses.size() + answer.mx.size() + answer.texts.size() + answer.names.size() + answer.tlsa.size();
  if (records > 1 || (!read && records != 0)) std::abort();
  for (const auto& name : answer.names)
    for (char c : name)
      if (c <= 0x20 || c >= 0x7f) std::abort();
  if (const auto name = net::dns_name(rdata)) {
    if (net::dns_name(*name) != name) std::abort();  // canonical already
    if (net::escape_dns_name(*name).size() < name->size()) std::abort();
  }
  return 0;
}
