#pragma once
// Greylisting (RFC 6647): an unknown client is told to come back later. Mail systems do; most programs that send spam do not.
//
// Remembered is (enterprise, member, client's /24 or /64, sender's domain): large senders come back from a neighbour machine and with
// another local part. A network that came back properly a few times is no longer asked to, by the whole enterprise.

#include <string_view>

#include "base/time.h"
#include "net/address.h"
#include "sql/scope.h"
#include "sql/transaction.h"

namespace spam {

struct GreylistSettings {
  std::chrono::seconds delay{300};         // earlier returns are still too soon
  std::chrono::seconds window{172'800};    // it must return within this time; later it is new again
  std::chrono::seconds keep{35 * 86'400};  // what has returned is known for this long after its last message
  int64_t returns = 3;                     // of a network, before it is known to all of the enterprise
};

enum class GreylistAnswer : uint8_t {
  kFirst,        // never seen: come back
  kTooSoon,      // came back before the delay was over
  kReturned,     // came back just now: let through
  kKnown,        // has returned before
  kKnownClient,  // its network has
};
inline bool passes(GreylistAnswer answer) { return answer != GreylistAnswer::kFirst && answer != GreylistAnswer::kTooSoon; }

// Asks and notes. REQUIRES: a write. `sender_domain` is "" for the null sender.
GreylistAnswer check_greylist(sql::Transaction& tx, sql::AccountScope scope, const net::IpAddress& client, std::string_view sender_domain,
                              base::Time now, const GreylistSettings& settings);

// Drops what is past its time; returns how many rows.
int64_t expire_greylist(sql::Transaction& tx, sql::EnterpriseScope scope, base::Time now, const GreylistSettings& settings);

}  // namespace spam
