#include "blob/open.h"

#include "blob/memory.h"
#include "blob/rocksdb.h"

namespace blob {

std::unique_ptr<BlobStore> open(const std::string& url, const Settings& settings) {
  constexpr std::string_view kRocksdb = "rocksdb:";
  if (url == "memory:") return open_memory();
  if (url.starts_with(kRocksdb)) return open_rocksdb(url.substr(kRocksdb.size()), settings);
  throw base::Failure(base::ErrorKind::kInvalid, "an address for message bodies starts with rocksdb:");
}

}  // namespace blob
