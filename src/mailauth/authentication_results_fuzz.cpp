// Any value: what is read is written as one well-formed field that reads the same again.

#include <cstdint>
#include <cstdlib>

#include "mailauth/authentication_results.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  (void)mailauth::is_forged(value, "mx.example");
  const auto results = mailauth::parse_authentication_results(value);
  if (!results.ok()) return 0;
  const std::string field = mailauth::format_payload(*results);
  for (size_t at = field.find_first_of("\r\n"); at != std::string::npos; at = field.find_first_of("\r\n", at + 3))
    require(field.compare(at, 3, "\r\n\t") == 0);
  const auto again = mailauth::parse_authentication_results(field, {.bytes = field.size()});
  require(again.ok() && again->results.size() == results->results.size());
  require(mailauth::format_payload(*again) == field);
  require(mailauth::is_forged(field, results->authserv_id));
  return 0;
}
