// Accounts: the default mailboxes and the usage that quotas are checked against.

#include "store/edit.h"

namespace store {

void Store::create_account(sql::Transaction& tx, AccountScope scope) {
  int64_t made = tx.execute(
      "insert into mail_account (account_id, enterprise_id, used_bytes, used_messages, uid_validity) values (?, ?, 0, 0, ?) on conflict do "
      "nothing",
      scope.account_id, scope.enterprise_id, base::to_seconds(clock_.now()));
  if (made == 0) return;
  struct Default {
    const char* name;
    SpecialUse use;
  };
  constexpr Default kDefaults[] = {{"INBOX", SpecialUse::kNone}, {"Drafts", SpecialUse::kDrafts}, {"Sent", SpecialUse::kSent},
                                   {"Junk", SpecialUse::kJunk},  {"Trash", SpecialUse::kTrash},   {"Archive", SpecialUse::kArchive}};
  for (const Default& mailbox : kDefaults) {
    base::value_or_throw(create_mailbox(tx, scope, mailbox.name, mailbox.use));
    set_subscribed(tx, scope, mailbox.name, true);
  }
}

Usage Store::usage(sql::Transaction& tx, AccountScope scope) {
  auto rows = tx.query("select used_bytes, used_messages from mail_account where account_id = ? and enterprise_id = ?", scope.account_id,
                       scope.enterprise_id);
  return rows.next() ? Usage{rows.number(0), rows.number(1)} : Usage{};
}

}  // namespace store
