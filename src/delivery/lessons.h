#pragma once
// What members teach the spam filters by moving messages into Junk and out of it (spam/bayes.h, spam/judge.h). Every protocol that moves
// messages says so here.

#include <string>

#include "net/loop.h"
#include "spam/judge.h"
#include "store/store.h"

namespace delivery {

// Thread-safe. Its work is done on the pool, which ends before it.
class Lessons {
 public:
  Lessons(store::Store& store, net::ThreadPool& pool, const base::Clock& clock, spam::Settings settings)
      : store_(store), pool_(pool), clock_(clock), settings_(std::move(settings)) {}

  // Messages are in mailbox `to` now, under these UIDs, and came from mailbox `from`. Returns at once; what cannot be learned is logged.
  void note_moved(sql::AccountScope scope, int64_t from, std::string to, store::UidSet uids);

 private:
  struct Moved;
  Moved read(sql::AccountScope scope, int64_t from, const std::string& to, const store::UidSet& uids);
  void learn(sql::AccountScope scope, int64_t from, const std::string& to, const store::UidSet& uids);

  store::Store& store_;
  net::ThreadPool& pool_;
  const base::Clock& clock_;
  const spam::Settings settings_;
};

}  // namespace delivery
