#include "delivery/lessons.h"

#include <gtest/gtest.h>

#include "delivery/test_parts.h"
#include "spam/bayes.h"

namespace delivery {
namespace {

struct LessonsTest : ::testing::Test {
  TestParts parts;
  int64_t house = parts.add_enterprise("a.example");
  sql::AccountScope alice = parts.add_member(house, "alice@a.example").scope();
  sql::AccountScope bob = parts.add_member(house, "bob@a.example").scope();

  int64_t mailbox(sql::Transaction& tx, const char* name) { return parts.store.find_mailbox(tx, alice, name)->id; }
  store::UidSet append(const char* name) {
    const std::string bytes = "From: s@b.example\r\nSubject: cheap watches\r\n\r\nbuy cheap watches now\r\n";
    const auto enterprise = parts.directory.enterprise({house});
    const auto message = parts.store.prepare(bytes, blob::enterprise_key(enterprise->blob_key), parts.clock.now());
    parts.blobs.put(house, message.blob, bytes);
    return parts.database->write([&](sql::Transaction& tx) {
      return store::UidSet::of(base::value_or_throw(parts.store.append(tx, alice, mailbox(tx, name), {&message, 1}, 0)).uids.front());
    });
  }
  // Moves and learns, to the end.
  void move(const char* from, const char* to, const store::UidSet& uids) {
    int64_t source = 0;
    const auto copied = parts.database->write([&](sql::Transaction& tx) {
      source = mailbox(tx, from);
      return base::value_or_throw(parts.store.move(tx, alice, source, uids, mailbox(tx, to)));
    });
    net::ThreadPool pool(1);
    Lessons lessons(parts.store, pool, parts.clock, {});
    lessons.note_moved(alice, source, to, copied.target);
    pool.join();
  }
  // "spam/ham" messages that the member's filter has seen.
  std::string corpus(sql::AccountScope scope) {
    return parts.database->read([&](sql::Transaction& tx) {
      const auto seen = spam::member_corpus(tx, scope);
      return std::to_string(seen.spam) + "/" + std::to_string(seen.ham);
    });
  }
};

TEST_F(LessonsTest, IntoJunkIsSpamAndOutOfItIsHam) {
  move("INBOX", "Junk", append("INBOX"));
  EXPECT_EQ(corpus(alice), "1/0");
  EXPECT_EQ(corpus(bob), "0/0");
  move("Junk", "INBOX", store::UidSet::of(1));
  EXPECT_EQ(corpus(alice), "0/1") << "the first lesson is taken back";
}

TEST_F(LessonsTest, OtherMovesTeachNothing) {
  move("INBOX", "Archive", append("INBOX"));
  move("Junk", "Trash", append("Junk"));
  EXPECT_EQ(corpus(alice), "0/0");
}

}  // namespace
}  // namespace delivery
