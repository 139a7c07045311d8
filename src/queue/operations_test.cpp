#include "queue/operations.h"

#include "queue/test_parts.h"
#include "queue/verify.h"

namespace queue {
namespace {

class OperationsTest : public testing::TestWithParam<sql::testing::Kind> {
 protected:
  template <typename Fn>
  int64_t change(Fn fn) {
    return world_.db->write([&](sql::Transaction& tx) { return fn(Operations(node_.queue), tx); });
  }
  Page all(const Filter& filter = {}) {
    return world_.db->read([&](sql::Transaction& tx) { return list(tx, AllEnterprises{}, filter); });
  }
  std::vector<std::string> findings() {
    std::vector<std::string> found;
    auto key_of = [&](sql::EnterpriseScope) { return std::optional(world_.key); };
    verify(*world_.db, *world_.blobs, key_of, [&](const std::string& finding) { found.push_back(finding); });
    return found;
  }

  World world_{GetParam()};
  Node node_{world_, 1};
};

std::vector<std::string> recipients(const Page& page) {
  std::vector<std::string> all;
  for (const auto& entry : page.entries) all.push_back(entry.recipient);
  return all;
}
using Names = std::vector<std::string>;

TEST_P(OperationsTest, ListsByFilterAndPage) {
  const int64_t id = node_.enqueue({"a@x.example", "b@y.example"});
  node_.enqueue(node_.message("Subject: two\r\n\r\n", "bob@acme.example"), {"c@x.example"});
  EXPECT_EQ(recipients(world_.listed()), (Names{"a@x.example", "b@y.example", "c@x.example"}));
  EXPECT_EQ(recipients(world_.listed({kAcme}, {.message_id = id})), (Names{"a@x.example", "b@y.example"}));
  EXPECT_EQ(recipients(world_.listed({kAcme}, {.message_id = id, .entry_id = 2})), Names{"b@y.example"});
  EXPECT_EQ(recipients(world_.listed({kAcme}, {.sender = "bob@acme.example"})), Names{"c@x.example"});
  EXPECT_EQ(recipients(world_.listed({kAcme}, {.destination = "x.example"})), (Names{"a@x.example", "c@x.example"}));
  EXPECT_EQ(recipients(world_.listed({kAcme}, {.recipient = "b@y.example"})), Names{"b@y.example"});
  EXPECT_TRUE(world_.listed({kAcme}, {.state = State::kHeld}).entries.empty());
  const auto entry = world_.listed().entries[0];
  EXPECT_EQ(entry.sender, "ann@acme.example");
  EXPECT_EQ(entry.subject, "hello");
  EXPECT_EQ(entry.arrived_at, kStart);
  EXPECT_EQ(entry.expires_at, kStart + 24h * 5);
  // Pages
  Names seen;
  std::optional<Cursor> after;
  int pages = 0;
  do {
    auto page = world_.db->read([&](sql::Transaction& tx) { return list(tx, sql::EnterpriseScope{kAcme}, {}, after, 2); });
    for (const auto& name : recipients(page)) seen.push_back(name);
    after = page.next;
    ++pages;
  } while (after);
  EXPECT_EQ(pages, 2);
  EXPECT_EQ(seen, (Names{"a@x.example", "b@y.example", "c@x.example"}));
}

TEST_P(OperationsTest, AnEnterpriseSeesAndTouchesItsOwnAlone) {
  const int64_t theirs = node_.enqueue({"a@x.example"}, kBeta);
  node_.enqueue({"b@x.example"}, kAcme);
  const sql::EnterpriseScope acme{kAcme};
  EXPECT_EQ(recipients(world_.listed(acme)), Names{"b@x.example"});
  for (const Filter& filter : {Filter{.message_id = theirs}, Filter{.recipient = "a@x.example"}, Filter{.enterprise_id = kBeta}}) {
    EXPECT_TRUE(world_.listed(acme, filter).entries.empty());
    EXPECT_EQ(change([&](Operations op, sql::Transaction& tx) { return op.hold(tx, acme, filter); }), 0);
    EXPECT_EQ(change([&](Operations op, sql::Transaction& tx) { return op.release(tx, acme, filter); }), 0);
    EXPECT_EQ(change([&](Operations op, sql::Transaction& tx) { return op.retry_now(tx, acme, filter); }), 0);
    EXPECT_EQ(change([&](Operations op, sql::Transaction& tx) { return op.change_route(tx, acme, filter, "relay:25"); }), 0);
    EXPECT_EQ(change([&](Operations op, sql::Transaction& tx) { return op.remove(tx, acme, filter, Wish::kRemove); }), 0);
    EXPECT_EQ(change([&](Operations op, sql::Transaction& tx) { return op.remove(tx, acme, filter, Wish::kBounce); }), 0);
  }
  EXPECT_EQ(all().entries.size(), 2u);
  EXPECT_EQ(recipients(all({.enterprise_id = kBeta})), Names{"a@x.example"});
  EXPECT_EQ(change([&](Operations op, sql::Transaction& tx) { return op.hold(tx, AllEnterprises{}, {}); }), 2);
  EXPECT_EQ(world_.listed({kBeta}).entries[0].state, State::kHeld);
}

TEST_P(OperationsTest, HeldEntriesWaitUntilReleased) {
  auto message = node_.message();
  message.held = true;
  message.held_reason = "a burst";
  node_.start();
  node_.enqueue(message, std::vector<std::string>{"a@x.example", "b@x.example"});
  EXPECT_EQ(node_.events(journal::EventKind::kMessageHeld).size(), 2u);
  EXPECT_EQ(node_.events(journal::EventKind::kMessageHeld)[0].detail, "a burst");
  node_.advance(24h);
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(world_.transport.sends(), 0u);
  EXPECT_FALSE(world_.listed().entries[0].next_at);
  EXPECT_TRUE(findings().empty());
  EXPECT_EQ(change([&](Operations op, sql::Transaction& tx) { return op.release(tx, AllEnterprises{}, {.recipient = "a@x.example"}); }), 1);
  node_.advance(2s);
  node_.wait_for_entries(1);
  EXPECT_EQ(recipients(world_.listed()), Names{"b@x.example"});
  node_.stop();
}

TEST_P(OperationsTest, RetryNowGoesAtOnceEvenToADeadNextHop) {
  std::atomic<bool> down{true};
  world_.transport.answer([&](const Batch&, const BatchRecipient&) { return down ? no_connection() : relayed(); });
  node_.start();
  node_.enqueue({"a@x.example"});
  node_.wait([&] { return world_.rows("queue_entry where state = 0") == 1 && node_.queue.inbox()->room.taken() == 0; });
  node_.advance(1s);  // the version has been read
  std::this_thread::sleep_for(50ms);
  down = false;
  EXPECT_EQ(change([&](Operations op, sql::Transaction& tx) { return op.retry_now(tx, sql::EnterpriseScope{kAcme}, {}); }), 1);
  EXPECT_EQ(change([&](Operations op, sql::Transaction& tx) { return op.retry_now(tx, sql::EnterpriseScope{kAcme}, {}); }), 0);
  node_.advance(2s);
  node_.wait_for_entries(0);
  EXPECT_EQ(world_.transport.sends(), 2u);
  node_.stop();
}

TEST_P(OperationsTest, RemovedEntriesAreGoneAndBouncedOnesReturned) {
  node_.enqueue({"a@x.example", "b@x.example", "c@x.example"});
  const sql::EnterpriseScope acme{kAcme};
  EXPECT_EQ(change([&](Operations op, sql::Transaction& tx) { return op.remove(tx, acme, {.recipient = "a@x.example"}, Wish::kRemove); }),
            1);
  EXPECT_EQ(change([&](Operations op, sql::Transaction& tx) { return op.remove(tx, acme, {.recipient = "b@x.example"}, Wish::kBounce); }),
            1);
  EXPECT_EQ(node_.events(journal::EventKind::kMessageRemoved).size(), 1u);
  EXPECT_TRUE(findings().empty());
  node_.start();
  node_.wait_for_entries(0);
  EXPECT_EQ(world_.transport.recipients(), (std::map<std::string, int>{{"c@x.example", 1}}));
  const auto notices = world_.postmaster.notices();
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_NE(notices[0].bytes.find("returned by an administrator"), std::string::npos);
  EXPECT_EQ(world_.rows("queue_message"), 0);
  node_.stop();
}

TEST_P(OperationsTest, AWishCountsWhenTheAttemptUnderWayFails) {
  world_.transport.block("x.example");
  world_.transport.answer([](const Batch&, const BatchRecipient& to) {
    return to.address == "ok@x.example" ? relayed() : refused(Disposition::kTemporary, 450, "4.2.0", "busy");
  });
  node_.start();
  node_.enqueue({"hold@x.example", "drop@x.example", "ok@x.example", "bounce@x.example"});
  node_.wait([&] { return world_.transport.sends() == 1; });
  const sql::EnterpriseScope acme{kAcme};
  EXPECT_EQ(change([&](Operations op, sql::Transaction& tx) { return op.hold(tx, acme, {.recipient = "hold@x.example"}); }), 1);
  EXPECT_EQ(
      change([&](Operations op, sql::Transaction& tx) { return op.remove(tx, acme, {.recipient = "drop@x.example"}, Wish::kRemove); }), 1);
  EXPECT_EQ(
      change([&](Operations op, sql::Transaction& tx) { return op.remove(tx, acme, {.recipient = "bounce@x.example"}, Wish::kBounce); }),
      1);
  world_.transport.unblock("x.example");
  node_.advance(2s);
  node_.wait_for_entries(1);
  const auto left = world_.listed().entries[0];
  EXPECT_EQ(left.recipient, "hold@x.example");
  EXPECT_EQ(left.state, State::kHeld);
  EXPECT_EQ(world_.postmaster.notices().size(), 1u);
  EXPECT_TRUE(findings().empty());
  node_.stop();
}

TEST_P(OperationsTest, AnotherRoute) {
  std::mutex mutex;
  std::vector<std::pair<std::string, std::string>> hops;
  world_.transport.answer([&](const Batch& batch, const BatchRecipient&) {
    std::lock_guard lock(mutex);
    hops.emplace_back(batch.hop.key, batch.hop.route);
    return relayed();
  });
  node_.enqueue({"a@x.example", "b@y.example", "c@z.example"});
  const sql::EnterpriseScope acme{kAcme};
  EXPECT_EQ(change([&](Operations op, sql::Transaction& tx) { return op.change_route(tx, acme, {}, "relay.example:2525"); }), 3);
  EXPECT_EQ(change([&](Operations op, sql::Transaction& tx) { return op.change_route(tx, acme, {}, "relay.example:2525"); }), 0);
  EXPECT_EQ(world_.listed().entries[0].next_hop, "=relay.example:2525");
  EXPECT_EQ(change([&](Operations op, sql::Transaction& tx) { return op.change_route(tx, acme, {.recipient = "c@z.example"}, ""); }), 1);
  node_.start();
  node_.wait_for_entries(0);
  EXPECT_EQ(world_.transport.sends(), 2u);
  std::ranges::sort(hops);
  using Hop = std::pair<std::string, std::string>;
  EXPECT_EQ(hops, (std::vector<Hop>{Hop{"=relay.example:2525", "relay.example:2525"}, Hop{"=relay.example:2525", "relay.example:2525"},
                                    Hop{"z.example", ""}}));
  node_.stop();
}

TEST_P(OperationsTest, ARecipientNamedTwiceGetsOneCopyAndABadAddressIsRefused) {
  node_.enqueue({"a@x.example", "a@x.example"});
  EXPECT_EQ(world_.rows("queue_entry"), 1);
  EXPECT_THROW(node_.enqueue({"nobody"}), base::Failure);
  EXPECT_EQ(world_.rows("queue_entry"), 1);
  EXPECT_EQ(next_hop_of("tom@EXAMPLE.Net"), "example.net");
  EXPECT_EQ(next_hop_of("tom@[192.0.2.1]"), "[192.0.2.1]");
  EXPECT_FALSE(next_hop_of("tom"));
}

TEST_P(OperationsTest, VerifyFindsWhatIsBroken) {
  node_.enqueue({"a@x.example", "b@x.example"});
  const int64_t second = node_.enqueue({"c@x.example"});
  EXPECT_TRUE(findings().empty());
  auto run = [&](const std::string& sql) { world_.db->write([&](sql::Transaction& tx) { tx.execute(sql); }); };
  run("update queue_entry set recipient = 'a@x.example' where recipient = 'b@x.example'");
  EXPECT_EQ(findings().size(), 1u);
  run("update queue_entry set state = 2 where entry_id = 2");
  EXPECT_EQ(findings().size(), 2u);
  run("update queue_message set size = 1 where message_id = " + std::to_string(second));
  EXPECT_EQ(findings().size(), 3u);
  run("delete from queue_entry where message_id = " + std::to_string(second));
  EXPECT_EQ(findings().size(), 4u);
  run("delete from queue_message where message_id <> " + std::to_string(second));
  EXPECT_EQ(findings().size(), 6u);
  EXPECT_TRUE(world_.blobs->remove_unused(kAcme, blob::now() + std::chrono::hours(1), [](const blob::BlobId&) { return false; }).ok());
  EXPECT_EQ(findings().size(), 6u);  // of the last message the body, in place of its size
}

INSTANTIATE_TEST_SUITE_P(AllDrivers, OperationsTest, testing::ValuesIn(sql::testing::drivers()), sql::testing::name);

}  // namespace
}  // namespace queue
