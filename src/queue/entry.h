#pragma once
// What is queued: a message and its entries, one for each recipient; in memory as the scheduler holds them.

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "blob/blob_id.h"
#include "queue/transport.h"
#include "sql/scope.h"

namespace queue {

// Stored numbers: DO NOT CHANGE.
enum class State : uint8_t {
  kReady = 0,   // to be tried at next_at
  kLeased = 1,  // some node has it until next_at; then it is as good as ready
  kHeld = 2,    // waits for a person
};

// What is to become of an entry when the scheduler next has it in hand. Stored numbers: DO NOT CHANGE.
enum class Wish : uint8_t { kNone = 0, kHold = 1, kRemove = 2, kBounce = 3 };

// next_at of a held entry: past any time.
inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// Names one entry. An operator writes it MESSAGE/ENTRY.
struct EntryId {
  int64_t enterprise_id = 0;
  int64_t message_id = 0;
  int64_t entry_id = 0;
  auto operator<=>(const EntryId&) const = default;
};

struct Message {
  int64_t enterprise_id = 0;
  int64_t message_id = 0;
  int64_t account_id = 0;
  blob::BlobId blob;
  Envelope envelope;
  std::string source_pool;
  std::string language;
  std::string subject, header_id;
  base::Time arrived_at{};
  std::shared_ptr<const std::string> bytes;  // of a fresh one, while it waits for its first attempt; shared with the transport
};

// One leased entry.
struct Entry {
  int64_t entry_id = 0;
  std::string recipient, orcpt;
  uint8_t notify = 0;
  Wish wish = Wish::kNone;
  int attempts = 0;  // made before
  base::Time expires_at{};
  std::optional<base::Time> delay_at;
  int64_t fence = 0;
};

// Leased entries of one message for one next hop: what one delivery takes. At most Settings::batch_recipients.
struct Work {
  std::shared_ptr<const Message> message;  // shared by all works of the message
  std::string next_hop;
  std::vector<Entry> entries;

  EntryId id(const Entry& entry) const { return {message->enterprise_id, message->message_id, entry.entry_id}; }
};

// "=host:port" <-> the route "host:port"; empty for a domain.
inline std::string_view route_of(std::string_view next_hop) { return next_hop.starts_with('=') ? next_hop.substr(1) : std::string_view(); }

// The key under which mail for this address is queued: its domain in A-labels and lower case, or an address literal. nullopt: no address.
std::optional<std::string> next_hop_of(std::string_view address);

}  // namespace queue
