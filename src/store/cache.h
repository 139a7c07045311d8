#pragma once
// The latest committed version of mailbox lists, for sessions that ask without the database.
//
// The writer publishes each version after its commit; a reader may add one it loaded, unless something newer was published meanwhile. To
// tell, a slot remembers the modseq last published for some minutes, longer than any read lasts, also after the list itself was dropped.

#include <chrono>
#include <list>
#include <mutex>
#include <unordered_map>

#include "store/store.h"

namespace store {

class Store::Cache {
 public:
  explicit Cache(size_t bytes) : limit_(bytes) {}

  ListPtr get(AccountScope scope, int64_t mailbox_id);
  void publish(AccountScope scope, const ListPtr& list);  // after a commit
  void offer(AccountScope scope, const ListPtr& list);    // after a read
  void drop(AccountScope scope, int64_t mailbox_id);      // the mailbox is gone

 private:
  struct Key {
    int64_t account_id, mailbox_id;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    size_t operator()(const Key& k) const { return static_cast<size_t>(k.account_id * 0x9e3779b97f4a7c15 ^ k.mailbox_id); }
  };
  struct Slot {
    std::weak_ptr<const MailboxList> latest;  // alive while kept here or shown by a session
    uint64_t modseq = 0;                      // last published; UINT64_MAX: the mailbox is gone
    std::chrono::steady_clock::time_point published{};
    bool kept = false;
    std::list<std::pair<Key, ListPtr>>::iterator place;
  };

  void keep(const Key& key, Slot& slot, const ListPtr& list);
  void release(Slot& slot);
  void forget_old_slots();

  const size_t limit_;
  std::mutex mutex_;
  std::unordered_map<Key, Slot, KeyHash> slots_;
  std::list<std::pair<Key, ListPtr>> kept_;  // most recently used first
  size_t kept_bytes_ = 0;
  size_t prune_at_ = 1024;
};

}  // namespace store
