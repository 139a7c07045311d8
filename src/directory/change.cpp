#include "directory/change.h"

namespace directory {

namespace {

constexpr int64_t kKeptChanges = 10'000;  // a reader that is further behind drops everything
constexpr int64_t kPruneEvery = 1'000;

}  // namespace

Change::Change(sql::Transaction& transaction) : tx(transaction) {
  auto rows = tx.query("update directory_version set version = version + 1 where id = 1 returning version");
  if (!rows.next()) throw base::Failure(base::ErrorKind::kCorrupt, "the directory has no version");
  version_ = rows.number(0);
}

void Change::finish(std::shared_ptr<ChangeSignal> signal) {
  tx.execute("insert into directory_change (version, keys) values (?, ?)", version_, keys_);
  if (version_ % kPruneEvery == 0 && version_ > kKeptChanges) {
    tx.execute("delete from directory_change where version <= ?", version_ - kKeptChanges);
    tx.execute("update directory_version set pruned = ? where id = 1", version_ - kKeptChanges);
  }
  tx.on_commit([signal = std::move(signal)] { signal->raise(); });
}

}  // namespace directory
