#include "store/list.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace store {
namespace {

// The list in its simplest form: what the real one must agree with.
using Model = std::map<uint32_t, Entry>;

ListPtr list_of(const Model& model, size_t page_entries, uint64_t modseq) {
  std::vector<std::shared_ptr<const Page>> pages;
  std::vector<Entry> entries;
  int64_t number = 1;
  auto flush = [&] {
    if (!entries.empty()) pages.push_back(Page::make(number++, entries));
    entries.clear();
  };
  for (const auto& [uid, entry] : model) {
    entries.push_back(entry);
    if (entries.size() == page_entries) flush();
  }
  flush();
  MailboxState state;
  state.modseq = modseq;
  state.exists = static_cast<uint32_t>(model.size());
  for (const auto& [uid, entry] : model) state.unseen += !(entry.flags & kSeen);
  return std::make_shared<MailboxList>(state, pages);
}

Model random_model(std::mt19937& random, int messages) {
  Model model;
  uint32_t uid = 0;
  for (int i = 0; i < messages; ++i) {
    uid += 1 + (random() % 4 == 0 ? random() % 5 : 0);
    model[uid] = {uid, random() % 2 ? kSeen : 0, 1 + random() % 50};
  }
  return model;
}

TEST(UidSet, AgreesWithASetOfNumbers) {
  std::mt19937 random(3);
  for (int run = 0; run < 300; ++run) {
    UidSet set;
    std::vector<bool> model(101);
    for (int i = 0; i < 12; ++i) {
      uint32_t a = 1 + random() % 100, b = std::min<uint32_t>(100, a + random() % 10);
      random() % 2 ? set.add(a, b) : set.add(b, a);
      for (uint32_t u = a; u <= b; ++u) model[u] = true;
    }
    uint64_t size = 0;
    for (uint32_t u = 1; u <= 100; ++u) {
      ASSERT_EQ(set.contains(u), model[u]) << u;
      size += model[u];
    }
    ASSERT_EQ(set.size(), size);
    for (size_t i = 1; i < set.ranges().size(); ++i) ASSERT_GT(set.ranges()[i].first, set.ranges()[i - 1].last + 1);
  }
  UidSet all = UidSet::of(1, UINT32_MAX);
  all.add(5);
  EXPECT_EQ(all.ranges().size(), 1u);
  EXPECT_TRUE(all.contains(UINT32_MAX));
}

TEST(MailboxList, SequencesAndUidsAgreeWithTheModel) {
  std::mt19937 random(4);
  for (int run = 0; run < 50; ++run) {
    Model model = random_model(random, 1 + random() % 60);
    auto list = list_of(model, 1 + random() % 7, 50);
    uint32_t sequence = 0;
    for (const auto& [uid, entry] : model) {
      ++sequence;
      ASSERT_EQ(list->uid_at(sequence), uid);
      ASSERT_EQ(list->at(sequence), entry);
      ASSERT_EQ(list->sequence_of(uid), sequence);
    }
    ASSERT_EQ(list->size(), sequence);
    for (uint32_t uid = 0; uid <= list->last_uid() + 2; ++uid) ASSERT_EQ(list->find(uid).has_value(), model.contains(uid));
    uint32_t a = 1 + random() % 60, b = a + random() % 20;
    std::vector<uint32_t> seen, wanted;
    list->for_each(list->uids_of(UidSet::of(a, b)), [&](uint32_t s, const Entry& e) {
      EXPECT_EQ(list->uid_at(s), e.uid);
      seen.push_back(s);
    });
    for (uint32_t s = a; s <= std::min(b, sequence); ++s) wanted.push_back(s);
    ASSERT_EQ(seen, wanted);
  }
}

TEST(MailboxList, FirstUnseenLooksIntoThePages) {
  Model model{{1, {1, kSeen, 1}}, {2, {2, kSeen, 1}}, {5, {5, 0, 1}}};
  EXPECT_EQ(list_of(model, 2, 1)->first_unseen(), 3u);
  model[5].flags = kSeen;
  EXPECT_EQ(list_of(model, 2, 1)->first_unseen(), std::nullopt);
}

TEST(Diff, AgreesWithTheModel) {
  std::mt19937 random(5);
  for (int run = 0; run < 200; ++run) {
    Model before = random_model(random, random() % 40), after = before;
    std::vector<uint32_t> expunged, changed;
    uint32_t sequence = 0, last = 0, appended = random() % 5;
    for (const auto& [uid, entry] : before) {
      ++sequence;
      last = uid;
      if (random() % 6 == 0) {
        expunged.push_back(sequence);
        after.erase(uid);
      } else if (random() % 6 == 0) {
        changed.push_back(uid);
        after[uid].modseq = 100;
      }
    }
    for (uint32_t i = 1; i <= appended; ++i) after[last + i] = {last + i, 0, 100};
    auto old_list = list_of(before, 3, 50), new_list = list_of(after, 4, 100);
    ListDiff d = diff(*old_list, *new_list);
    ASSERT_EQ(d.expunged, expunged);
    ASSERT_EQ(d.changed, changed);
    ASSERT_EQ(d.appended, appended);

    auto held = without_expunges(old_list, new_list);
    ListDiff shown = diff(*old_list, *held);
    ASSERT_TRUE(shown.expunged.empty());
    ASSERT_EQ(shown.changed, changed);
    ASSERT_EQ(shown.appended, appended);
    ListDiff later = diff(*held, *new_list);
    ASSERT_EQ(later.expunged, expunged) << "held-back expunges are reported later";
    ASSERT_TRUE(later.changed.empty());
    ASSERT_EQ(later.appended, 0u);
  }
}

TEST(Diff, SharedPagesAreSkipped) {
  auto page = Page::make(1, std::vector<Entry>{{1, 0, 1}, {2, 0, 1}});
  MailboxState state;
  state.exists = 2;
  MailboxList before(state, {page});
  state.modseq = 2;
  state.exists = 3;
  MailboxList after(state, {page, Page::make(2, std::vector<Entry>{{3, 0, 2}})});
  ListDiff d = diff(before, after);
  EXPECT_EQ(d.appended, 1u);
  EXPECT_TRUE(d.changed.empty() && d.expunged.empty());
}

}  // namespace
}  // namespace store
