#pragma once
// Opens a store of bodies by its address: rocksdb:/path/folder, or memory: for tests.

#include <memory>
#include <string>

#include "blob/blob_store.h"
#include "blob/settings.h"

namespace blob {

// Throws base::Failure: kInvalid for an address not understood, kUnavailable or kCorrupt when it cannot be opened.
std::unique_ptr<BlobStore> open(const std::string& url, const Settings& settings = {});

}  // namespace blob
