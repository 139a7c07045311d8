#pragma once
// A sender's history with the member and with the enterprise, as points: positive speaks for Junk.
//
// What people did weighs most: moves into and out of Junk, and whom the member writes to. What this program decided before weighs little,
// so that it does not believe itself. A sender that proved its domain (SPF or DKIM, aligned) is known by it from any machine; one that did
// not is known by domain and network together, so that a forger inherits nothing.

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "net/address.h"
#include "sql/scope.h"
#include "sql/transaction.h"

namespace spam {

// Whose history it is. "" when there is no usable domain: nothing is counted then.
std::string sender_key(std::string_view from_domain, bool proven, const std::optional<net::IpAddress>& client);

enum class SenderEvent : uint8_t {
  kAccepted,
  kJunked,    // by the verdict
  kRescued,   // the member moved it out of Junk
  kReported,  // the member moved it into Junk
};
// Counts for the member and for the enterprise.
void note_sender(sql::Transaction& tx, sql::AccountScope scope, std::string_view key, SenderEvent event, base::Time now);

struct SenderHistory {
  int64_t accepted = 0, junked = 0, rescued = 0, reported = 0;
};
struct Reputation {
  SenderHistory member, enterprise;
};
Reputation find_reputation(sql::Transaction& tx, sql::AccountScope scope, std::string_view key);

// -most..most; the member's own experience before the enterprise's. Pure.
double reputation_points(const Reputation& reputation, double most = 3);

int64_t forget_senders(sql::Transaction& tx, sql::EnterpriseScope scope, base::Time before);

}  // namespace spam
