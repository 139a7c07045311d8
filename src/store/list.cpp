#include "store/list.h"

#include <algorithm>

namespace store {

MailboxList::MailboxList(MailboxState state, std::vector<std::shared_ptr<const Page>> pages)
    : state_(std::move(state)), pages_(std::move(pages)) {
  starts_.reserve(pages_.size() + 1);
  starts_.push_back(0);
  memory_ = sizeof *this + pages_.capacity() * sizeof(pages_[0]) + starts_.capacity() * sizeof(starts_[0]);
  for (const auto& page : pages_) {
    starts_.push_back(starts_.back() + static_cast<uint32_t>(page->size()));
    memory_ += sizeof *page + 16 + page->bytes().capacity();
  }
}

size_t MailboxList::page_of_sequence(uint32_t sequence) const {
  return std::upper_bound(starts_.begin(), starts_.end(), sequence - 1) - starts_.begin() - 1;
}

size_t MailboxList::page_of_uid(uint32_t uid) const {
  return std::lower_bound(pages_.begin(), pages_.end(), uid, [](const auto& page, uint32_t u) { return page->last_uid() < u; }) -
         pages_.begin();
}

Entry MailboxList::at(uint32_t sequence) const {
  size_t p = page_of_sequence(sequence);
  return pages_[p]->entry(sequence - 1 - starts_[p]);
}

uint32_t MailboxList::uid_at(uint32_t sequence) const {
  size_t p = page_of_sequence(sequence);
  return pages_[p]->uid(sequence - 1 - starts_[p]);
}

std::optional<uint32_t> MailboxList::sequence_of(uint32_t uid) const {
  size_t p = page_of_uid(uid);
  if (p == pages_.size()) return std::nullopt;
  size_t i = pages_[p]->lower_bound(uid);
  if (pages_[p]->uid(i) != uid) return std::nullopt;
  return starts_[p] + static_cast<uint32_t>(i) + 1;
}

std::optional<Entry> MailboxList::find(uint32_t uid) const {
  auto sequence = sequence_of(uid);
  if (!sequence) return std::nullopt;
  return at(*sequence);
}

UidSet MailboxList::uids_of(const UidSet& sequences) const {
  UidSet uids;
  for (const UidRange& range : sequences.ranges()) {
    uint32_t sequence = std::max(range.first, 1u), last = std::min(range.last, size());
    while (sequence <= last) {
      // Runs without gaps, as nearly all are, become one range a page.
      size_t p = page_of_sequence(sequence);
      uint32_t end = std::min(last, starts_[p + 1]);
      uint32_t first_uid = uid_at(sequence), last_uid = uid_at(end);
      if (last_uid - first_uid == end - sequence)
        uids.add(first_uid, last_uid);
      else
        for (uint32_t s = sequence; s <= end; ++s) uids.add(uid_at(s));
      sequence = end + 1;
    }
  }
  return uids;
}

std::optional<uint32_t> MailboxList::first_unseen() const {
  if (state_.unseen == 0) return std::nullopt;
  for (size_t p = 0; p < pages_.size(); ++p) {
    if (pages_[p]->count_with(kSeen) == pages_[p]->size()) continue;
    for (size_t i = 0; i < pages_[p]->size(); ++i)
      if (!(pages_[p]->flags(i) & kSeen)) return starts_[p] + static_cast<uint32_t>(i) + 1;
  }
  return std::nullopt;
}

namespace {

// Walks the messages of a list from a page on; two of these are merged.
class Walk {
 public:
  explicit Walk(const MailboxList& list) : list_(list) {}
  bool done() const { return page_ == list_.pages().size(); }
  const std::shared_ptr<const Page>& page() const { return list_.pages()[page_]; }
  bool at_page_start() const { return index_ == 0; }
  Entry entry() const { return page()->entry(index_); }
  uint32_t uid() const { return page()->uid(index_); }
  void skip_page() {
    position_ += static_cast<uint32_t>(page()->size());
    ++page_;
  }
  void step() {
    ++position_;
    if (++index_ < page()->size()) return;
    index_ = 0;
    ++page_;
  }
  uint32_t sequence() const { return position_ + 1; }

 private:
  const MailboxList& list_;
  size_t page_ = 0, index_ = 0;
  uint32_t position_ = 0;
};

bool same_page(const Walk& a, const Walk& b) { return a.at_page_start() && b.at_page_start() && a.page() == b.page(); }

// Calls gone(old walk), kept(old entry, new entry), fresh(new walk), and same(page) for pages both share, in UID order.
template <typename Gone, typename Kept, typename Fresh, typename Same>
void merge(const MailboxList& before, const MailboxList& after, Gone gone, Kept kept, Fresh fresh, Same same) {
  Walk a(before), b(after);
  while (!a.done() || !b.done()) {
    if (!a.done() && !b.done() && same_page(a, b)) {
      same(*a.page());
      a.skip_page();
      b.skip_page();
    } else if (b.done() || (!a.done() && a.uid() < b.uid())) {
      gone(a);
      a.step();
    } else if (a.done() || b.uid() < a.uid()) {
      fresh(b);
      b.step();
    } else {
      kept(a.entry(), b.entry());
      a.step();
      b.step();
    }
  }
}

}  // namespace

ListDiff diff(const MailboxList& before, const MailboxList& after) {
  ListDiff out;
  out.keywords_changed = *before.state().keywords != *after.state().keywords;
  // A view made by without_expunges has the modseq of its newer half, and more messages.
  if (before.state().modseq == after.state().modseq && before.size() == after.size()) return out;
  merge(
      before, after,
      [&](const Walk& old) {
        out.expunged.push_back(old.sequence());
        out.expunged_uids.add(old.uid());
      },
      [&](const Entry& old, const Entry& now) {
        if (old.modseq != now.modseq) out.changed.push_back(now.uid);
      },
      [&](const Walk&) { ++out.appended; }, [](const Page&) {});
  return out;
}

ListPtr without_expunges(const ListPtr& before, const ListPtr& after) {
  std::vector<Entry> merged;
  merge(
      *before, *after, [&](const Walk& old) { merged.push_back(old.entry()); },
      [&](const Entry&, const Entry& now) { merged.push_back(now); }, [&](const Walk& fresh) { merged.push_back(fresh.entry()); },
      [&](const Page& page) { page.append_to(merged); });
  std::vector<std::shared_ptr<const Page>> pages;
  for (size_t at = 0; at < merged.size(); at += kPageEntries)
    pages.push_back(Page::make(0, std::span(merged).subspan(at, std::min(kPageEntries, merged.size() - at))));
  MailboxState state = after->state();
  state.exists = static_cast<uint32_t>(merged.size());
  return std::make_shared<MailboxList>(std::move(state), std::move(pages));
}

}  // namespace store
