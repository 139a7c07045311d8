#pragma once
// Who exists: enterprises, domains, members, aliases, and which mailbox an address leads to.
//
// Writes go to the database in one transaction each and are followed by a change record; reads of routing data (resolve, find_domain,
// account) come from an in-memory cache that is dropped key by key when a change record names them, also when another process (the command
// line) made the change: directory/change_signal.h. So an answer is never older than the last committed change.
//
// Addresses: compared case-insensitively; domains as A-labels in lower case (IDNA2008, RFC 5891), shown as U-labels; local parts are
// NFC-normalised, case-folded UTF-8 (RFC 6531).

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"
#include "sql/database.h"
#include "sql/scope.h"

namespace directory {

// Stored numbers: DO NOT CHANGE. B5.11.
enum class DomainState {
  kAdded = 1,
  kAwaitOwnership = 2,
  kProtected = 3,
  kAwaitMx = 4,
  kActive = 5,
  kAbnormal = 6,
  kLost = 7,
  kRemoved = 8,
  kDisputed = 9
};
enum class MemberState { kCreated = 1, kActive = 2, kDisabled = 3, kDeleted = 4 };  // C4.4.8

// What a password costs to check; kept with each password, so a change is for those set from then on.
struct PasswordCost {
  uint64_t argon2_operations = 2;
  size_t argon2_memory_bytes = 64u << 20;
  uint32_t scram_iterations = 4096;
};

struct Limits {
  size_t aliases_per_member = 5;
  size_t name_bytes = 64;           // of a member's name (C4.4.6)
  size_t local_part_bytes = 64;     // RFC 5321 4.5.3.1.1
  size_t domain_bytes = 255;        // RFC 5321 4.5.3.1.2
  size_t cache_entries = 200'000;   // routing answers kept in memory
  char plus_separator = '+';        // 0: no plus-addressing
  int64_t default_quota_bytes = 0;  // 0: unlimited
  PasswordCost passwords;           // for add_member
};

struct Enterprise {
  int64_t id = 0;
  std::string name;
  std::string blob_key;            // 32 bytes: keys the content hashes of this enterprise (blob/)
  int64_t creator_account_id = 0;  // its first member, the first administrator; 0: none yet
};

struct Domain {
  int64_t id = 0;
  int64_t enterprise_id = 0;
  std::string name;  // A-label form, lower case
  DomainState state = DomainState::kAdded;
  std::string catch_all;  // address that takes mail for unknown local parts; empty: none
  base::Time added_at;
  std::optional<base::Time> last_active_at;
};

struct Member {
  int64_t account_id = 0;
  int64_t enterprise_id = 0;
  std::string name;
  std::string address;  // main address, as shown (UTF-8)
  std::vector<std::string> aliases;
  MemberState state = MemberState::kCreated;
  int64_t quota_bytes = 0;  // 0: unlimited
  sql::AccountScope scope() const { return {enterprise_id, account_id}; }
};

// What an envelope recipient leads to.
enum class RouteKind {
  kMailbox,         // deliver to `member`
  kUnknownUser,     // 550 5.1.1: our domain, nobody there
  kDisabled,        // 550 5.2.1
  kForeignDomain,   // not ours: 550 5.7.1 on the MX port
  kDomainInactive,  // B5.13: 550
  kBadAddress,      // 553 5.1.3: not an address at all
};
struct Route {
  RouteKind kind = RouteKind::kBadAddress;
  std::shared_ptr<const Member> member;          // kMailbox, kDisabled
  std::shared_ptr<const Enterprise> enterprise;  // kMailbox, kDisabled, kUnknownUser
  std::string detail;                            // the part after '+', empty when none
  bool via_catch_all = false;
};

struct NewMember {
  std::string address;
  std::string name;
  std::string password;      // empty: no password yet, state kCreated; else kActive
  int64_t quota_bytes = -1;  // -1: Limits::default_quota_bytes
};

struct DomainEntry;
struct EnterpriseEntry;

class Directory {
 public:
  // `version_file`: a small file of the data folder, shared by all processes on it (see change_signal.h); empty in tests: this process
  // alone.
  Directory(sql::Database& db, const base::Clock& clock, base::IdMaker& ids, Limits limits, const std::string& version_file);
  ~Directory();

  // --- routing; cached, thread-safe, cheap (a few µs on a hit; a miss reads the database on the calling thread) ---
  // `address` as in RCPT TO without angle brackets. "postmaster" and "abuse" of any domain of ours always lead to a mailbox:
  // the member or alias of that name, or else the enterprise's first administrator (RFC 5321 4.5.1, RFC 2142). The bare "postmaster" (no
  // domain) too.
  Route resolve(std::string_view address);
  std::shared_ptr<const Member> member(sql::AccountScope scope);  // null: none
  // Whether the member may write as `address`: an address of theirs, with or without a plus part.
  bool may_send_as(const Member& member, std::string_view address);
  // Whose main address or alias this is, exactly (no plus part, no catch-all), as long as its enterprise holds the domain: for signing in.
  // Null: nobody's.
  std::shared_ptr<const Member> member_of(std::string_view address);
  std::shared_ptr<const Enterprise> enterprise(sql::EnterpriseScope scope);

  // --- changes and listings; run on a pool thread (they block; not on the database's own threads) ---
  // Errors: kNotFound (nothing of that name in this enterprise), kExists, kInvalid, kLimit, kDenied, each with a sentence for people.
  base::Result<Enterprise> create_enterprise(std::string_view name);
  std::vector<Enterprise> enterprises();
  base::Result<Domain> add_domain(sql::EnterpriseScope scope, std::string_view name, DomainState state);
  base::Result<void> set_domain_state(sql::EnterpriseScope scope, std::string_view name, DomainState state);
  base::Result<void> set_catch_all(sql::EnterpriseScope scope, std::string_view domain, std::string_view address);
  std::vector<Domain> domains(sql::EnterpriseScope scope);
  // The enterprise that owns an active domain; for the operator's command line, which names things by address.
  std::optional<Domain> find_domain(std::string_view name);
  // `also` runs in the same transaction with the new member's scope (store/ makes the account's mailboxes there).
  base::Result<Member> add_member(sql::EnterpriseScope scope, const NewMember& member,
                                  const std::function<void(sql::Transaction&, sql::AccountScope)>& also = {});
  base::Result<void> set_member_state(sql::AccountScope scope, MemberState state);
  base::Result<void> set_quota(sql::AccountScope scope, int64_t bytes);
  base::Result<void> add_alias(sql::AccountScope scope, std::string_view address);
  base::Result<void> remove_alias(sql::AccountScope scope, std::string_view address);
  std::vector<Member> members(sql::EnterpriseScope scope);
  std::optional<Member> find_member(std::string_view address);  // by main address or alias, not by catch-all; whatever the domain's state

  sql::Database& database() { return db_; }
  const Limits& limits() const { return limits_; }

 private:
  friend class Credentials;  // its changes go the same way
  struct Cache;              // cache.h
  // Without sync(): of the state that the caller has synchronised to.
  std::shared_ptr<const Member> cached_member(sql::AccountScope scope);
  std::shared_ptr<const EnterpriseEntry> cached_enterprise(int64_t enterprise_id);
  std::shared_ptr<const DomainEntry> cached_domain(const std::string& name);
  std::shared_ptr<const Member> holder(int64_t enterprise_id, std::string_view local,
                                       std::string_view domain);  // main or alias, not deleted
  std::shared_ptr<const Member> administrator(int64_t enterprise_id);
  std::shared_ptr<const Member> reach(int64_t enterprise_id, std::string_view local, std::string_view domain);
  Route route_to(std::shared_ptr<const Member> member, std::string detail);
  Route route_to_catch_all(const DomainEntry& domain);
  Route unknown_user(const DomainEntry& domain);

  sql::Database& db_;
  const base::Clock& clock_;
  base::IdMaker& ids_;
  const Limits limits_;
  std::unique_ptr<Cache> cache_;
};

}  // namespace directory
