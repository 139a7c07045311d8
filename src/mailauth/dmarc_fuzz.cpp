// Any bytes as a record: what parses keeps the limits, and parses to the same again.

#include <cstdint>
#include <cstdlib>

#include "mailauth/dmarc_record.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!mailauth::is_dmarc_record(text)) return 0;
  const mailauth::DmarcRecordLimits limits;
  const auto record = mailauth::parse_dmarc_record(text, limits);
  if (!record.ok()) return 0;
  if (size > limits.size || record->percent > 100 || record->aggregate.size() > limits.uris || record->failure.size() > limits.uris)
    std::abort();
  for (const auto& uri : record->aggregate)
    for (char c : uri.uri)
      if (c <= 0x20 || c >= 0x7f) std::abort();
  const auto again = mailauth::parse_dmarc_record(record->text, limits);
  if (!again.ok() || again->policy != record->policy || again->aggregate != record->aggregate) std::abort();
  return 0;
}
