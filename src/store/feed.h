#pragma once
// The change feed: tells the sessions of an account that something changed, after the commit that changed it.
//
// It carries no data: a session that hears of a change looks at the new version of its mailbox. In one process this class is the feed;
// on a cluster a driver (Redis) calls publish() for the changes of other nodes.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "sql/scope.h"

namespace store {

struct Change {
  int64_t mailbox_id = 0;     // 0: the set of mailboxes or subscriptions changed
  bool mailbox_gone = false;  // the mailbox was deleted
};

class ChangeFeed {
 public:
  using Listener = std::function<void(const Change&)>;

  // Unsubscribes when destroyed; no call of the listener is under way after that. Outlived by the feed.
  class Subscription {
   public:
    Subscription() = default;
    Subscription(Subscription&& other) noexcept { *this = std::move(other); }
    Subscription& operator=(Subscription&& other) noexcept;
    ~Subscription() { reset(); }
    void reset();

   private:
    friend class ChangeFeed;
    ChangeFeed* feed_ = nullptr;
    int64_t account_id_ = 0;
    uint64_t number_ = 0;
  };

  // The listener runs on the publisher's thread with a lock held: it only wakes somebody (net::Notifier). Thread-safe.
  [[nodiscard]] Subscription subscribe(sql::AccountScope scope, Listener listener);
  void publish(sql::AccountScope scope, const Change& change);

 private:
  struct Entry {
    uint64_t number;
    Listener listener;
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<int64_t, std::vector<Entry>> by_account;
  };
  Shard& shard(int64_t account_id) { return shards_[static_cast<uint64_t>(account_id) % kShards]; }
  void unsubscribe(int64_t account_id, uint64_t number);

  static constexpr size_t kShards = 64;
  Shard shards_[kShards];
  std::atomic<uint64_t> next_{1};
};

}  // namespace store
