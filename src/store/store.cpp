#include "store/store.h"

#include "store/cache.h"

namespace store {

Store::Store(sql::Database& db, blob::BlobStore& blobs, ChangeFeed& feed, const base::Clock& clock, base::IdMaker& ids, Limits limits,
             mime::Limits mime_limits)
    : db_(db),
      blobs_(blobs),
      feed_(feed),
      clock_(clock),
      ids_(ids),
      limits_(limits),
      mime_limits_(mime_limits),
      cache_(std::make_unique<Cache>(limits.cache_bytes)) {}

Store::~Store() = default;

}  // namespace store
