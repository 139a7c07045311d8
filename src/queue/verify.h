#pragma once
// Checks the queue's promises on live data (`posthouse verify`).

#include <functional>
#include <string>

#include "blob/blob_store.h"
#include "sql/database.h"
#include "sql/scope.h"

namespace queue {

struct VerifyCounts {
  uint64_t messages = 0, entries = 0, findings = 0;
};

// Called once for each broken promise, with a sentence that names the enterprise, message and entry.
using Finding = std::function<void(const std::string&)>;
// The key that names an enterprise's bodies; nullopt when there is no such enterprise.
using KeyOf = std::function<std::optional<blob::EnterpriseKey>(sql::EnterpriseScope)>;

// Every entry and attempt has its message, every message an entry and its body, which bears its name and has its size; states, leases and
// times fit each other; no message has a recipient twice. A page of messages a snapshot: runs beside a live server.
VerifyCounts verify(sql::Database& database, blob::BlobStore& blobs, const KeyOf& key_of, const Finding& finding);

}  // namespace queue
