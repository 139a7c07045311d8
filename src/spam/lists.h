#pragma once
// Block and allow lists of an enterprise and of a member (D4.7, E6.4).
//
// An entry is an address ("tom@example.com"), a domain with all below it ("example.com"), only what is below it ("*.example.com"), or a
// client's address or network ("192.0.2.0/24"). Which one decides, when several match:
//   1. a block of the enterprise: what administrators forbid, a member cannot let in;
//   2. the member's own entries;
//   3. an allow of the enterprise, unless the member blocked the sender.
// Within one list the closer entry decides (address, then longer domain, then network), and of two alike the allow.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "net/address.h"
#include "sql/scope.h"
#include "sql/transaction.h"

namespace spam {

// Stored numbers: DO NOT CHANGE.
enum class ListKind : uint8_t { kBlock = 1, kAllow = 2 };

struct ListLimits {
  size_t entries = 10'000;  // of one list
  size_t note = 500;        // bytes
};

struct ListEntry {
  ListKind kind = ListKind::kBlock;
  std::string entry;
  std::string note;
  base::Time added_at{};
};

// Who sent the message, as far as lists care. Compared forms (sender.h).
struct ListSubject {
  std::optional<net::IpAddress> client;
  std::string envelope_sender;      // "" for the null sender
  std::string from;                 // address of From
  bool names_proven_false = false;  // DMARC says that From is forged: allow entries by name do not count
};

struct ListMatch {
  ListKind kind = ListKind::kBlock;
  bool personal = false;
  std::string entry;
};

// The compared form of an entry; kInvalid with a text for people when it is none.
base::Result<std::string> parse_list_entry(std::string_view text);

// The enterprise's list. add: kInvalid, kLimit; adding again replaces the note. remove: false when it was not there.
base::Result<void> add_list_entry(sql::Transaction& tx, sql::EnterpriseScope scope, ListKind kind, std::string_view entry,
                                  std::string_view note, base::Time now, const ListLimits& limits = {});
bool remove_list_entry(sql::Transaction& tx, sql::EnterpriseScope scope, ListKind kind, std::string_view entry);
int64_t clear_list(sql::Transaction& tx, sql::EnterpriseScope scope, ListKind kind);
std::vector<ListEntry> list_entries(sql::Transaction& tx, sql::EnterpriseScope scope);
// The member's own.
base::Result<void> add_list_entry(sql::Transaction& tx, sql::AccountScope scope, ListKind kind, std::string_view entry,
                                  std::string_view note, base::Time now, const ListLimits& limits = {});
bool remove_list_entry(sql::Transaction& tx, sql::AccountScope scope, ListKind kind, std::string_view entry);
int64_t clear_list(sql::Transaction& tx, sql::AccountScope scope, ListKind kind);
std::vector<ListEntry> list_entries(sql::Transaction& tx, sql::AccountScope scope);

// What the lists say about mail to this member; nullopt: nothing.
std::optional<ListMatch> match_lists(sql::Transaction& tx, sql::AccountScope scope, const ListSubject& subject);

}  // namespace spam
