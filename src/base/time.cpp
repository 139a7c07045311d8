#include "base/time.h"

#include <fmt/chrono.h>

namespace base {

std::string to_iso8601(Time t) {
  auto seconds = to_seconds(t);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06d}Z", fmt::gmtime(static_cast<std::time_t>(seconds)), to_micros(t) - seconds * 1'000'000);
}

}  // namespace base
