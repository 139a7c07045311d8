#pragma once
// Checks the store's promises on live data (`posthouse verify`).

#include <functional>
#include <string>

#include "store/store.h"

namespace store {

struct VerifyCounts {
  uint64_t accounts = 0, mailboxes = 0, messages = 0, findings = 0;
};

// Called once for each broken promise, with a sentence that names the account, mailbox and message.
using Report = std::function<void(const std::string&)>;
// The key that names an enterprise's bodies; nullopt when there is no such enterprise.
using KeyOf = std::function<std::optional<blob::EnterpriseKey>(sql::EnterpriseScope)>;

// Every mailbox's pages are sound and agree with its counters and its message rows; every row's body is there, bears its name, has its size
// and fits the stored summary; every account's usage is the sum of its mailboxes; no row belongs to nobody. One snapshot an account: runs
// beside a live server.
VerifyCounts verify(Store& store, const KeyOf& key_of, const Report& report);

}  // namespace store
