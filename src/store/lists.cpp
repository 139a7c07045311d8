// Lists: from the cache, from what this transaction staged, or from pages.

#include "store/cache.h"
#include "store/edit.h"

namespace store {

ListPtr load_list(sql::Transaction& tx, AccountScope scope, const MailboxState& state, const ListPtr& known) {
  if (known && known->state().modseq == state.modseq && known->state().uid_validity == state.uid_validity) {
    if (known->state().recent_from == state.recent_from) return known;
    return std::make_shared<MailboxList>(state, known->pages());
  }
  std::vector<std::shared_ptr<const Page>> pages;
  for (const sql::Row& row : tx.query("select page, entries from mailbox_page where account_id = ? and mailbox_id = ? order by page",
                                      scope.account_id, state.mailbox_id)) {
    pages.push_back(Page::decode(row.number(0), row.blob(1)));
    if (pages.size() > 1 && pages[pages.size() - 2]->last_uid() >= pages.back()->first_uid())
      throw base::Failure(base::ErrorKind::kCorrupt, "a mailbox's pages are out of order", std::to_string(state.mailbox_id));
  }
  auto list = std::make_shared<MailboxList>(state, std::move(pages));
  if (list->size() != state.exists)
    throw base::Failure(base::ErrorKind::kCorrupt, "a mailbox's pages do not match its count", std::to_string(state.mailbox_id));
  return list;
}

base::Result<ListPtr> Store::list(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id) {
  static const std::string kSelect = std::string("select ") + kMailboxColumns + " from mailbox where account_id = ? and mailbox_id = ?";
  MailboxState state;
  {
    auto rows = tx.query(kSelect, scope.account_id, mailbox_id);
    if (!rows.next()) return base::Error{base::ErrorKind::kNotFound, "no such mailbox"};
    state = read_mailbox(rows.row()).state;
  }
  if (ListPtr staged = staged_list(tx, scope, mailbox_id)) return load_list(tx, scope, state, staged);
  ListPtr list = load_list(tx, scope, state, cache_->get(scope, mailbox_id));
  cache_->offer(scope, list);
  return list;
}

ListPtr Store::committed(AccountScope scope, int64_t mailbox_id) const { return cache_->get(scope, mailbox_id); }

}  // namespace store
