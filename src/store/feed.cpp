#include "store/feed.h"

#include <algorithm>
#include <utility>

namespace store {

ChangeFeed::Subscription& ChangeFeed::Subscription::operator=(Subscription&& other) noexcept {
  reset();
  feed_ = std::exchange(other.feed_, nullptr);
  account_id_ = other.account_id_;
  number_ = other.number_;
  return *this;
}

void ChangeFeed::Subscription::reset() {
  if (feed_) std::exchange(feed_, nullptr)->unsubscribe(account_id_, number_);
}

ChangeFeed::Subscription ChangeFeed::subscribe(sql::AccountScope scope, Listener listener) {
  Subscription subscription;
  subscription.feed_ = this;
  subscription.account_id_ = scope.account_id;
  subscription.number_ = next_++;
  Shard& s = shard(scope.account_id);
  std::lock_guard lock(s.mutex);
  s.by_account[scope.account_id].push_back({subscription.number_, std::move(listener)});
  return subscription;
}

void ChangeFeed::publish(sql::AccountScope scope, const Change& change) {
  Shard& s = shard(scope.account_id);
  std::lock_guard lock(s.mutex);
  auto found = s.by_account.find(scope.account_id);
  if (found == s.by_account.end()) return;
  for (const Entry& entry : found->second) entry.listener(change);
}

void ChangeFeed::unsubscribe(int64_t account_id, uint64_t number) {
  Shard& s = shard(account_id);
  std::lock_guard lock(s.mutex);
  auto found = s.by_account.find(account_id);
  if (found == s.by_account.end()) return;
  std::erase_if(found->second, [&](const Entry& entry) { return entry.number == number; });
  if (found->second.empty()) s.by_account.erase(found);
}

}  // namespace store
