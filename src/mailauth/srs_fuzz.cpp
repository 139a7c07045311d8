// Any sender: what it is rewritten to is ours and leads back to it. Any recipient: reversing it gives an address or an error.

#include <cstdint>
#include <cstdlib>

#include "mailauth/srs.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const mailauth::Srs srs = *mailauth::Srs::make({.domain = "fwd.example", .secrets = {"0123456789abcdef"}});
  const base::Time now = base::from_seconds(1'700'000'000);
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)srs.reverse(text, now);
  const auto address = srs.forward(text, now);
  if (!address.ok() || *address == text) return 0;
  require(srs.is_rewritten(*address));
  const auto back = srs.reverse(*address, now);
  require(back.ok());
  const auto again = srs.forward(*back, now);
  require(again.ok() && *again == *address);
  return 0;
}
