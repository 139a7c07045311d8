#pragma once
// When an entry is tried again, and when its sender hears of it. Pure.

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "queue/settings.h"

namespace queue {

// Delay before the next attempt, after `attempts` failed ones (1..). The same `seed` gives the same jitter, so that recipients of one
// message stay together.
base::Duration retry_delay(const Settings& settings, int attempts, uint64_t seed);

// How long a next hop is left alone after `failures` (1..) in a row.
base::Duration dead_delay(const Settings& settings, int failures, uint64_t seed);

// What a temporary failure means.
struct Verdict {
  bool give_up = false;     // the lifetime is over: return it to the sender
  bool tell_delay = false;  // the sender is to hear of the delay now
  base::Time next_at{};     // unless given up; never past expires_at: the last attempt is made then
};
// A zero `next` falls under the schedule of `attempts`; otherwise it is when the next hop may be tried again.
Verdict after_failure(const Settings& settings, base::Time now, int attempts, base::Time expires_at, std::optional<base::Time> delay_at,
                      uint64_t seed, base::Time next = {});

}  // namespace queue
