#pragma once
// The open RocksDB of one blob folder: its options, its two column families and getting it to write again after an error.

#include <rocksdb/db.h>

#include <functional>
#include <memory>
#include <shared_mutex>
#include <string>

#include "base/error.h"
#include "blob/rocksdb.h"

namespace blob {

base::Error to_error(const ::rocksdb::Status& status);

class RocksdbFiles {
 public:
  RocksdbFiles(std::string folder, const Settings& settings);  // throws base::Failure
  ~RocksdbFiles();

  // Keeps the database open while it lives; `db` is null when a broken database could not be opened again yet.
  struct Open {
    std::shared_lock<std::shared_mutex> hold;
    ::rocksdb::DB* db;
    ::rocksdb::ColumnFamilyHandle* bodies;
    ::rocksdb::ColumnFamilyHandle* names;
  };
  Open open();
  // Writes what `fill` puts into the batch, with sync. After a failure it clears RocksDB's background error, opening the database anew
  // where nothing less helps, and tries once more: `fill` is called again.
  using Fill = std::function<void(const Open&, ::rocksdb::WriteBatch&)>;
  ::rocksdb::Status write(const Fill& fill);

 private:
  ::rocksdb::Status try_write(const Fill& fill);
  ::rocksdb::Status probe();
  ::rocksdb::Status start();
  void stop();
  ::rocksdb::Status recover();

  const std::string folder_;
  const Settings settings_;
  std::unique_ptr<::rocksdb::Env> env_;  // over settings_.files, when given
  std::shared_mutex mutex_;              // exclusive only while the database is opened anew
  std::unique_ptr<::rocksdb::DB> db_;
  ::rocksdb::ColumnFamilyHandle* bodies_ = nullptr;
  ::rocksdb::ColumnFamilyHandle* names_ = nullptr;
};

}  // namespace blob
