// Flags and expunge.

#include "base/record.h"
#include "store/edit.h"

namespace store {

namespace {

FlagSet changed_flags(FlagSet now, FlagChange change, FlagSet flags) {
  switch (change) {
    case FlagChange::kReplace:
      return flags;
    case FlagChange::kAdd:
      return now | flags;
    case FlagChange::kRemove:
      return now & ~flags;
  }
  return now;
}

}  // namespace

base::Result<FlagResult> Store::change_flags(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id, const UidSet& uids,
                                             FlagChange change, const FlagNames& names, std::optional<uint64_t> unchanged_since) {
  auto edit = Edit::open(*this, tx, scope, mailbox_id);
  if (!edit.ok()) return edit.error();
  auto flags = edit->resolve(names, change != FlagChange::kRemove);
  if (!flags.ok()) return flags.error();
  FlagResult result;
  edit->update(uids, [&](Entry& entry) {
    if (unchanged_since && entry.modseq > *unchanged_since) {
      result.refused.add(entry.uid);
      return false;
    }
    FlagSet wanted = changed_flags(entry.flags, change, *flags);
    if (wanted == entry.flags) return false;
    entry.flags = wanted;
    entry.modseq = edit->modseq();
    result.changed.add(entry.uid);
    return true;
  });
  result.modseq = result.changed.empty() ? edit->state().modseq : edit->modseq();
  result.list = edit->changed() ? edit->finish() : edit->before();
  return result;
}

base::Result<ExpungeResult> Store::expunge(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id, const UidSet* uids) {
  auto current = list(tx, scope, mailbox_id);
  if (!current.ok()) return current.error();
  ExpungeResult result;
  result.modseq = (*current)->state().modseq;
  if ((*current)->state().deleted == 0) return result;
  auto collect = [&](uint32_t, const Entry& entry) {
    if (entry.flags & kDeleted) result.expunged.add(entry.uid);
  };
  if (uids)
    (*current)->for_each(*uids, collect);
  else
    (*current)->for_each(collect);
  if (result.expunged.empty()) return result;
  auto modseq = remove_messages(tx, scope, mailbox_id, result.expunged);
  if (!modseq.ok()) return modseq.error();
  result.modseq = *modseq;
  return result;
}

base::Result<uint32_t> Store::claim_recent(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id) {
  auto edit = Edit::open(*this, tx, scope, mailbox_id);
  if (!edit.ok()) return edit.error();
  uint32_t from = edit->state().recent_from;
  if (from == edit->uid_next()) return from;
  edit->set_recent_from(edit->uid_next());
  edit->finish();
  return from;
}

std::optional<UidSet> Store::expunged_since(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id, uint64_t modseq) {
  {
    auto rows = tx.query("select pruned_modseq from mailbox where account_id = ? and mailbox_id = ?", scope.account_id, mailbox_id);
    if (!rows.next() || static_cast<uint64_t>(rows.number(0)) > modseq) return std::nullopt;
  }
  UidSet gone;
  for (const sql::Row& row : tx.query("select uids from tombstone where account_id = ? and mailbox_id = ? and modseq > ?", scope.account_id,
                                      mailbox_id, modseq)) {
    std::string_view bytes = row.blob(0);
    while (!bytes.empty()) {
      auto first = base::take_varint(bytes), span = first ? base::take_varint(bytes) : std::nullopt;
      if (!span) throw base::Failure(base::ErrorKind::kCorrupt, "a tombstone is damaged");
      gone.add(static_cast<uint32_t>(*first), static_cast<uint32_t>(*first + *span));
    }
  }
  return gone;
}

}  // namespace store
