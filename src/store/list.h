#pragma once
// A mailbox's list: one immutable version of what is in a mailbox. A change makes a new version that shares the pages it did not touch, so
// all sessions on a mailbox share one copy, a session's view is one pointer, and two versions are compared by comparing page pointers.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/page.h"
#include "store/uid_set.h"

namespace store {

class MailboxList;
using ListPtr = std::shared_ptr<const MailboxList>;

// The numbers of a mailbox that change with its messages.
struct MailboxState {
  int64_t mailbox_id = 0;
  uint32_t uid_validity = 0;
  uint32_t uid_next = 1;
  uint64_t modseq = 1;  // HIGHESTMODSEQ
  uint32_t exists = 0;
  uint32_t unseen = 0;       // without \Seen
  uint32_t deleted = 0;      // with \Deleted
  uint64_t bytes = 0;        // sum of RFC822.SIZE (STATUS SIZE)
  uint32_t recent_from = 1;  // messages from this UID on have not been shown as \Recent yet (RFC 3501 2.3.2)
  std::shared_ptr<const std::vector<std::string>> keywords = std::make_shared<std::vector<std::string>>();  // bit kFirstKeywordBit + index
};

// What differs between two versions, for one session's untagged responses.
struct ListDiff {
  std::vector<uint32_t> expunged;  // sequence numbers in the old version, ascending
  UidSet expunged_uids;
  std::vector<uint32_t> changed;  // UIDs whose flags or modseq differ, ascending (not those that are new)
  uint32_t appended = 0;          // messages of the new version that the old one lacks
  bool keywords_changed = false;
  bool empty() const { return expunged.empty() && changed.empty() && appended == 0 && !keywords_changed; }
};

class MailboxList {
 public:
  MailboxList(MailboxState state, std::vector<std::shared_ptr<const Page>> pages);

  const MailboxState& state() const { return state_; }
  const std::vector<std::shared_ptr<const Page>>& pages() const { return pages_; }
  uint32_t size() const { return starts_.back(); }
  size_t memory() const { return memory_; }  // bytes, its pages included

  // Sequence numbers count from 1 (RFC 9051 2.3.1.2).
  Entry at(uint32_t sequence) const;                        // REQUIRES: 1 <= sequence <= size()
  uint32_t uid_at(uint32_t sequence) const;                 // REQUIRES: 1 <= sequence <= size()
  std::optional<uint32_t> sequence_of(uint32_t uid) const;  // nullopt: no such message
  std::optional<Entry> find(uint32_t uid) const;
  uint32_t last_uid() const { return pages_.empty() ? 0 : pages_.back()->last_uid(); }
  // The UIDs of a set of sequence numbers; numbers past the end are left out.
  UidSet uids_of(const UidSet& sequences) const;
  // fn(sequence, entry) for each message whose UID is in the set, ascending; a page with max_modseq <= changed_since is skipped whole.
  template <typename Fn>
  void for_each(const UidSet& uids, Fn&& fn, uint64_t changed_since = 0) const;
  template <typename Fn>
  void for_each(Fn&& fn) const;
  // The first message without \Seen; nullopt when there is none.
  std::optional<uint32_t> first_unseen() const;

 private:
  size_t page_of_sequence(uint32_t sequence) const;
  size_t page_of_uid(uint32_t uid) const;  // the first page whose last UID is at least `uid`

  MailboxState state_;
  std::vector<std::shared_ptr<const Page>> pages_;
  std::vector<uint32_t> starts_;  // starts_[p]: messages before page p; one more at the end: all
  size_t memory_ = 0;
};

// REQUIRES: both are versions of one mailbox with one UIDVALIDITY, `before` the older.
ListDiff diff(const MailboxList& before, const MailboxList& after);
// `after`, with the messages that `before` had and `after` lacks kept in their places (with their old flags): what a session may show while
// EXPUNGE responses are not allowed (RFC 9051 7.5.1). O(messages): for when diff() found some.
ListPtr without_expunges(const ListPtr& before, const ListPtr& after);

template <typename Fn>
void MailboxList::for_each(const UidSet& uids, Fn&& fn, uint64_t changed_since) const {
  for (const UidRange& range : uids.ranges()) {
    for (size_t p = page_of_uid(range.first); p < pages_.size() && pages_[p]->first_uid() <= range.last; ++p) {
      const Page& page = *pages_[p];
      if (page.max_modseq() <= changed_since) continue;
      for (size_t i = page.lower_bound(range.first); i < page.size() && page.uid(i) <= range.last; ++i) {
        Entry entry = page.entry(i);
        if (entry.modseq > changed_since) fn(starts_[p] + static_cast<uint32_t>(i) + 1, entry);
      }
    }
  }
}

template <typename Fn>
void MailboxList::for_each(Fn&& fn) const {
  for (size_t p = 0; p < pages_.size(); ++p)
    for (size_t i = 0; i < pages_[p]->size(); ++i) fn(starts_[p] + static_cast<uint32_t>(i) + 1, pages_[p]->entry(i));
}

}  // namespace store
