#include "store/cache.h"

namespace store {

namespace {
constexpr auto kRememberPublished = std::chrono::minutes(10);
}

ListPtr Store::Cache::get(AccountScope scope, int64_t mailbox_id) {
  std::lock_guard lock(mutex_);
  auto found = slots_.find({scope.account_id, mailbox_id});
  if (found == slots_.end()) return nullptr;
  if (found->second.kept) kept_.splice(kept_.begin(), kept_, found->second.place);
  return found->second.latest.lock();
}

void Store::Cache::publish(AccountScope scope, const ListPtr& list) {
  Key key{scope.account_id, list->state().mailbox_id};
  std::lock_guard lock(mutex_);
  Slot& slot = slots_[key];
  slot.modseq = list->state().modseq;
  slot.published = std::chrono::steady_clock::now();
  keep(key, slot, list);
}

void Store::Cache::offer(AccountScope scope, const ListPtr& list) {
  Key key{scope.account_id, list->state().mailbox_id};
  std::lock_guard lock(mutex_);
  Slot& slot = slots_[key];
  if (slot.modseq > list->state().modseq) return;
  if (auto have = slot.latest.lock(); have && have->state().modseq >= list->state().modseq) return;
  keep(key, slot, list);
}

void Store::Cache::drop(AccountScope scope, int64_t mailbox_id) {
  std::lock_guard lock(mutex_);
  Slot& slot = slots_[{scope.account_id, mailbox_id}];
  release(slot);
  slot.latest.reset();
  slot.modseq = UINT64_MAX;
  slot.published = std::chrono::steady_clock::now();
}

void Store::Cache::keep(const Key& key, Slot& slot, const ListPtr& list) {
  release(slot);
  slot.latest = list;
  kept_.emplace_front(key, list);
  slot.place = kept_.begin();
  slot.kept = true;
  kept_bytes_ += list->memory();
  while (kept_bytes_ > limit_ && kept_.size() > 1) release(slots_[kept_.back().first]);
  if (slots_.size() > prune_at_) forget_old_slots();
}

void Store::Cache::release(Slot& slot) {
  if (!slot.kept) return;
  kept_bytes_ -= slot.place->second->memory();
  kept_.erase(slot.place);
  slot.kept = false;
}

void Store::Cache::forget_old_slots() {
  auto now = std::chrono::steady_clock::now();
  std::erase_if(
      slots_, [&](const auto& s) { return !s.second.kept && s.second.latest.expired() && now - s.second.published > kRememberPublished; });
  prune_at_ = slots_.size() * 2 + 1024;
}

}  // namespace store
