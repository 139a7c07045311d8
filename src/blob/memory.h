#pragma once
// Bodies in memory: for tests.

#include <memory>

#include "blob/blob_store.h"

namespace blob {

std::unique_ptr<BlobStore> open_memory();

}  // namespace blob
