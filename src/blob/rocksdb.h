#pragma once
// Bodies in RocksDB: the embedded profile. See rocksdb.cpp for keys and recovery.

#include <memory>
#include <string>

#include "blob/blob_store.h"
#include "blob/settings.h"

namespace blob {

// Makes the folder when it is not there. Throws base::Failure kUnavailable or kCorrupt when it cannot be opened.
std::unique_ptr<BlobStore> open_rocksdb(const std::string& folder, const Settings& settings = {});

}  // namespace blob
