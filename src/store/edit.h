#pragma once
// One mailbox being changed inside a transaction: take its row and its pages, change them, write back what changed, stage the new version.
//
//   auto edit = Edit::open(*this, tx, scope, mailbox_id);          // locks the row; kNotFound
//   edit->append({uid, flags, edit->modseq()});
//   ListPtr version = edit->finish();                               // rows written; sessions see it after the commit
//
// All changes of one Edit get one new modseq. Versions that are staged but not yet committed live in the transaction's attachment, where
// the next closure of the same group finds them.

#include <map>

#include "store/store.h"

namespace store {

class Store::Edit {
 public:
  static base::Result<Edit> open(Store& store, sql::Transaction& tx, AccountScope scope, int64_t mailbox_id);

  uint64_t modseq() const { return old_modseq_ + 1; }
  const MailboxState& state() const { return list_->state(); }  // as it was when opened
  const ListPtr& before() const { return list_; }
  uint32_t uid_next() const { return next_.uid_next; }

  // REQUIRES: entry.uid >= uid_next(). `size` in bytes, for STATUS SIZE.
  void append(const Entry& entry, uint64_t size);
  // fn(Entry&) may change flags and modseq of each message of the set; it returns whether it did.
  template <typename Fn>
  void update(const UidSet& uids, Fn&& fn);
  // Takes the messages out; `bytes` is the sum of their sizes.
  void remove(const UidSet& uids, uint64_t bytes);
  // Bits for the names in this mailbox; new keywords are added to its list unless `add` is false (unknown ones are then left out). kLimit.
  base::Result<FlagSet> resolve(const FlagNames& names, bool add = true);
  void add_bytes(int64_t bytes) { next_.bytes += static_cast<uint64_t>(bytes); }
  bool changed() const { return next_.modseq != old_modseq_; }
  void set_recent_from(uint32_t uid) { next_.recent_from = uid; }

  ListPtr finish();

 private:
  Edit(Store& store, sql::Transaction& tx, AccountScope scope) : store_(&store), tx_(&tx), scope_(scope) {}
  void count(const Entry& entry, int by);
  void replace_page(size_t index, std::vector<Entry> entries);
  void merge_small_pages();
  void write_pages();
  void write_row();
  void stage(const ListPtr& version);

  Store* store_;
  sql::Transaction* tx_;
  AccountScope scope_;
  ListPtr list_;
  MailboxState next_;
  uint64_t old_modseq_ = 0;
  int64_t next_page_ = 1;
  std::vector<std::shared_ptr<const Page>> pages_;
  std::map<int64_t, std::shared_ptr<const Page>> dirty_;  // by page number; null: to be deleted
  bool removed_ = false;
};

template <typename Fn>
void Store::Edit::update(const UidSet& uids, Fn&& fn) {
  std::vector<Entry> entries;
  size_t p = 0;
  for (auto range = uids.ranges().begin(); range != uids.ranges().end() && p < pages_.size();) {
    if (pages_[p]->last_uid() < range->first) {
      ++p;
      continue;
    }
    entries.clear();
    pages_[p]->append_to(entries);
    bool changed = false;
    // All ranges that reach into this page; the last may go on into the next.
    for (; range != uids.ranges().end() && range->first <= entries.back().uid; ++range) {
      for (size_t i = pages_[p]->lower_bound(range->first); i < entries.size() && entries[i].uid <= range->last; ++i) {
        Entry old = entries[i];
        if (!fn(entries[i])) continue;
        count(old, -1);
        count(entries[i], +1);
        changed = true;
      }
      if (range->last > entries.back().uid) break;
    }
    if (changed) replace_page(p, entries);
    ++p;
  }
}

// The columns every query of a mailbox's row begins with (12 of them), and their reader; `subscribed` is not among them.
extern const char kMailboxColumns[];
Mailbox read_mailbox(const sql::Row& row);

// The list of a mailbox whose row was just read in `tx`, from the staged or committed version of that modseq or from its pages.
ListPtr load_list(sql::Transaction& tx, AccountScope scope, const MailboxState& state, const ListPtr& known);
// The version staged in this transaction, or null.
ListPtr staged_list(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id);

std::string encode_keywords(const std::vector<std::string>& keywords);
std::vector<std::string> decode_keywords(std::string_view bytes);

}  // namespace store
