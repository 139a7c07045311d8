#pragma once
// Walks the messages of a UID set in a mailbox list, one at a time, so that a coroutine may pause between two; MailboxList::for_each for
// those who cannot use a callback.

#include "store/list.h"

namespace imap {

class ListCursor {
 public:
  // Both outlive the cursor.
  ListCursor(const store::MailboxList& list, const store::UidSet& uids) : pages_(list.pages()), ranges_(uids.ranges()) { settle(); }

  bool at_end() const { return range_ == ranges_.size() || page_ == pages_.size(); }
  // REQUIRES: !at_end().
  uint32_t sequence() const { return before_ + static_cast<uint32_t>(index_) + 1; }
  store::Entry entry() const { return pages_[page_]->entry(index_); }
  void next() {
    ++index_;
    settle();
  }

 private:
  // Moves forward to the first message inside a range.
  void settle() {
    while (!at_end()) {
      const store::Page& page = *pages_[page_];
      const store::UidRange& range = ranges_[range_];
      if (index_ == page.size() || page.last_uid() < range.first) {
        before_ += static_cast<uint32_t>(page.size());
        ++page_;
        index_ = 0;
        continue;
      }
      uint32_t uid = page.uid(index_);
      if (uid < range.first) {
        index_ = page.lower_bound(range.first);
        uid = page.uid(index_);
      }
      if (uid <= range.last) return;
      ++range_;
    }
  }

  const std::vector<std::shared_ptr<const store::Page>>& pages_;
  const std::vector<store::UidRange>& ranges_;
  size_t range_ = 0, page_ = 0, index_ = 0;
  uint32_t before_ = 0;  // messages on earlier pages
};

}  // namespace imap
