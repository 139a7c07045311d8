// The queue as a whole on both databases: with a transport that does as it is told and a clock that stands still.

#include "queue/scheduler.h"

#include "queue/test_parts.h"
#include "queue/verify.h"

namespace queue {
namespace {

class SchedulerTest : public testing::TestWithParam<sql::testing::Kind> {
 protected:
  void expect_sound() {
    auto key_of = [&](sql::EnterpriseScope) { return std::optional(world_.key); };
    verify(*world_.db, *world_.blobs, key_of, [](const std::string& finding) { ADD_FAILURE() << finding; });
  }
  void expect_empty() {
    EXPECT_EQ(world_.rows("queue_entry"), 0);
    EXPECT_EQ(world_.rows("queue_message"), 0);
    EXPECT_EQ(world_.rows("queue_attempt"), 0);
  }
  void each_sent(const std::vector<std::string>& addresses, int times) {
    const auto sent = world_.transport.recipients();
    for (const auto& address : addresses) EXPECT_EQ(sent.contains(address) ? sent.at(address) : 0, times) << address;
  }

  World world_{GetParam()};
};

std::vector<std::string> addresses(int count, const std::string& domain) {
  std::vector<std::string> all;
  for (int i = 0; i < count; ++i) all.push_back("u" + std::to_string(i) + "@" + domain);
  return all;
}

TEST_P(SchedulerTest, AFreshMessageGoesOutAndLeavesNothing) {
  Node node(world_, 1);
  node.start();
  node.enqueue({"tom@example.net", "eva@example.net", "kim@example.org"});
  node.wait_for_entries(0);
  expect_empty();
  EXPECT_EQ(world_.transport.sends(), 2u);  // those of one domain together
  each_sent({"tom@example.net", "eva@example.net", "kim@example.org"}, 1);
  EXPECT_EQ(world_.transport.bodies(), std::set<std::string>{"Subject: hello\r\n\r\nHi\r\n"});
  const auto events = node.events(journal::EventKind::kMessageSent);
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].client, "192.0.2.1");
  EXPECT_EQ(events[0].status, 250);
  EXPECT_EQ(events[0].detail, "mx.example.net [192.0.2.1] TLSv1.3: 250 2.0.0 Ok");
  EXPECT_EQ(events[0].sender, "ann@acme.example");
  EXPECT_EQ(events[0].message_id, "<1@acme.example>");
  EXPECT_EQ(events[0].account_id, 7);
  node.stop();
}

TEST_P(SchedulerTest, AFreshEntryIsInsertedLeased) {
  world_.transport.block("example.net");
  Node node(world_, 3);
  node.start();
  node.enqueue({"tom@example.net"});
  const auto page = world_.listed();
  ASSERT_EQ(page.entries.size(), 1u);
  EXPECT_EQ(page.entries[0].state, State::kLeased);
  EXPECT_EQ(page.entries[0].lease_owner, 3);
  EXPECT_EQ(page.entries[0].next_at, kStart + node.queue.settings().lease);
  world_.transport.unblock("example.net");
  node.wait_for_entries(0);
  node.stop();
}

TEST_P(SchedulerTest, ATransactionUndoneSendsNothing) {
  Node node(world_, 1);
  node.start();
  const auto message = node.message();
  const std::vector<NewRecipient> to{{.address = "tom@example.net"}};
  auto undone = [&](sql::Transaction& tx) {
    node.queue.enqueue(tx, {kAcme}, message, to);
    throw std::runtime_error("no");
  };
  EXPECT_THROW(world_.db->write(undone), std::runtime_error);
  node.wait([&] { return node.queue.inbox()->room.taken() == 0; });
  node.enqueue({"eva@example.net"});
  node.wait_for_entries(0);
  each_sent({"tom@example.net"}, 0);
  each_sent({"eva@example.net"}, 1);
  node.stop();
}

TEST_P(SchedulerTest, ATemporaryFailureIsTriedAgainAndRecorded) {
  Settings settings;
  settings.attempts_kept = 2;
  Node node(world_, 1, settings);
  std::atomic<int> failures{3};
  world_.transport.answer([&](const Batch&, const BatchRecipient&) {
    return failures-- > 0 ? refused(Disposition::kTemporary, 450, "4.2.0", "busy " + std::to_string(failures.load())) : relayed();
  });
  node.start();
  const int64_t id = node.enqueue({"tom@example.net"});
  for (int attempt = 1; attempt <= 3; ++attempt) {
    node.wait([&] {
      const auto page = world_.listed();
      return page.entries.size() == 1 && page.entries[0].attempts == attempt && page.entries[0].state == State::kReady;
    });
    const auto entry = world_.listed().entries[0];
    const auto delay = *entry.next_at - world_.clock.now();
    EXPECT_GE(delay, settings.first_retry * 0.79);
    EXPECT_LE(delay, settings.longest_retry);
    EXPECT_EQ(entry.last_reply, "mx.example.net [192.0.2.1] TLSv1.3: 450 4.2.0 busy " + std::to_string(3 - attempt));
    if (attempt == 3) {
      const auto past = world_.db->read([&](sql::Transaction& tx) { return attempts(tx, {kAcme}, id, 1); });
      ASSERT_EQ(past.size(), 2u);  // the oldest was pruned
      EXPECT_EQ(past[0].number, 2);
      EXPECT_EQ(past[1].number, 3);
      EXPECT_EQ(past[1].attempt.text, "busy 0");
      EXPECT_EQ(past[1].attempt.phase, Phase::kRcpt);
      EXPECT_EQ(past[1].attempt.tls_version, "TLSv1.3 AES");
      const auto other = world_.db->read([&](sql::Transaction& tx) { return attempts(tx, {kBeta}, id, 1); });
      EXPECT_TRUE(other.empty());
    }
    node.advance(delay);
  }
  node.wait_for_entries(0);
  expect_empty();
  each_sent({"tom@example.net"}, 4);
  EXPECT_EQ(node.events(journal::EventKind::kMessageDeferred).size(), 3u);
  EXPECT_EQ(node.events(journal::EventKind::kMessageSent).size(), 1u);
  EXPECT_TRUE(world_.postmaster.notices().empty());
  node.stop();
}

TEST_P(SchedulerTest, TheSenderHearsOfTheDelayOnceAndGetsItBackInTheEnd) {
  Node node(world_, 1);
  world_.transport.answer([](const Batch&, const BatchRecipient&) { return refused(Disposition::kTemporary, 451, "4.3.0", "later"); });
  node.start();
  node.enqueue({"tom@example.net"});
  int attempts = 0;
  while (world_.rows("queue_entry") > 0) {
    ASSERT_LT(++attempts, 200);
    node.wait([&] {
      const auto page = world_.listed();
      return page.entries.empty() || (page.entries[0].state == State::kReady && node.queue.inbox()->room.taken() == 0);
    });
    const auto page = world_.listed();
    if (page.entries.empty()) break;
    const auto age = world_.clock.now() - kStart;
    EXPECT_EQ(world_.postmaster.notices().size(), age >= 4h ? 1u : 0u) << age.count();
    node.advance(std::max<base::Duration>(*page.entries[0].next_at - world_.clock.now(), 1s));
    const int before = page.entries[0].attempts;
    node.wait([&] {
      const auto now = world_.listed();
      return now.entries.empty() || now.entries[0].attempts > before;
    });
  }
  EXPECT_GE(world_.clock.now(), kStart + 24h * 5);
  EXPECT_LE(world_.clock.now(), kStart + 24h * 5 + 1min);
  EXPECT_GT(attempts, 20);
  const auto notices = world_.postmaster.notices();
  ASSERT_EQ(notices.size(), 2u);
  EXPECT_EQ(notices[0].to, "ann@acme.example");
  EXPECT_EQ(notices[0].account_id, 7);
  EXPECT_NE(notices[0].bytes.find("Action: delayed"), std::string::npos);
  EXPECT_NE(notices[1].bytes.find("Action: failed"), std::string::npos);
  EXPECT_NE(notices[1].bytes.find("Status: 4.4.7"), std::string::npos);
  EXPECT_EQ(node.events(journal::EventKind::kMessageBounced).size(), 1u);
  expect_empty();
  node.stop();
}

TEST_P(SchedulerTest, APermanentFailureIsReportedAsAsked) {
  Node node(world_, 1);
  world_.transport.answer([](const Batch&, const BatchRecipient& to) {
    return to.address.starts_with("good") ? relayed() : refused(Disposition::kPermanent, 550, "5.1.1", "unknown user");
  });
  node.start();
  const auto message = node.message();
  node.enqueue(message, std::vector<NewRecipient>{{.address = "bad1@example.net"},
                                                  {.address = "bad2@example.net"},
                                                  {.address = "good1@example.net"},
                                                  {.address = "bad3@example.net", .notify = kNotifyNever},
                                                  {.address = "bad4@example.net", .notify = kNotifySuccess | kNotifyDelay},
                                                  {.address = "good2@example.net", .notify = kNotifySuccess}});
  node.enqueue(node.message("Subject: r\r\n\r\n", ""), {"bad5@example.net"});
  node.wait_for_entries(0);
  const auto notices = world_.postmaster.notices();
  ASSERT_EQ(notices.size(), 2u);
  const std::string& failed = notices[0].bytes.find("Action: failed") != std::string::npos ? notices[0].bytes : notices[1].bytes;
  const std::string& done = &failed == &notices[0].bytes ? notices[1].bytes : notices[0].bytes;
  EXPECT_NE(failed.find("Final-Recipient: rfc822; bad1@example.net"), std::string::npos);
  EXPECT_NE(failed.find("Final-Recipient: rfc822; bad2@example.net"), std::string::npos);
  EXPECT_EQ(failed.find("bad3"), std::string::npos);
  EXPECT_EQ(failed.find("bad4"), std::string::npos);
  EXPECT_EQ(failed.find("bad5"), std::string::npos);
  EXPECT_NE(done.find("Action: relayed"), std::string::npos);
  EXPECT_NE(done.find("good2@example.net"), std::string::npos);
  EXPECT_EQ(done.find("good1@example.net"), std::string::npos);
  EXPECT_EQ(node.events(journal::EventKind::kMessageBounced).size(), 5u);
  expect_empty();
  node.stop();
}

TEST_P(SchedulerTest, NothingIsGivenUpWhileItCannotBeReported) {
  Node node(world_, 1);
  world_.postmaster.broken = true;
  world_.transport.answer([](const Batch&, const BatchRecipient&) { return refused(Disposition::kPermanent, 550, "5.1.1", "unknown"); });
  node.start();
  node.enqueue({"tom@example.net"});
  node.wait([&] { return world_.transport.sends() == 1 && node.queue.inbox()->room.taken() == 0; });
  ASSERT_EQ(world_.rows("queue_entry"), 1);
  world_.postmaster.broken = false;
  node.advance(1h);
  node.wait_for_entries(0);
  EXPECT_EQ(world_.postmaster.notices().size(), 1u);
  node.stop();
}

TEST_P(SchedulerTest, TwoServersNeverSendAnEntryTwice) {
  Settings settings;
  settings.claim_batch = 16;
  settings.claimed_per_destination = 16;
  Node one(world_, 1, settings), two(world_, 2, settings);
  std::vector<std::string> all;
  for (int domain = 0; domain < 10; ++domain) {
    const auto there = addresses(60, "d" + std::to_string(domain) + ".example");
    for (size_t i = 0; i < there.size(); i += 6) {
      one.enqueue({there.begin() + static_cast<ptrdiff_t>(i), there.begin() + static_cast<ptrdiff_t>(i) + 6});
    }
    all.insert(all.end(), there.begin(), there.end());
  }
  ASSERT_EQ(world_.rows("queue_entry"), 600);
  one.start();
  two.start();
  one.wait_for_entries(0);
  two.wait_for_entries(0);
  each_sent(all, 1);
  expect_empty();
  one.stop();
  two.stop();
}

TEST_P(SchedulerTest, AFenceKeepsTheLateServerFromFinishing) {
  const Settings settings;
  Node node(world_, 1);
  node.enqueue({"tom@example.net"});
  const LaneKey lane{"example.net", kAcme};
  auto take = [&](int64_t number) {
    return world_.db->write([&](sql::Transaction& tx) { return claim(tx, settings, lane, 10, number, world_.clock.now()); });
  };
  auto mine = [&](const Lease& lease, int64_t number) {
    return world_.db->write([&](sql::Transaction& tx) { return owned(tx, std::span(&lease, 1), number).size(); });
  };
  const auto first = take(1);
  ASSERT_EQ(first.works.size(), 1u);
  const Lease of_first{first.works[0].id(first.works[0].entries[0]), first.works[0].entries[0].fence};
  EXPECT_TRUE(take(2).works.empty());
  EXPECT_EQ(mine(of_first, 1), 1u);
  EXPECT_EQ(mine(of_first, 2), 0u);
  world_.clock.advance(settings.lease - 1s);
  EXPECT_TRUE(take(2).works.empty());
  world_.clock.advance(1s);
  const auto second = take(2);
  ASSERT_EQ(second.works.size(), 1u);
  const Lease of_second{of_first.id, second.works[0].entries[0].fence};
  EXPECT_GT(of_second.fence, of_first.fence);
  EXPECT_EQ(mine(of_first, 1), 0u);
  EXPECT_EQ(mine(of_second, 2), 1u);
  // Renewing and giving back want the fence too.
  world_.db->write([&](sql::Transaction& tx) { renew(tx, std::span(&of_first, 1), 1, world_.clock.now() + 24h); });
  world_.db->write([&](sql::Transaction& tx) { give_back(tx, std::span(&of_first, 1), 1, world_.clock.now()); });
  EXPECT_EQ(world_.listed().entries[0].next_at, world_.clock.now() + settings.lease);
  // A claim of the same node's next life is no better.
  world_.db->write([&](sql::Transaction& tx) { EXPECT_EQ(reclaim(tx, 2, world_.clock.now()), 1); });
  EXPECT_EQ(mine(of_second, 2), 0u);
}

TEST_P(SchedulerTest, LeasesAreRenewedWhileADeliveryLasts) {
  world_.transport.block("example.net");
  Node one(world_, 1), two(world_, 2);
  one.start();
  one.enqueue({"tom@example.net"});
  one.wait([&] { return world_.transport.sends() == 1; });
  two.start();
  for (int i = 0; i < 6; ++i) {
    world_.clock.advance(5min);
    one.scheduler->poke();
    one.wait([&] { return *world_.listed().entries[0].next_at > world_.clock.now() + 5min; });
    two.scheduler->poke();
  }
  world_.transport.unblock("example.net");
  one.wait_for_entries(0);
  each_sent({"tom@example.net"}, 1);
  one.stop();
  two.stop();
}

TEST_P(SchedulerTest, AServerThatDiesFindsItsEntriesAgain) {
  world_.transport.block("example.net");
  {
    Node node(world_, 1);
    node.start();
    for (int i = 0; i < 20; ++i) node.enqueue(addresses(3, "d" + std::to_string(i) + ".example"));
    node.enqueue({"slow@example.net"});
    node.wait([&] { return world_.transport.sends_to("example.net") == 1; });
    world_.transport.answer([](const Batch&, const BatchRecipient&) { return relayed(); });
  }
  world_.transport.unblock("example.net");
  ASSERT_GE(world_.rows("queue_entry"), 1);
  EXPECT_EQ(world_.rows("queue_entry where state = 1"), world_.rows("queue_entry"));
  expect_sound();
  world_.clock.advance(1s);  // a process takes its time to start: ids are made of it
  Node again(world_, 1);
  again.start();
  again.wait_for_entries(0);
  each_sent({"slow@example.net"}, 2);  // its answer was lost with the server
  expect_empty();
  again.stop();
}

TEST_P(SchedulerTest, AnotherServerTakesOverWhenTheLeaseEnds) {
  world_.transport.block("example.net");
  {
    Node node(world_, 1);
    node.start();
    node.enqueue({"tom@example.net"});
    node.wait([&] { return world_.transport.sends() == 1; });
  }
  world_.transport.unblock("example.net");
  Node other(world_, 2);
  other.start();
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(world_.transport.sends(), 1u);
  other.advance(other.queue.settings().lease + 1s);
  other.wait_for_entries(0);
  each_sent({"tom@example.net"}, 2);
  other.stop();
}

TEST_P(SchedulerTest, StoppingGivesBackWhatWasNotBegun) {
  world_.transport.block("example.net");
  Settings settings;
  settings.deliveries_per_destination = 1;
  Node node(world_, 1, settings);
  node.start();
  for (int i = 0; i < 10; ++i) node.enqueue({"u" + std::to_string(i) + "@example.net"});
  node.wait([&] { return world_.transport.sends() == 1; });
  std::thread later([&] {
    std::this_thread::sleep_for(100ms);
    world_.transport.unblock("example.net");
  });
  node.stop();
  later.join();
  EXPECT_EQ(world_.transport.sends(), 1u);
  EXPECT_EQ(world_.rows("queue_entry"), 9);
  EXPECT_EQ(world_.rows("queue_entry where state = 0 and lease_owner = -1"), 9);
  expect_sound();
}

TEST_P(SchedulerTest, AHugeSlowDestinationHoldsUpNobody) {
  world_.transport.block("slow.example");
  Node node(world_, 1);
  const auto crowd = addresses(10'000, "slow.example");
  for (size_t i = 0; i < crowd.size(); i += 100)
    node.enqueue({crowd.begin() + static_cast<ptrdiff_t>(i), crowd.begin() + static_cast<ptrdiff_t>(i) + 100});
  node.start();
  node.wait([&] { return world_.transport.sends_to("slow.example") >= 1; });
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) node.enqueue({"u" + std::to_string(i) + "@quick.example"});
  node.wait(
      [&] { return world_.transport.sends_to("quick.example") == 20 && world_.rows("queue_entry where next_hop = 'quick.example'") == 0; });
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_LE(node.queue.inbox()->room.taken(), node.queue.settings().claimed_per_destination);
  EXPECT_GE(world_.rows("queue_entry where next_hop = 'slow.example' and state = 0"), 9'000);
  world_.transport.unblock("slow.example");
  node.wait_for_entries(0);
  EXPECT_LE(world_.transport.most_at_once(), 2 * node.queue.settings().deliveries_per_destination);
  for (const auto& [address, times] : world_.transport.recipients()) ASSERT_EQ(times, 1) << address;
  node.stop();
}

TEST_P(SchedulerTest, MoreEntriesThanTheWindow) {
  Settings settings;
  settings.claimed = 40;
  settings.claimed_per_destination = 10;
  settings.claim_batch = 8;
  Node node(world_, 1, settings);
  node.start();
  std::atomic<size_t> most{0};
  world_.transport.answer([&](const Batch&, const BatchRecipient&) {
    most = std::max(most.load(), node.queue.inbox()->room.taken());
    return relayed();
  });
  std::vector<std::string> all;
  for (int domain = 0; domain < 30; ++domain) {
    const auto there = addresses(20, "d" + std::to_string(domain) + ".example");
    node.enqueue(there);
    all.insert(all.end(), there.begin(), there.end());
  }
  node.wait_for_entries(0);
  each_sent(all, 1);
  EXPECT_LE(most.load(), settings.claimed);
  expect_empty();
  node.stop();
}

TEST_P(SchedulerTest, EnterprisesTakeTurnsAtOneDestination) {
  Settings settings;
  settings.deliveries_per_destination = 1;
  Node node(world_, 1, settings);
  for (int i = 0; i < 60; ++i) node.enqueue({"a" + std::to_string(i) + "@example.net"}, kAcme);
  for (int i = 0; i < 5; ++i) node.enqueue({"b" + std::to_string(i) + "@example.net"}, kBeta);
  node.start();
  node.wait_for_entries(0);
  const auto order = world_.transport.order();
  ASSERT_EQ(order.size(), 65u);
  size_t last = 0;
  for (size_t i = 0; i < order.size(); ++i)
    if (order[i].starts_with("b")) last = i;
  EXPECT_LE(last, 45u);  // not behind all of the other's
  node.stop();
}

TEST_P(SchedulerTest, ADeadDestinationIsNotTriedForEachMessage) {
  Node node(world_, 1);
  std::atomic<bool> down{true};
  world_.transport.answer([&](const Batch&, const BatchRecipient&) { return down ? no_connection() : relayed(); });
  node.start();
  for (int i = 0; i < 200; ++i) node.enqueue({"u" + std::to_string(i) + "@dead.example"});
  node.wait([&] { return world_.rows("queue_entry where state = 0 and last_reply <> ''") == 200; });
  const size_t first = world_.transport.sends();
  EXPECT_LE(first, node.queue.settings().deliveries_per_destination);
  const auto untried = world_.listed().entries.back();
  EXPECT_EQ(untried.attempts, 0);
  EXPECT_EQ(untried.last_reply, "not tried again yet: connection refused");
  // One probe, and the rest waits again.
  node.advance(3min);
  node.wait([&] { return world_.transport.sends() > first; });
  node.wait([&] { return world_.rows("queue_entry where state = 0") == 200 && node.queue.inbox()->room.taken() == 0; });
  EXPECT_EQ(world_.transport.sends(), first + 1);
  down = false;
  for (int i = 0; i < 20 && world_.rows("queue_entry") > 0; ++i) {
    node.advance(10min);
    node.wait([&] {
      return world_.rows("queue_entry where next_at <= " + std::to_string(base::to_micros(world_.clock.now()))) == 0 &&
             node.queue.inbox()->room.taken() == 0;
    });
  }
  node.wait_for_entries(0);
  EXPECT_EQ(node.events(journal::EventKind::kMessageSent).size(), 200u);
  node.stop();
}

TEST_P(SchedulerTest, ABrokenTransportIsATemporaryFailure) {
  Node node(world_, 1);
  std::atomic<bool> broken{true};
  world_.transport.answer([&](const Batch&, const BatchRecipient&) {
    if (broken.exchange(false)) throw std::runtime_error("a defect");
    return relayed();
  });
  node.start();
  node.enqueue({"tom@example.net"});
  node.wait([&] { return world_.rows("queue_entry where state = 0 and attempts = 1") == 1; });
  node.advance(10min);
  node.wait_for_entries(0);
  each_sent({"tom@example.net"}, 2);
  node.stop();
}

TEST_P(SchedulerTest, NotBeforeItsTime) {
  Node node(world_, 1);
  node.start();
  auto message = node.message();
  message.hold_until = kStart + 2h;
  node.enqueue(message, {"tom@example.net"});
  node.advance(1h);
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(world_.transport.sends(), 0u);
  EXPECT_EQ(world_.listed().entries[0].expires_at, kStart + 2h + 24h * 5);
  node.advance(1h);
  node.wait_for_entries(0);
  each_sent({"tom@example.net"}, 1);
  node.stop();
}

TEST_P(SchedulerTest, DeliverByReturnsOrTells) {
  Node node(world_, 1);
  world_.transport.answer([](const Batch&, const BatchRecipient&) { return refused(Disposition::kTemporary, 451, "4.3.0", "later"); });
  node.start();
  auto message = node.message();
  message.envelope.deliver_by = kStart + 2min;
  node.enqueue(message, {"return@example.net"});
  message.envelope.flags = kDeliverByNotify;
  node.enqueue(message, {"tell@example.org"});
  node.wait([&] { return world_.rows("queue_entry where state = 0 and attempts = 1") == 2; });
  node.advance(10min);
  node.wait([&] { return world_.postmaster.notices().size() == 2; });
  node.wait_for_entries(1);
  EXPECT_EQ(world_.listed().entries[0].recipient, "tell@example.org");
  size_t late = 0, told = 0;
  for (const auto& notice : world_.postmaster.notices()) {
    late += notice.bytes.find("Status: 5.4.7") != std::string::npos;
    told += notice.bytes.find("Action: delayed") != std::string::npos;
  }
  EXPECT_EQ(late, 1u);
  EXPECT_EQ(told, 1u);
  node.stop();
}

INSTANTIATE_TEST_SUITE_P(AllDrivers, SchedulerTest, testing::ValuesIn(sql::testing::drivers()), sql::testing::name);

}  // namespace
}  // namespace queue
