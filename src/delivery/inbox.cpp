#include "delivery/inbox.h"

namespace delivery {

std::optional<int64_t> InboxCache::find(store::Store& store, sql::Transaction& tx, sql::AccountScope scope) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = by_account_.find(scope.account_id); known != by_account_.end()) return known->second;
  }
  const auto inbox = store.find_mailbox(tx, scope, "INBOX");
  if (!inbox) return std::nullopt;
  // An account made in this very transaction would be remembered although it may be rolled back: its id is never used again, so that is
  // harmless.
  const std::lock_guard lock(mutex_);
  if (by_account_.size() >= most_) by_account_.clear();
  by_account_[scope.account_id] = inbox->id;
  return inbox->id;
}

void InboxCache::forget(sql::AccountScope scope) {
  const std::lock_guard lock(mutex_);
  by_account_.erase(scope.account_id);
}

}  // namespace delivery
