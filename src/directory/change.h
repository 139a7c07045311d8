#pragma once
// One change of the directory: a transaction of its own, with its record of what to drop from caches.
//
//   return change<Domain>(db, signal, [&](Change& change) {
//     if (...) refuse(ErrorKind::kExists, "...");       // undoes all of it and becomes the result
//     change.tx.execute(...);
//     change.touch('d', name);
//     return domain;
//   });

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "directory/change_signal.h"
#include "sql/database.h"

namespace directory {

class Change {
 public:
  // Takes the next version, whose row lock puts changes in order.
  explicit Change(sql::Transaction& transaction);

  // A cache key that this change makes wrong; `map` as in cache.h.
  void touch(char map, std::string_view key) { (keys_ += keys_.empty() ? "" : "\n") += std::string{map, ' '} + std::string(key); }
  // Writes the record, and raises the signal after the commit.
  void finish(std::shared_ptr<ChangeSignal> signal);

  sql::Transaction& tx;

 private:
  int64_t version_ = 0;
  std::string keys_;
};

// What ends a change with a result for its caller.
class Refused : public base::Failure {
 public:
  using Failure::Failure;
};
[[noreturn]] inline void refuse(base::ErrorKind kind, std::string text) { throw Refused(kind, std::move(text)); }

template <typename T>
base::Result<T> change(sql::Database& db, const std::shared_ptr<ChangeSignal>& signal, const std::function<T(Change&)>& fn) {
  auto run = [&](sql::Transaction& tx) -> T {
    Change change(tx);
    if constexpr (std::is_void_v<T>) {
      fn(change);
      change.finish(signal);
    } else {
      T made = fn(change);
      change.finish(signal);
      return made;
    }
  };
  try {
    if constexpr (std::is_void_v<T>) {
      db.write(run);
      return {};
    } else {
      return db.write(run);
    }
  } catch (const Refused& refused) {
    return refused.error();
  }
}

}  // namespace directory
