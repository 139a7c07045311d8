#include "blob/blob_id.h"

#include <sodium.h>

#include "base/error.h"

namespace blob {

EnterpriseKey enterprise_key(std::string_view stored) {
  EnterpriseKey key;
  if (stored.size() != key.size())
    throw base::Failure(base::ErrorKind::kCorrupt, "cannot store now", "the enterprise's blob key is damaged");
  std::memcpy(key.data(), stored.data(), key.size());
  return key;
}

BlobId BlobId::from(std::string_view stored) {
  BlobId id;
  if (stored.size() == id.bytes.size()) std::memcpy(id.bytes.data(), stored.data(), id.bytes.size());
  return id;
}

BlobId blob_id(const EnterpriseKey& key, std::string_view bytes) {
  BlobId id;
  crypto_generichash(id.bytes.data(), id.bytes.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), key.data(),
                     key.size());
  return id;
}

}  // namespace blob
