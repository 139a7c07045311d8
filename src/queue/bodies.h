#pragma once
// Which bodies the queue keeps, for their collector (store/collect.h).

#include <functional>

#include "blob/blob_id.h"
#include "sql/scope.h"
#include "sql/transaction.h"

namespace queue {

void mark_bodies(sql::Transaction& tx, sql::EnterpriseScope scope, const std::function<void(const blob::BlobId&)>& mark);

}  // namespace queue
