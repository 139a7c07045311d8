#include "store/page.h"

#include <gtest/gtest.h>

#include <random>

#include "base/error.h"

namespace store {
namespace {

std::vector<Entry> entries_of(const Page& page) {
  std::vector<Entry> out;
  page.append_to(out);
  return out;
}

void expect_round_trip(const std::vector<Entry>& entries) {
  auto page = Page::make(7, entries);
  EXPECT_EQ(entries_of(*page), entries);
  auto read = Page::decode(7, page->bytes());
  EXPECT_EQ(entries_of(*read), entries);
  EXPECT_EQ(read->max_modseq(), page->max_modseq());
}

TEST(Page, KeepsEveryShapeOfColumn) {
  expect_round_trip({{1, 0, 1}});
  expect_round_trip({{5, kSeen, 9}, {6, kSeen, 9}, {7, kSeen, 9}});
  expect_round_trip({{1, 0, 3}, {2, 0, 4}, {3, 0, 5}});
  expect_round_trip({{1, 0, 5}, {70000, kSeen, 1}, {4294967294u, kSeen | FlagSet{1} << 63, 1ull << 40}});
  expect_round_trip({{1, 0, 100000}, {3, 0, 1}});
  std::vector<Entry> palette;
  for (uint32_t i = 0; i < kPageEntries; ++i) palette.push_back({i * 2 + 1, FlagSet{i} << 8, i});
  expect_round_trip(palette);
}

TEST(Page, WithEqualsMakeOfOneMore) {
  std::mt19937 random(1);
  for (int run = 0; run < 200; ++run) {
    std::vector<Entry> entries{{static_cast<uint32_t>(1 + random() % 3), 0, 1 + random() % 3}};
    auto page = Page::make(1, entries);
    for (int i = 0; i < 20; ++i) {
      const Entry& last = entries.back();
      Entry next{last.uid + 1 + (random() % 8 == 0 ? 1u : 0u), random() % 8 == 0 ? kSeen : last.flags,
                 random() % 8 == 0 ? 1 : last.modseq + 1};
      entries.push_back(next);
      page = page->with(next);
      ASSERT_EQ(entries_of(*page), entries);
      ASSERT_EQ(page->bytes(), Page::make(1, entries)->bytes());
      ASSERT_EQ(entries_of(*Page::decode(1, page->bytes())), entries);
    }
  }
}

TEST(Page, FreshMailTakesNoRoomPerMessage) {
  auto page = Page::make(1, std::vector<Entry>{{1, 0, 2}});
  for (uint32_t uid = 2; uid <= kPageEntries; ++uid) page = page->with({uid, 0, uid + 1});
  EXPECT_EQ(page->bytes().size(), 28u) << "the size doc/formats/mailbox-page.md states";
  EXPECT_EQ(page->max_modseq(), kPageEntries + 1);
}

TEST(Page, DamageIsRefusedNotRead) {
  std::string good = Page::make(1, std::vector<Entry>{{1, 0, 5}, {9, kSeen, 1}, {70000, 0, 3}})->bytes();
  for (size_t cut = 0; cut < good.size(); ++cut) EXPECT_THROW(Page::decode(1, good.substr(0, cut)), base::Failure) << cut;
  EXPECT_THROW(Page::decode(1, good + "x"), base::Failure);
  std::mt19937 random(2);
  for (int run = 0; run < 20000; ++run) {
    std::string bytes = good;
    bytes[random() % bytes.size()] = static_cast<char>(random());
    try {
      auto page = Page::decode(1, bytes);
      for (size_t i = 1; i < page->size(); ++i) ASSERT_LT(page->uid(i - 1), page->uid(i));
    } catch (const base::Failure&) {
    }
  }
}

TEST(Page, LowerBoundFindsGaps) {
  auto page = Page::make(1, std::vector<Entry>{{10, 0, 1}, {20, 0, 1}, {30, 0, 1}});
  EXPECT_EQ(page->lower_bound(1), 0u);
  EXPECT_EQ(page->lower_bound(20), 1u);
  EXPECT_EQ(page->lower_bound(21), 2u);
  EXPECT_EQ(page->lower_bound(31), 3u);
}

}  // namespace
}  // namespace store
