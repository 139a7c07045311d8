#include "blob/blob_store.h"

namespace blob {

base::Result<std::string> BlobStore::get_range(int64_t enterprise, const BlobId& id, uint64_t offset, uint64_t length) {
  auto whole = get(enterprise, id);
  if (!whole.ok() || (offset == 0 && length >= whole->size())) return whole;
  return offset >= whole->size() ? std::string() : whole->substr(offset, length);
}

base::Result<std::string> get_verified(BlobStore& store, int64_t enterprise, const EnterpriseKey& key, const BlobId& id) {
  auto whole = store.get(enterprise, id);
  if (whole.ok() && blob_id(key, *whole) != id)
    return base::Error{base::ErrorKind::kCorrupt, "a message body is damaged", "its hash differs"};
  return whole;
}

}  // namespace blob
