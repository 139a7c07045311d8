// Background work: what was deleted is removed for good, a little at a time, so that no delivery waits behind it.

#include "store/edit.h"

namespace store {

bool Store::sweep_dropped(size_t rows) {
  return db_.write([rows](sql::Transaction& tx) {
    int64_t account = 0, mailbox = 0;
    {
      auto dropped = tx.query("select account_id, mailbox_id from dropped_mailbox limit 1");
      if (!dropped.next()) return false;
      account = dropped.number(0);
      mailbox = dropped.number(1);
    }
    int64_t last = 0, bytes = 0, found = 0;
    for (const sql::Row& row :
         tx.query("select uid, size from message where account_id = ? and mailbox_id = ? order by uid limit ?", account, mailbox, rows)) {
      last = row.number(0);
      bytes += row.number(1);
      ++found;
    }
    tx.execute_later("delete from message where account_id = ? and mailbox_id = ? and uid <= ?", account, mailbox, last);
    tx.execute_later("update mail_account set freed_bytes = freed_bytes + ? where account_id = ?", bytes, account);
    if (found < static_cast<int64_t>(rows))
      tx.execute("delete from dropped_mailbox where account_id = ? and mailbox_id = ?", account, mailbox);
    return true;
  });
}

bool Store::prune_tombstones(base::Time before, size_t rows) {
  return db_.write([before, rows](sql::Transaction& tx) {
    struct Old {
      int64_t account, mailbox, modseq;
    };
    std::vector<Old> old;
    for (const sql::Row& row :
         tx.query("select account_id, mailbox_id, modseq from tombstone where expunged_at < ? limit ?", base::to_micros(before), rows))
      old.push_back({row.number(0), row.number(1), row.number(2)});
    for (const Old& each : old) {
      tx.execute_later("delete from tombstone where account_id = ? and mailbox_id = ? and modseq = ?", each.account, each.mailbox,
                       each.modseq);
      tx.execute_later("update mailbox set pruned_modseq = ? where account_id = ? and mailbox_id = ? and pruned_modseq < ?", each.modseq,
                       each.account, each.mailbox, each.modseq);
    }
    return old.size() == rows;
  });
}

}  // namespace store
