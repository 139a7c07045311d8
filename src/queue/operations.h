#pragma once
// What people do to the queue: look at it, try now, hold, release, take out, send another way. For the command line and the consoles.
//
// Each function has two forms: of one enterprise, and of the operator for all. Changes take at most `most` entries in one transaction and
// are called again until they change nothing, so that a million entries do not stop deliveries. Running schedulers hear of a change within
// Settings::poll_interval. An entry that a server has leased is not touched: it gets a wish, which counts when its attempt ends without
// delivery; what is delivered meanwhile is delivered.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "queue/queue.h"

namespace queue {

// Every enterprise: for the operator's own tools alone.
struct AllEnterprises {};

// All that is set must fit.
struct Filter {
  std::optional<int64_t> message_id, entry_id;
  std::optional<std::string> sender;       // the return path, exactly; empty: the null sender
  std::optional<std::string> recipient;    // exactly
  std::optional<std::string> destination;  // the next hop: a domain, or "=route"
  std::optional<State> state;
  std::optional<int64_t> enterprise_id;  // of the operator's form
};

struct Listed {
  EntryId id;
  std::string sender, recipient, subject, next_hop, last_reply;
  State state = State::kReady;
  Wish wish = Wish::kNone;
  int attempts = 0;
  uint64_t size = 0;
  base::Time arrived_at{}, expires_at{};
  std::optional<base::Time> next_at;  // next attempt or end of the lease; empty: held
  int64_t lease_owner = -1;
};

// Where a page ended: pass it to get the next one.
using Cursor = EntryId;
struct Page {
  std::vector<Listed> entries;  // oldest message first
  std::optional<Cursor> next;
};

struct PastAttempt {
  int number = 0;
  base::Time at{};
  Attempt attempt;  // tls_version holds version and cipher
};

Page list(sql::Transaction& tx, sql::EnterpriseScope scope, const Filter& filter, const std::optional<Cursor>& after = {},
          size_t limit = 100);
Page list(sql::Transaction& tx, AllEnterprises all, const Filter& filter, const std::optional<Cursor>& after = {}, size_t limit = 100);

// Oldest first; those that are still kept.
std::vector<PastAttempt> attempts(sql::Transaction& tx, sql::EnterpriseScope scope, int64_t message_id, int64_t entry_id);

// The numbers of entries changed.
class Operations {
 public:
  explicit Operations(Queue& queue) : queue_(queue) {}

  // Due now, whatever their schedule and the state of their next hop.
  int64_t retry_now(sql::Transaction& tx, sql::EnterpriseScope scope, const Filter& filter, size_t most = 1'000);
  int64_t retry_now(sql::Transaction& tx, AllEnterprises all, const Filter& filter, size_t most = 1'000);
  int64_t hold(sql::Transaction& tx, sql::EnterpriseScope scope, const Filter& filter, size_t most = 1'000);
  int64_t hold(sql::Transaction& tx, AllEnterprises all, const Filter& filter, size_t most = 1'000);
  // Held entries are due now.
  int64_t release(sql::Transaction& tx, sql::EnterpriseScope scope, const Filter& filter, size_t most = 1'000);
  int64_t release(sql::Transaction& tx, AllEnterprises all, const Filter& filter, size_t most = 1'000);
  // Taken out unsent. kBounce: a scheduler returns them to their senders; kRemove: nobody is told.
  int64_t remove(sql::Transaction& tx, sql::EnterpriseScope scope, const Filter& filter, Wish how, size_t most = 1'000);
  int64_t remove(sql::Transaction& tx, AllEnterprises all, const Filter& filter, Wish how, size_t most = 1'000);
  // To the host `route` ("host", "host:port") from now on, at once; empty: back to what the recipient's domain says. Not the leased ones.
  int64_t change_route(sql::Transaction& tx, sql::EnterpriseScope scope, const Filter& filter, const std::string& route,
                       size_t most = 1'000);
  int64_t change_route(sql::Transaction& tx, AllEnterprises all, const Filter& filter, const std::string& route, size_t most = 1'000);

 private:
  int64_t update(sql::Transaction& tx, std::optional<int64_t> enterprise, const Filter& filter, const std::string& set,
                 const std::string& condition, size_t most);
  int64_t retry_of(sql::Transaction& tx, std::optional<int64_t> enterprise, const Filter& filter, size_t most);
  int64_t hold_of(sql::Transaction& tx, std::optional<int64_t> enterprise, const Filter& filter, size_t most);
  int64_t release_of(sql::Transaction& tx, std::optional<int64_t> enterprise, const Filter& filter, size_t most);
  int64_t remove_of(sql::Transaction& tx, std::optional<int64_t> enterprise, const Filter& filter, Wish how, size_t most);
  int64_t delete_unleased(sql::Transaction& tx, std::optional<int64_t> enterprise, const Filter& filter, size_t most);
  int64_t route_of_entries(sql::Transaction& tx, std::optional<int64_t> enterprise, const Filter& filter, const std::string& route,
                           size_t most);

  Queue& queue_;
};

}  // namespace queue
