#pragma once
// Bodies that no row names any more: what expunges leave behind, and what a crash left between body and row.
//
// Mark and sweep, an enterprise at a time. The mark reads the blob of every row in one snapshot and keeps 8 bytes of each; the sweep walks
// the enterprise's bodies and removes those that were not marked and were last put before the snapshot less `grace`. A body is put before
// the row that names it, and its transaction ends long before `grace` is over; a row made from another row (COPY) names a body that was
// marked by that one. So a body in use is never removed, whatever happens meanwhile, and nothing is locked. Counting references instead
// would cost a write at a random place for every delivery.

#include <functional>
#include <span>

#include "store/store.h"

namespace store {

struct CollectLimits {
  base::Duration grace = std::chrono::hours(1);  // must exceed the time from a put to the commit of its row
  double share = 0.1;                            // an enterprise is worth it when this part of its bytes may be garbage
  size_t marks = 8'000'000;                      // kept in memory at once, 8 bytes each; more rows make more passes
};

// Names every body that rows of the enterprise refer to, in `tx`'s snapshot.
using Marker = std::function<void(sql::Transaction&, sql::EnterpriseScope, const std::function<void(const blob::BlobId&)>&)>;

struct Collected {
  size_t enterprises = 0;
  uint64_t bodies = 0, bytes = 0;
};

// Collects every enterprise that is worth it. `others`: who else keeps bodies (the queue). Blocks, for minutes with millions of messages;
// asks `stop` between pieces. Throws what the database throws.
Collected collect(Store& store, std::span<const Marker> others, const CollectLimits& limits, const std::function<bool()>& stop);

}  // namespace store
