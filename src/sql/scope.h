#pragma once
// Whose rows a call may touch. Every function that reads or writes company data takes one of these as its first data argument,
// so that code without a scope cannot reach rows. They are made by directory/ (from a signed-in person or a resolved address) alone.

#include <compare>
#include <cstdint>

namespace sql {

struct EnterpriseScope {
  int64_t enterprise_id = 0;
  auto operator<=>(const EnterpriseScope&) const = default;
};

// One mailbox owner (a member today; shared mailboxes are accounts too) inside its enterprise.
struct AccountScope {
  int64_t enterprise_id = 0;
  int64_t account_id = 0;
  EnterpriseScope enterprise() const { return {enterprise_id}; }
  auto operator<=>(const AccountScope&) const = default;
};

}  // namespace sql
