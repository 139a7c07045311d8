#pragma once
// Who has exchanged mail with a member: shared by reputation (inward) and the brakes (outward).
//
// Prior exchange begins when the outside address writes to the member, or answers (D4.14). What the member wrote alone does not make an
// address known for the brakes: otherwise whoever takes over a mailbox would pay for each stranger once only.

#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "sql/scope.h"
#include "sql/transaction.h"

namespace spam {

struct Correspondent {
  bool wrote = false;                  // the address wrote to this member
  bool written = false;                // this member wrote to it
  bool written_by_enterprise = false;  // somebody of the enterprise did
};

// Addresses in any form. An inward message that was let in (not into Junk), of a sender that is not proven false.
void note_received(sql::Transaction& tx, sql::AccountScope scope, std::string_view sender, base::Time now);
// The outside recipients of a message that the member sent.
void note_sent(sql::Transaction& tx, sql::AccountScope scope, std::span<const std::string> recipients, base::Time now);

Correspondent find_correspondent(sql::Transaction& tx, sql::AccountScope scope, std::string_view address);
// How many of these outside addresses have never written to the member; repeated ones count once.
size_t count_strangers(sql::Transaction& tx, sql::AccountScope scope, std::span<const std::string> recipients);

// Forgets exchanges older than `before`; returns how many rows went.
int64_t forget_correspondents(sql::Transaction& tx, sql::EnterpriseScope scope, base::Time before);

}  // namespace spam
