#include "queue/bodies.h"

namespace queue {

void mark_bodies(sql::Transaction& tx, sql::EnterpriseScope scope, const std::function<void(const blob::BlobId&)>& mark) {
  for (const sql::Row& row : tx.query("select blob_id from queue_message where enterprise_id = ?", scope.enterprise_id))
    mark(blob::BlobId::from(row.blob(0)));
}

}  // namespace queue
