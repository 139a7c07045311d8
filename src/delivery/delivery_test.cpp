#include "delivery/delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "delivery/step.h"
#include "delivery/test_parts.h"

namespace delivery {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

struct Delivering : ::testing::Test {
  TestParts parts;
  int64_t house = parts.add_enterprise("a.example");
  directory::Member alice = parts.add_member(house, "alice@a.example");
  directory::Member bob = parts.add_member(house, "bob@a.example");

  Message message(std::vector<std::string> to, Protocol protocol = Protocol::kSmtp) {
    Message made;
    made.id = "1f";
    made.protocol = protocol;
    made.received_at = parts.clock.now();
    made.peer = {.address = "192.0.2.1", .literal = "[192.0.2.1]", .helo = "client.example", .extended = true};
    made.envelope.sender = "sender@b.example";
    made.body = "Subject: =?utf-8?q?gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <1@b.example>\r\n\r\ntext\r\n";
    for (auto& address : to) made.recipients.push_back(parts.recipient(address));
    return made;
  }
  void deliver(Message& message) { parts.await(parts.delivery.deliver(message)); }
  std::vector<journal::Event> events(int64_t enterprise) {
    parts.journal.flush();
    return parts.journal.query({.scope = {enterprise}});
  }
};

TEST_F(Delivering, StoresOurLinesAndThenTheBytesAsSent) {
  Message sent = message({"alice@a.example"});
  const std::string body = sent.body;
  deliver(sent);
  EXPECT_EQ(sent.recipients[0].outcome, (Reply{250, "2.0.0", "stored as 1f"}));
  const auto inbox = parts.inbox(alice.scope());
  ASSERT_THAT(inbox, SizeIs(1));
  EXPECT_THAT(inbox[0], StartsWith("Return-Path: <sender@b.example>\r\nReceived: from client.example"));
  EXPECT_THAT(inbox[0], EndsWith("+0000\r\n" + body));
}

TEST_F(Delivering, WritesOneEventForEachRecipient) {
  Message sent = message({"alice@a.example", "bob@a.example", "alice+x@a.example"});
  deliver(sent);
  const auto log = events(house);
  ASSERT_THAT(log, SizeIs(3));
  for (const auto& event : log) {
    EXPECT_EQ(event.kind, journal::EventKind::kMessageReceived);
    EXPECT_EQ(event.protocol, "smtp");
    EXPECT_EQ(event.client, "192.0.2.1");
    EXPECT_EQ(event.sender, "sender@b.example");
    EXPECT_EQ(event.subject,
              "gr\xc3\xbc\xc3\x9f"
              "e");
    EXPECT_EQ(event.message_id, "<1@b.example>");
    EXPECT_EQ(event.status, 250);
  }
}

TEST_F(Delivering, EnterprisesShareNothing) {
  const int64_t other = parts.add_enterprise("c.example");
  const directory::Member carol = parts.add_member(other, "carol@c.example");
  Message sent = message({"alice@a.example", "carol@c.example"});
  deliver(sent);
  EXPECT_THAT(parts.inbox(alice.scope()), SizeIs(1));
  EXPECT_THAT(parts.inbox(carol.scope()), SizeIs(1));
  const auto bodies = [&](int64_t enterprise) {
    std::vector<blob::BlobId> ids;
    base::value_or_throw(parts.blobs.for_each(enterprise, [&](const blob::BlobId& id, uint64_t) {
      ids.push_back(id);
      return true;
    }));
    return ids;
  };
  ASSERT_THAT(bodies(house), SizeIs(1));
  ASSERT_THAT(bodies(other), SizeIs(1));
  EXPECT_NE(bodies(house)[0], bodies(other)[0]);
  EXPECT_THAT(events(house), SizeIs(1));
  EXPECT_THAT(events(other), SizeIs(1));
}

TEST_F(Delivering, OneBodyForAllRecipientsOfAnEnterprise) {
  Message sent = message({"alice@a.example", "bob@a.example"});
  deliver(sent);
  int bodies = 0;
  base::value_or_throw(parts.blobs.for_each(house, [&](const blob::BlobId&, uint64_t) { return ++bodies, true; }));
  EXPECT_EQ(bodies, 1);
  EXPECT_EQ(parts.inbox(alice.scope()), parts.inbox(bob.scope()));
}

TEST_F(Delivering, DiskFullIsTemporaryAndStoresNothing) {
  parts.blobs.failing = true;
  Message sent = message({"alice@a.example", "bob@a.example"});
  deliver(sent);
  for (const auto& recipient : sent.recipients) EXPECT_EQ(recipient.outcome.code, 451);
  EXPECT_THAT(parts.inbox(alice.scope()), IsEmpty());
  parts.blobs.failing = false;
  Message again = message({"alice@a.example"});
  deliver(again);
  EXPECT_EQ(again.recipients[0].outcome.code, 250);
}

// A recipient whose account is gone from the store.
TEST_F(Delivering, SmtpUndoesAllCopiesWhenOneCannotBeMade) {
  Message sent = message({"alice@a.example", "bob@a.example"});
  directory::Member gone = bob;
  gone.account_id = parts.ids.next();
  sent.recipients[1].member = std::make_shared<directory::Member>(gone);
  deliver(sent);
  for (const auto& recipient : sent.recipients) EXPECT_EQ(recipient.outcome.code, 451);
  EXPECT_THAT(parts.inbox(alice.scope()), IsEmpty());
}

TEST_F(Delivering, LmtpAnswersForEachRecipient) {
  Message sent = message({"alice@a.example", "bob@a.example"}, Protocol::kLmtp);
  directory::Member gone = alice;
  gone.account_id = parts.ids.next();
  sent.recipients[0].member = std::make_shared<directory::Member>(gone);
  deliver(sent);
  EXPECT_EQ(sent.recipients[0].outcome.code, 550);
  EXPECT_EQ(sent.recipients[1].outcome.code, 250);
  EXPECT_THAT(parts.inbox(bob.scope()), SizeIs(1));
}

TEST_F(Delivering, RefusalsAreLogged) {
  Message sent = message({"alice@a.example"});
  sent.body = "Delivered-To: <alice@a.example>\r\n\r\n";
  deliver(sent);
  const auto log = events(house);
  ASSERT_THAT(log, SizeIs(1));
  EXPECT_EQ(log[0].kind, journal::EventKind::kMessageRefused);
  EXPECT_EQ(log[0].status, 554);
  EXPECT_EQ(log[0].account_id, alice.account_id);
}

// --- steps ---

struct Stepping : Delivering {
  Services services{parts.store, parts.journal, parts.directory, parts.clock, "mx.example", Limits{.hops = 3}};
  Verdict run(Step step, Message& message) { return parts.await(step(message, services)); }
};

std::string received(int times) {
  std::string lines;
  for (int i = 0; i < times; ++i) lines += "received: from x by y;\r\n\tMon, 2 Mar 2026 09:00:00 +0000\r\n";
  return lines;
}

TEST_F(Stepping, LoopCountsReceivedLinesOfTheHeaderOnly) {
  Message message = this->message({"alice@a.example"});
  message.body = received(3) + "\r\n" + received(10);
  EXPECT_EQ(run(check_loop, message).kind, Verdict::Kind::kContinue);
  message.body = received(4) + "\r\n";
  EXPECT_EQ(run(check_loop, message).kind, Verdict::Kind::kRefuse);
}

TEST_F(Stepping, LoopComparesAddressesAndNotTheirSpelling) {
  Message message = this->message({"alice+x@a.example"});
  for (const char* same : {"alice@a.example", " ALICE@A.Example ", "\"alice\"@a.example"}) {
    message.recipients[0].decided = false;
    message.body = std::string("Delivered-To: ") + same + "\r\n\r\n";
    EXPECT_EQ(run(check_loop, message).kind, Verdict::Kind::kRefuse) << same;
  }
  for (const char* other : {"bob@a.example", "alice", "", "alice@b.example"}) {
    message.recipients[0].decided = false;
    message.body = std::string("Delivered-To: ") + other + "\r\n\r\n";
    EXPECT_EQ(run(check_loop, message).kind, Verdict::Kind::kContinue) << other;
  }
}

TEST_F(Stepping, LoopOfOneLmtpRecipientSparesTheOthers) {
  Message message = this->message({"alice@a.example", "bob@a.example"}, Protocol::kLmtp);
  message.body = "Delivered-To: alice@a.example\r\n\r\n";
  EXPECT_EQ(run(check_loop, message).kind, Verdict::Kind::kContinue);
  EXPECT_TRUE(message.recipients[0].decided);
  EXPECT_EQ(message.recipients[0].outcome.code, 554);
  EXPECT_FALSE(message.recipients[1].decided);
}

TEST_F(Stepping, HeadersRemoveEveryReturnPath) {
  Message message = this->message({"alice@a.example"});
  message.body = "Return-Path: <a@x>\r\nSubject: s\r\nRETURN-PATH:\r\n <b@x>\r\nTo: t\r\nReturn-Path: <c@x>\r\n\r\nReturn-Path: <d@x>\r\n";
  run(add_headers, message);
  EXPECT_EQ(message.body, "Subject: s\r\nTo: t\r\n\r\nReturn-Path: <d@x>\r\n");
  EXPECT_EQ(message.return_path, "Return-Path: <sender@b.example>\r\n");
  EXPECT_THAT(message.trace, StartsWith("Received: "));
  EXPECT_THAT(message.trace, EndsWith("\r\n"));
}

TEST_F(Stepping, HeadersLeaveABodyWithoutReturnPathAlone) {
  Message message = this->message({"alice@a.example"});
  const std::string before = message.body;
  run(add_headers, message);
  EXPECT_EQ(message.body, before);
  message.body = "";
  run(add_headers, message);
  EXPECT_EQ(message.body, "");
}

TEST_F(Stepping, RecipientsOfOneMailboxAreMerged) {
  Message message = this->message({"alice@a.example", "bob@a.example", "ALICE@a.example", "alice+x@a.example"});
  run(merge_recipients, message);
  EXPECT_FALSE(message.recipients[0].duplicate);
  EXPECT_FALSE(message.recipients[1].duplicate);
  EXPECT_TRUE(message.recipients[2].duplicate);
  EXPECT_TRUE(message.recipients[3].duplicate);
}

}  // namespace
}  // namespace delivery
