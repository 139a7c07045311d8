#pragma once
// Which mailbox is the INBOX of an account. An INBOX keeps its id for life (it can be neither deleted nor replaced), so the answer is
// remembered.

#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "sql/transaction.h"
#include "store/store.h"

namespace delivery {

// Thread-safe: it is asked on the writers' threads.
class InboxCache {
 public:
  explicit InboxCache(size_t most = 1'000'000) : most_(most) {}

  // nullopt when the account has none (it was deleted meanwhile).
  std::optional<int64_t> find(store::Store& store, sql::Transaction& tx, sql::AccountScope scope);
  void forget(sql::AccountScope scope);

 private:
  const size_t most_;
  std::mutex mutex_;
  std::unordered_map<int64_t, int64_t> by_account_;
};

}  // namespace delivery
