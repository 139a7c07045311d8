#include "store/edit.h"

#include <algorithm>

#include "base/record.h"
#include "base/text.h"
#include "store/cache.h"

namespace store {

namespace {

// The versions made inside one transaction and not yet committed.
struct Staged {
  std::map<std::pair<int64_t, int64_t>, ListPtr> lists;  // by account and mailbox
};

Staged& staged_of(sql::Transaction& tx) {
  auto& slot = tx.attachment();
  if (!slot) slot = std::make_shared<Staged>();
  return *static_cast<Staged*>(slot.get());
}

}  // namespace

ListPtr staged_list(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id) {
  if (!tx.attachment()) return nullptr;
  auto& lists = staged_of(tx).lists;
  auto found = lists.find({scope.account_id, mailbox_id});
  return found == lists.end() ? nullptr : found->second;
}

base::Result<Store::Edit> Store::Edit::open(Store& store, sql::Transaction& tx, AccountScope scope, int64_t mailbox_id) {
  static const std::string kSelect =
      std::string("select ") + kMailboxColumns + ", next_page from mailbox where account_id = ? and mailbox_id = ?";
  static const std::string kLock = kSelect + " for update";
  Edit edit(store, tx, scope);
  {
    auto rows = tx.query(tx.driver() == sql::Driver::kPostgres ? kLock : kSelect, scope.account_id, mailbox_id);
    if (!rows.next()) return base::Error{base::ErrorKind::kNotFound, "no such mailbox"};
    edit.next_ = read_mailbox(rows.row()).state;
    edit.next_page_ = rows.number(12);
  }
  ListPtr known = staged_list(tx, scope, mailbox_id);
  if (!known) known = store.cache_->get(scope, mailbox_id);
  edit.list_ = load_list(tx, scope, edit.next_, known);
  edit.old_modseq_ = edit.next_.modseq;
  edit.pages_ = edit.list_->pages();
  return edit;
}

void Store::Edit::count(const Entry& entry, int by) {
  next_.exists += by;
  if (!(entry.flags & kSeen)) next_.unseen += by;
  if (entry.flags & kDeleted) next_.deleted += by;
}

void Store::Edit::append(const Entry& entry, uint64_t size) {
  if (pages_.empty() || pages_.back()->size() == kPageEntries) {
    pages_.push_back(Page::make(next_page_++, {&entry, 1}));
  } else {
    pages_.back() = pages_.back()->with(entry);
  }
  dirty_[pages_.back()->number()] = pages_.back();
  count(entry, +1);
  next_.bytes += size;
  next_.uid_next = entry.uid + 1;
  next_.modseq = modseq();
}

void Store::Edit::replace_page(size_t index, std::vector<Entry> entries) {
  int64_t number = pages_[index]->number();
  pages_[index] = entries.empty() ? nullptr : Page::make(number, entries);
  dirty_[number] = pages_[index];
  next_.modseq = modseq();
}

void Store::Edit::remove(const UidSet& uids, uint64_t bytes) {
  std::vector<Entry> entries;
  for (size_t p = 0; p < pages_.size(); ++p) {
    if (uids.empty() || pages_[p]->last_uid() < uids.first() || pages_[p]->first_uid() > uids.last()) continue;
    entries.clear();
    pages_[p]->append_to(entries);
    size_t had = entries.size();
    std::erase_if(entries, [&](const Entry& e) {
      if (!uids.contains(e.uid)) return false;
      count(e, -1);
      return true;
    });
    if (entries.size() != had) replace_page(p, entries);
  }
  std::erase(pages_, nullptr);
  next_.bytes -= std::min(bytes, next_.bytes);
  removed_ = true;
}

// Neighbours that fit into half a page together become one, so that a mailbox whose old mail is thinned out does not keep a page a message.
void Store::Edit::merge_small_pages() {
  for (size_t p = 1; p < pages_.size();) {
    if (pages_[p - 1]->size() + pages_[p]->size() > kPageEntries / 2 ||
        !(dirty_.contains(pages_[p]->number()) || dirty_.contains(pages_[p - 1]->number()))) {
      ++p;
      continue;
    }
    std::vector<Entry> entries;
    pages_[p - 1]->append_to(entries);
    pages_[p]->append_to(entries);
    dirty_[pages_[p]->number()] = nullptr;
    pages_.erase(pages_.begin() + static_cast<ptrdiff_t>(p));
    replace_page(p - 1, entries);
  }
}

base::Result<FlagSet> Store::Edit::resolve(const FlagNames& names, bool add) {
  FlagSet set = names.system & kSystemFlags;
  for (const std::string& name : names.keywords) {
    const auto& known = *next_.keywords;
    auto found = std::find_if(known.begin(), known.end(), [&](const std::string& k) { return base::iequals(k, name); });
    auto index = static_cast<size_t>(found - known.begin());
    if (found == known.end()) {
      if (!add) continue;
      if (known.size() == kMaxKeywords) return base::Error{base::ErrorKind::kLimit, "too many keywords in this mailbox"};
      auto grown = std::make_shared<std::vector<std::string>>(known);
      grown->push_back(name);
      next_.keywords = std::move(grown);
      next_.modseq = modseq();
    }
    set |= FlagSet{1} << (kFirstKeywordBit + index);
  }
  return set;
}

void Store::Edit::write_pages() {
  for (const auto& [number, page] : dirty_) {
    if (page)
      tx_->execute_later(
          "insert into mailbox_page (account_id, mailbox_id, page, entries) values (?, ?, ?, ?) "
          "on conflict (account_id, mailbox_id, page) do update set entries = excluded.entries",
          scope_.account_id, next_.mailbox_id, number, sql::Blob{page->bytes()});
    else
      tx_->execute_later("delete from mailbox_page where account_id = ? and mailbox_id = ? and page = ?", scope_.account_id,
                         next_.mailbox_id, number);
  }
}

void Store::Edit::write_row() {
  std::string keywords = encode_keywords(*next_.keywords);
  tx_->execute_later(
      "update mailbox set uid_next = ?, modseq = ?, messages = ?, unseen = ?, deleted = ?, bytes = ?, recent_from = ?, next_page = ?, "
      "keywords = ? "
      "where account_id = ? and mailbox_id = ?",
      next_.uid_next, next_.modseq, next_.exists, next_.unseen, next_.deleted, next_.bytes, next_.recent_from, next_page_,
      sql::Blob{keywords}, scope_.account_id, next_.mailbox_id);
}

void Store::Edit::stage(const ListPtr& version) {
  Staged& staged = staged_of(*tx_);
  std::pair key{scope_.account_id, next_.mailbox_id};
  ListPtr previous = std::exchange(staged.lists[key], version);
  // The attachment may be gone when the hook runs: then there is nothing to undo.
  std::weak_ptr<void> alive = tx_->attachment();
  tx_->on_rollback([alive, key, previous] {
    auto held = std::static_pointer_cast<Staged>(alive.lock());
    if (!held) return;
    if (previous)
      held->lists[key] = previous;
    else
      held->lists.erase(key);
  });
  Store* store = store_;
  AccountScope scope = scope_;
  tx_->on_commit([store, scope, version] {
    store->cache_->publish(scope, version);
    store->feed_.publish(scope, {.mailbox_id = version->state().mailbox_id});
  });
}

ListPtr Store::Edit::finish() {
  if (removed_) merge_small_pages();
  write_pages();
  write_row();
  auto version = std::make_shared<MailboxList>(next_, pages_);
  stage(version);
  return version;
}

std::string encode_keywords(const std::vector<std::string>& keywords) {
  std::string bytes;
  for (const std::string& keyword : keywords) base::put_bytes(bytes, keyword);
  return bytes;
}

std::vector<std::string> decode_keywords(std::string_view bytes) {
  std::vector<std::string> keywords;
  while (!bytes.empty()) {
    auto keyword = base::take_bytes(bytes);
    if (!keyword) throw base::Failure(base::ErrorKind::kCorrupt, "a mailbox's keywords are damaged");
    keywords.emplace_back(*keyword);
  }
  return keywords;
}

}  // namespace store
