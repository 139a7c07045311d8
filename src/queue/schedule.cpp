#include "queue/schedule.h"

#include <algorithm>
#include <cmath>

namespace queue {

namespace {

// splitmix64: spreads neighbouring ids over the whole range.
uint64_t mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

base::Duration grown(base::Duration first, double factor, base::Duration longest, int times, double jitter, uint64_t seed) {
  const double steps = std::min(std::max(times, 1) - 1, 1'000);
  const double delay = std::min(static_cast<double>(first.count()) * std::pow(factor, steps), static_cast<double>(longest.count()));
  const double unit = static_cast<double>(mix(seed + static_cast<uint64_t>(times)) >> 11) / static_cast<double>(uint64_t{1} << 53);
  return base::Duration(static_cast<int64_t>(delay * (1 + jitter * (2 * unit - 1))));
}

}  // namespace

base::Duration retry_delay(const Settings& settings, int attempts, uint64_t seed) {
  return grown(settings.first_retry, settings.retry_factor, settings.longest_retry, attempts, settings.jitter, seed);
}

base::Duration dead_delay(const Settings& settings, int failures, uint64_t seed) {
  return grown(settings.dead_first, 2, settings.dead_longest, failures, settings.jitter, seed);
}

Verdict after_failure(const Settings& settings, base::Time now, int attempts, base::Time expires_at, std::optional<base::Time> delay_at,
                      uint64_t seed, base::Time next) {
  if (now >= expires_at) return {.give_up = true};
  Verdict verdict;
  verdict.tell_delay = delay_at && now >= *delay_at;
  if (next == base::Time{}) next = now + retry_delay(settings, attempts, seed);
  verdict.next_at = std::min(next, expires_at);
  return verdict;
}

}  // namespace queue
