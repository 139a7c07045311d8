#pragma once
// Directory rows as structs: the selects that several files share.

#include <optional>
#include <string_view>
#include <vector>

#include "directory/directory.h"

namespace directory {

// Stored numbers: DO NOT CHANGE.
enum class AddressKind { kMain = 1, kAlias = 2 };

std::optional<Member> read_member(sql::Transaction& tx, sql::AccountScope scope);
std::vector<Member> read_members(sql::Transaction& tx, sql::EnterpriseScope scope);
std::optional<Enterprise> read_enterprise(sql::Transaction& tx, int64_t enterprise_id);
std::vector<Domain> read_domains(sql::Transaction& tx, sql::EnterpriseScope scope);
// The domain's row in this enterprise.
std::optional<Domain> read_domain(sql::Transaction& tx, sql::EnterpriseScope scope, std::string_view name);
// The row of the enterprise that holds the domain (active or abnormal), or else of the first that wants it, or had it.
std::optional<Domain> read_domain_anywhere(sql::Transaction& tx, std::string_view name);

struct Holder {
  int64_t account_id = 0;
  AddressKind kind = AddressKind::kMain;
};
std::optional<Holder> read_holder(sql::Transaction& tx, sql::EnterpriseScope scope, std::string_view domain, std::string_view local);

// A domain that its enterprise holds: no other may have it.
inline bool is_held(DomainState state) { return state == DomainState::kActive || state == DomainState::kAbnormal; }

}  // namespace directory
