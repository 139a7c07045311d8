#pragma once
// Immutable message bodies, by enterprise and content hash. A body is put before the row that names it: a crash between the two leaves
// garbage for the collector, never a row without its bytes.
//
// Errors: kNotFound; kCorrupt when stored bytes fail a checksum; kUnavailable for a full disk or an I/O error (later calls work again
// once the cause is gone). All calls are thread-safe; all but start_put block and belong on a pool thread.

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "blob/blob_id.h"
#include "net/pending.h"

namespace blob {

struct Removed {
  uint64_t bodies = 0, bytes = 0;
  uint64_t young_bytes = 0;  // of bodies not in use that were put too lately
};

// The clock by which puts are dated.
inline base::Time now() { return base::SystemClock().now(); }

class BlobStore {
 public:
  virtual ~BlobStore() = default;

  // Durable once the Pending is ready (it throws base::Failure otherwise); puts that wait together share one sync. Putting an id again is
  // harmless. The id is the caller's to compute: blob_id(key, bytes).
  virtual net::Pending<void> start_put(int64_t enterprise, const BlobId& id, std::string bytes) = 0;
  boost::asio::awaitable<void> async_put(int64_t enterprise, const BlobId& id, std::string bytes) {
    return start_put(enterprise, id, std::move(bytes)).wait();
  }
  void put(int64_t enterprise, const BlobId& id, std::string bytes) { start_put(enterprise, id, std::move(bytes)).get(); }

  virtual base::Result<std::string> get(int64_t enterprise, const BlobId& id) = 0;
  // One result for each id, in the order asked.
  virtual std::vector<base::Result<std::string>> multi_get(int64_t enterprise, std::span<const BlobId> ids) = 0;
  // Bytes [offset, offset + length) of the body, less where it ends earlier.
  virtual base::Result<std::string> get_range(int64_t enterprise, const BlobId& id, uint64_t offset, uint64_t length);
  virtual base::Result<bool> exists(int64_t enterprise, const BlobId& id) = 0;

  // Removes the bodies of the enterprise that were last put before `put_before` and that `in_use` does not know. A body put again while
  // this runs stays, whatever in_use said. Durable on return.
  virtual base::Result<Removed> remove_unused(int64_t enterprise, base::Time put_before,
                                              const std::function<bool(const BlobId&)>& in_use) = 0;
  virtual base::Result<void> erase_enterprise(int64_t enterprise) = 0;
  // Every id of the enterprise as of now, ascending, with the size of its body; stops early when `visit` returns false.
  virtual base::Result<void> for_each(int64_t enterprise, const std::function<bool(const BlobId&, uint64_t size)>& visit) = 0;
  // A consistent copy, openable like the original, in a folder that must not exist yet. Cheap on the same file system (hard links).
  virtual base::Result<void> checkpoint(const std::string& folder) = 0;
};

// get(), and the bytes hashed again: kCorrupt when they do not bear their name.
base::Result<std::string> get_verified(BlobStore& store, int64_t enterprise, const EnterpriseKey& key, const BlobId& id);

}  // namespace blob
