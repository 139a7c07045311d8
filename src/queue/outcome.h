#pragma once
// What outcomes mean: for each entry its fate and what its sender is told. Pure.

#include <span>
#include <vector>

#include "queue/entry.h"
#include "queue/rows.h"
#include "queue/settings.h"

namespace queue {

enum class Fate : uint8_t {
  kDelivered,  // and relayed: done
  kReturned,   // given up
  kRemoved,    // as an operator wished: nobody is told
  kDeferred,   // tried again, or held as an operator wished
};

// What the sender hears about an entry (RFC 3464 2.3.3 Action).
enum class Told : uint8_t { kNothing, kFailed, kDelayed, kDelivered, kRelayed };

struct Settled {
  size_t entry = 0;  // its place in the work
  Fate fate = Fate::kDeferred;
  Told told = Told::kNothing;
  bool tried = true;  // an attempt was made, to be counted and recorded
  Attempt attempt;
  Deferral deferral;  // of kDeferred
};

// REQUIRES: an outcome for each entry.
std::vector<Settled> settle(const Settings& settings, const Work& work, std::span<const Outcome> outcomes, base::Time now);
// Of a next hop that was found dead: not tried.
std::vector<Settled> settle_dead(const Settings& settings, const Work& work, const Attempt& why, base::Time dead_until, base::Time now);
// Of entries with a wish.
std::vector<Settled> settle_wish(const Work& work, base::Time now);

// One line: "mx.example.net [192.0.2.1] TLSv1.3: 450 4.2.0 mailbox busy", "connection refused".
std::string summary(const Attempt& attempt, size_t bytes = 500);

// What of the batch concerns the next hop as a whole, if anything does.
const Attempt* unreachable(std::span<const Outcome> outcomes);

}  // namespace queue
