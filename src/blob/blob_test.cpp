// What every store of bodies promises.
#include <gtest/gtest.h>

#include <thread>

#include "base/test_folder.h"
#include "blob/open.h"

namespace blob {
namespace {

constexpr EnterpriseKey kKey{1, 2, 3}, kOtherKey{4, 5, 6};

BlobId id_of(std::string_view bytes) { return blob_id(kKey, bytes); }

TEST(BlobIdTest, IsKeyedBlake2b) {
  EXPECT_EQ(id_of("mail"), id_of("mail"));
  EXPECT_NE(id_of("mail"), id_of("mail "));
  EXPECT_NE(id_of("mail"), blob_id(kOtherKey, "mail"));
  EXPECT_EQ(BlobId::from(id_of("mail").view()), id_of("mail"));
}

class BlobStoreTest : public ::testing::TestWithParam<const char*> {
 protected:
  std::string body(const BlobId& id, int64_t enterprise = 1) {
    auto result = store->get(enterprise, id);
    return result.ok() ? *result : "<" + result.error().text + ">";
  }
  BlobId put(const std::string& bytes, int64_t enterprise = 1) {
    store->put(enterprise, id_of(bytes), bytes);
    return id_of(bytes);
  }
  std::vector<BlobId> list(int64_t enterprise) {
    std::vector<BlobId> ids;
    EXPECT_TRUE(store->for_each(enterprise, [&](const BlobId& id, uint64_t) { return ids.push_back(id), true; }).ok());
    return ids;
  }

  base::TestFolder folder;
  std::unique_ptr<BlobStore> store = open(GetParam() == std::string("memory") ? "memory:" : "rocksdb:" + (folder / "blobs"));
};
INSTANTIATE_TEST_SUITE_P(All, BlobStoreTest, ::testing::Values("memory", "rocksdb"),
                         [](const auto& info) { return std::string(info.param); });

TEST_P(BlobStoreTest, KeepsBytes) {
  const std::string small("\0\r\n\xff", 4), large(300'000, 'a');
  for (const auto& bytes : {small, large, std::string()}) EXPECT_EQ(body(put(bytes)), bytes);
  EXPECT_EQ(body(put(large)), large) << "again is harmless";
  EXPECT_EQ(store->get(1, id_of("none")).error().kind, base::ErrorKind::kNotFound);
  EXPECT_TRUE(*store->exists(1, id_of(large)));
  EXPECT_TRUE(*store->exists(1, id_of("")));
  EXPECT_FALSE(*store->exists(1, id_of("none")));
}

TEST_P(BlobStoreTest, RangesEndWithTheBody) {
  const auto id = put("0123456789");
  EXPECT_EQ(*store->get_range(1, id, 2, 3), "234");
  EXPECT_EQ(*store->get_range(1, id, 8, 100), "89");
  EXPECT_EQ(*store->get_range(1, id, 10, 1), "");
  EXPECT_EQ(*store->get_range(1, id, UINT64_MAX, UINT64_MAX), "");
  EXPECT_EQ(*store->get_range(1, id, 0, UINT64_MAX), "0123456789");
  EXPECT_FALSE(store->get_range(1, id_of("none"), 0, 1).ok());
}

TEST_P(BlobStoreTest, ManyAtOnceComeInTheOrderAsked) {
  std::vector<BlobId> ids;
  for (int i = 0; i < 100; ++i) ids.push_back(put(std::string(static_cast<size_t>(i) * 20, 'm') + std::to_string(i)));
  ids.insert(ids.begin() + 50, id_of("none"));
  ids.push_back(ids.front());
  const auto results = store->multi_get(1, ids);
  ASSERT_EQ(results.size(), ids.size());
  for (size_t i = 0; i < ids.size(); ++i) {
    ASSERT_EQ(results[i].ok(), i != 50) << i;
    if (i != 50) {
      EXPECT_EQ(id_of(*results[i]), ids[i]);
    }
  }
  EXPECT_TRUE(store->multi_get(1, {}).empty());
}

TEST_P(BlobStoreTest, EnterprisesDoNotSeeEachOther) {
  const auto id = put("shared", 1);
  for (int64_t other : {int64_t{0}, int64_t{2}, int64_t{256}, INT64_MAX}) {
    EXPECT_FALSE(store->get(other, id).ok());
    EXPECT_FALSE(*store->exists(other, id));
    EXPECT_FALSE(store->multi_get(other, std::vector{id})[0].ok());
    EXPECT_TRUE(list(other).empty());
  }
  put("shared", 2);
  put("shared", INT64_MAX);
  ASSERT_TRUE(store->erase_enterprise(1).ok());
  EXPECT_FALSE(store->get(1, id).ok());
  EXPECT_TRUE(list(1).empty());
  EXPECT_EQ(body(id, 2), "shared");
  ASSERT_TRUE(store->erase_enterprise(INT64_MAX).ok());
  EXPECT_TRUE(list(INT64_MAX).empty());
  EXPECT_EQ(list(2).size(), 1u);
}

TEST_P(BlobStoreTest, ListsAscendingWithSizes) {
  uint64_t total = 0;
  for (int i = 0; i < 50; ++i) put(std::string(static_cast<size_t>(i), 'x'));
  std::vector<BlobId> ids;
  ASSERT_TRUE(store->for_each(1, [&](const BlobId& id, uint64_t size) { return total += size, ids.push_back(id), true; }).ok());
  EXPECT_EQ(total, 49u * 50 / 2);
  EXPECT_EQ(ids.size(), 50u);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  int visited = 0;
  ASSERT_TRUE(store->for_each(1, [&](const BlobId&, uint64_t) { return ++visited < 10; }).ok());
  EXPECT_EQ(visited, 10);
}

TEST_P(BlobStoreTest, RemovesWhatIsOldAndUnused) {
  const auto one = put("one"), two = put("two"), elsewhere = put("one", 2);
  const auto before = now() + std::chrono::hours(1);
  const auto two_is_used = [&](const BlobId& id) { return id == two; };
  EXPECT_EQ(base::value_or_throw(store->remove_unused(1, now() - std::chrono::hours(1), two_is_used)).bodies, 0u) << "too young";
  const auto removed = base::value_or_throw(store->remove_unused(1, before, two_is_used));
  EXPECT_EQ(removed.bodies, 1u);
  EXPECT_EQ(removed.bytes, 3u);
  EXPECT_FALSE(*store->exists(1, one));
  EXPECT_FALSE(store->get(1, one).ok());
  EXPECT_EQ(body(two), "two");
  EXPECT_EQ(body(elsewhere, 2), "one") << "another enterprise's";
  EXPECT_EQ(body(put("one")), "one") << "it may come back";
}

TEST_P(BlobStoreTest, PuttingAgainMakesABodyYoung) {
  const auto one = put("one");
  const auto between = now() + std::chrono::microseconds(1);
  while (now() <= between) {
  }
  put("one");
  EXPECT_EQ(base::value_or_throw(store->remove_unused(1, between, [](const BlobId&) { return false; })).bodies, 0u);
  EXPECT_EQ(body(one), "one");
}

TEST_P(BlobStoreTest, ManyAreRemovedInPieces) {
  for (int i = 0; i < 1300; ++i) put(std::to_string(i));
  const auto removed =
      base::value_or_throw(store->remove_unused(1, now() + std::chrono::hours(1), [](const BlobId& id) { return id == id_of("7"); }));
  EXPECT_EQ(removed.bodies, 1299u);
  EXPECT_EQ(list(1), std::vector{id_of("7")});
}

TEST_P(BlobStoreTest, VerifiesTheName) {
  EXPECT_TRUE(get_verified(*store, 1, kKey, put("true")).ok());
  store->put(1, id_of("named"), "something else");
  EXPECT_EQ(get_verified(*store, 1, kKey, id_of("named")).error().kind, base::ErrorKind::kCorrupt);
  EXPECT_EQ(get_verified(*store, 1, kKey, id_of("none")).error().kind, base::ErrorKind::kNotFound);
}

TEST_P(BlobStoreTest, ManyWritersAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      std::vector<net::Pending<void>> pending;
      for (int i = 0; i < 100; ++i) {
        const auto bytes = std::to_string(t) + "/" + std::to_string(i) + std::string(1000, 'b');
        pending.push_back(store->start_put(t, id_of(bytes), bytes));
      }
      for (auto& one : pending) one.get();
      EXPECT_EQ(list(t).size(), 100u);
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST(BlobOpenTest, RefusesOtherAddresses) { EXPECT_THROW(open("file:/tmp/x"), base::Failure); }

}  // namespace
}  // namespace blob
