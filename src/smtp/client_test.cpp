// One connection: what our client says to servers that behave, misbehave, or go away.

#include "smtp/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "delivery/test_parts.h"
#include "net/block_on.h"
#include "net/loop.h"
#include "net/pipe_stream.h"
#include "net/timer.h"
#include "smtp/client_testing.h"
#include "smtp/server.h"

namespace smtp {
namespace {

using queue::Batch;
using queue::Disposition;
using queue::Extent;
using queue::Outcome;
using queue::Phase;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

net::Deadline later() { return net::Deadline::after(20s); }

Batch make_batch(std::vector<std::string> recipients) {
  Batch batch;
  batch.envelope.return_path = "s@a.example";
  for (auto& address : recipients) batch.recipients.push_back({0, std::move(address), {}, 0});
  return batch;
}

struct Talk : ::testing::Test {
  ClientSettings settings;
  base::ManualClock clock{base::from_seconds(1'800'000'000)};
  ScriptedPeer peer;
  std::string message = "Subject: hi\r\n\r\n.dot\r\ntext\r\n";
  Client::Failure opened;

  Talk() { settings.hello_name = "me.example"; }

  template <typename F>
  void talk(Script script, F side) {
    net::block_on_with([&](net::Executor executor) -> net::Task<> {
      auto pipe = net::make_pipe(executor);
      net::Notifier gone;
      auto follow = [](ScriptedPeer& peer, std::unique_ptr<net::Stream> stream, Script script, net::Notifier& gone) -> net::Task<> {
        co_await peer.run(std::move(stream), std::move(script));
        gone.notify();
      };
      net::spawn(executor, follow(peer, std::move(pipe.server), script, gone));
      Client client(std::move(pipe.client), "mx.example", settings, clock);
      opened = co_await client.open();
      co_await side(client);
      client.close();
      co_await net::wait_notified(gone, later());
    });
    EXPECT_THAT(peer.problems, IsEmpty());
  }
  std::vector<Outcome> send(Script script, Batch batch) {
    std::vector<Outcome> outcomes;
    talk(std::move(script), [&](Client& client) -> net::Task<> { outcomes = co_await client.send(batch, message); });
    return outcomes;
  }
  void open(Script script) {
    talk(std::move(script), [](Client&) -> net::Task<> { co_return; });
  }
};

Script after_hello(const std::string& extensions, Script rest) {
  Script script{"S: 220 mx.example ESMTP", "C: EHLO me.example", "S: 250-mx.example\n" + extensions + "250 HELP"};
  script.insert(script.end(), rest.begin(), rest.end());
  return script;
}

TEST_F(Talk, SendsStepByStepWithoutPipelining) {
  const auto outcomes =
      send(after_hello("", {"C: MAIL FROM:<s@a.example>", "S: 250 2.1.0 ok", "C: RCPT TO:<r@b.example>",
                            "S: 250-2.1.5 fine\n250 2.1.5 really", "C: DATA", "S: 354 go", "DATA", "S: 250 2.0.0 queued as 1"}),
           make_batch({"r@b.example"}));
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(outcomes[0].disposition, Disposition::kRelayed);
  EXPECT_EQ(outcomes[0].attempt.reply_code, 250);
  EXPECT_EQ(outcomes[0].attempt.enhanced, "2.0.0");
  EXPECT_EQ(outcomes[0].attempt.text, "queued as 1");
  EXPECT_EQ(outcomes[0].attempt.phase, Phase::kEnd);
  EXPECT_EQ(outcomes[0].attempt.remote_name, "mx.example");
  EXPECT_THAT(peer.messages, ElementsAre("Subject: hi\r\n\r\n..dot\r\ntext\r\n"));
}

TEST_F(Talk, FallsBackToHelo) {
  message = "no line end";
  const auto outcomes =
      send({"S: 220 old", "C: EHLO me.example", "S: 502 what", "C: HELO me.example", "S: 250 hello", "C: MAIL FROM:<s@a.example>",
            "S: 250 ok", "C: RCPT TO:<r@b.example>", "S: 251 will forward", "C: DATA", "S: 354 go", "DATA", "S: 250 ok"},
           make_batch({"r@b.example"}));
  EXPECT_EQ(outcomes[0].disposition, Disposition::kRelayed);
  EXPECT_EQ(outcomes[0].attempt.enhanced, "2.0.0");
  EXPECT_THAT(peer.messages, ElementsAre("no line end\r\n"));
}

TEST_F(Talk, PipelinesAndSortsOutTheRecipients) {
  const auto outcomes =
      send(after_hello("250-PIPELINING\n",
                       {"C: MAIL FROM:<s@a.example>", "C: RCPT TO:<a@b.example>", "C: RCPT TO:<b@b.example>", "C: RCPT TO:<c@b.example>",
                        "C: DATA", "S: 250 ok\n250 ok\n550 5.1.1 no such user\n450 4.2.1 later\n354 go", "DATA", "S: 250 ok"}),
           make_batch({"a@b.example", "b@b.example", "c@b.example"}));
  EXPECT_EQ(outcomes[0].disposition, Disposition::kRelayed);
  EXPECT_EQ(outcomes[1].disposition, Disposition::kPermanent);
  EXPECT_EQ(outcomes[1].extent, Extent::kRecipient);
  EXPECT_EQ(outcomes[1].attempt.phase, Phase::kRcpt);
  EXPECT_EQ(outcomes[1].attempt.enhanced, "5.1.1");
  EXPECT_EQ(outcomes[1].attempt.text, "no such user");
  EXPECT_EQ(outcomes[2].disposition, Disposition::kTemporary);
}

TEST_F(Talk, AllRefusedAndDataWantedGetsALoneDotAndReset) {
  std::vector<Outcome> first, second;
  const Batch batch = make_batch({"a@b.example"});
  talk(after_hello("250-PIPELINING\n",
                   {"C: MAIL FROM:<s@a.example>", "C: RCPT TO:<a@b.example>", "C: DATA", "S: 250 ok\n550 no\n354 go", "C: .",
                    "S: 554 no recipients", "C: RSET", "S: 250 ok", "C: MAIL FROM:<s@a.example>", "C: RCPT TO:<a@b.example>", "C: DATA",
                    "S: 250 ok\n550 no\n503 no recipients", "C: QUIT", "S: 221 bye"}),
       [&](Client& client) -> net::Task<> {
         first = co_await client.send(batch, message);
         second = co_await client.send(batch, message);
         EXPECT_TRUE(client.usable());
         co_await client.quit();
       });
  EXPECT_EQ(first[0].attempt.reply_code, 550);
  EXPECT_EQ(first[0].disposition, Disposition::kPermanent);
  EXPECT_EQ(first[0].attempt.enhanced, "5.0.0");
  EXPECT_EQ(second[0].attempt.phase, Phase::kRcpt);
}

TEST_F(Talk, SenderRefusedInAPipeline) {
  const auto outcomes = send(after_hello("250-PIPELINING\n", {"C: MAIL FROM:<s@a.example>", "C: RCPT TO:<a@b.example>", "C: DATA",
                                                              "S: 550 5.7.1 not you\n503 5.5.1 MAIL first\n503 5.5.1 MAIL first"}),
                             make_batch({"a@b.example"}));
  EXPECT_EQ(outcomes[0].attempt.phase, Phase::kMail);
  EXPECT_EQ(outcomes[0].extent, Extent::kMessage);
  EXPECT_EQ(outcomes[0].attempt.text, "not you");
}

TEST_F(Talk, DataRefusedAfterRecipientsWereAccepted) {
  const auto outcomes = send(after_hello("", {"C: MAIL*", "S: 250 ok", "C: RCPT*", "S: 250 ok", "C: DATA", "S: 451 4.3.0 no disk"}),
                             make_batch({"a@b.example"}));
  EXPECT_EQ(outcomes[0].disposition, Disposition::kTemporary);
  EXPECT_EQ(outcomes[0].extent, Extent::kMessage);
  EXPECT_EQ(outcomes[0].attempt.phase, Phase::kData);
}

TEST_F(Talk, APositiveAnswerToDataIsNoDelivery) {
  const auto outcomes =
      send(after_hello("", {"C: MAIL*", "S: 250 ok", "C: RCPT*", "S: 250 ok", "C: DATA", "S: 250 thanks"}), make_batch({"a@b.example"}));
  EXPECT_EQ(outcomes[0].disposition, Disposition::kTemporary);
  EXPECT_THAT(outcomes[0].attempt.reason, HasSubstr("does not belong"));
}

TEST_F(Talk, ChunkingSendsTheMessageAsItIs) {
  message = "a\r\n.\r\nlone \n and \r\r\n";
  const auto outcomes =
      send(after_hello("250-CHUNKING\n250-PIPELINING\n250-SIZE 1000\n", {"C: MAIL FROM:<s@a.example> SIZE=20", "C: RCPT TO:<a@b.example>",
                                                                         "S: 250 ok\n250 ok", "C: BDAT 20 LAST", "BYTES 20", "S: 250 ok"}),
           make_batch({"a@b.example"}));
  EXPECT_EQ(outcomes[0].disposition, Disposition::kRelayed);
  EXPECT_THAT(peer.messages, ElementsAre(message));
}

TEST_F(Talk, BareLineEndsNeverFollowData) {
  for (const char* smuggled : {"a\n.\nMAIL FROM:<x@y>\r\n", "a\r.\r\n", "a\r\n.\n", "a\r"}) {
    message = smuggled;
    const auto outcomes = send(after_hello("250-PIPELINING\n", {"HANG"}), make_batch({"a@b.example"}));
    EXPECT_EQ(outcomes[0].disposition, Disposition::kPermanent) << smuggled;
    EXPECT_EQ(outcomes[0].attempt.enhanced, "5.6.3");
    EXPECT_EQ(outcomes[0].attempt.phase, Phase::kPolicy);
  }
}

TEST_F(Talk, TooManyRecipientsFollowInAnotherTransaction) {
  const auto outcomes = send(after_hello("", {"C: MAIL*",
                                              "S: 250 ok",
                                              "C: RCPT TO:<a@*",
                                              "S: 250 ok",
                                              "C: RCPT TO:<b@*",
                                              "S: 452 4.5.3 too many",
                                              "C: RCPT TO:<c@*",
                                              "S: 552 too many",
                                              "C: RCPT TO:<d@*",
                                              "S: 452 4.2.2 mailbox full",
                                              "C: DATA",
                                              "S: 354 go",
                                              "DATA",
                                              "S: 250 first",
                                              "C: MAIL*",
                                              "S: 250 ok",
                                              "C: RCPT TO:<b@*",
                                              "S: 250 ok",
                                              "C: RCPT TO:<c@*",
                                              "S: 250 ok",
                                              "C: DATA",
                                              "S: 354 go",
                                              "DATA",
                                              "S: 250 second"}),
                             make_batch({"a@b.example", "b@b.example", "c@b.example", "d@b.example"}));
  EXPECT_EQ(outcomes[0].attempt.text, "first");
  EXPECT_EQ(outcomes[1].attempt.text, "second");
  EXPECT_EQ(outcomes[2].disposition, Disposition::kRelayed);
  EXPECT_EQ(outcomes[3].disposition, Disposition::kTemporary);
  EXPECT_EQ(outcomes[3].attempt.text, "mailbox full");
}

TEST_F(Talk, ManyRecipientsGoInGroups) {
  settings.limits.pipelined_commands = 2;
  const auto outcomes = send(after_hello("250-PIPELINING\n", {"C: MAIL*", "C: RCPT TO:<a@*", "S: 250 ok\n250 ok", "C: RCPT TO:<b@*",
                                                              "C: DATA", "S: 250 ok\n354 go", "DATA", "S: 250 ok"}),
                             make_batch({"a@b.example", "b@b.example"}));
  EXPECT_EQ(outcomes[1].disposition, Disposition::kRelayed);
}

// --- connections that end ---

TEST_F(Talk, CutOffAfterTheFinalDot) {
  settings.limits.end = 50ms;
  for (const char* ending : {"DROP", "HANG"}) {
    const auto outcomes = send(after_hello("", {"C: MAIL*", "S: 250 ok", "C: RCPT*", "S: 250 ok", "C: RCPT*", "S: 550 no", "C: DATA",
                                                "S: 354 go", "DATA", ending}),
                               make_batch({"a@b.example", "b@b.example"}));
    EXPECT_EQ(outcomes[0].disposition, Disposition::kTemporary);
    EXPECT_TRUE(outcomes[0].attempt.cut_off);
    EXPECT_EQ(outcomes[0].attempt.phase, Phase::kEnd);
    EXPECT_EQ(outcomes[0].extent, Extent::kDestination);
    EXPECT_EQ(outcomes[1].disposition, Disposition::kPermanent);
    EXPECT_FALSE(outcomes[1].attempt.cut_off);
  }
}

TEST_F(Talk, DroppedInTheMidstOfData) {
  message.assign(2'000'000, 'x');
  const auto outcomes = send(after_hello("", {"C: MAIL*", "S: 250 ok", "C: RCPT*", "S: 250 ok", "C: DATA", "S: 354 go", "SOME", "DROP"}),
                             make_batch({"a@b.example"}));
  EXPECT_EQ(outcomes[0].attempt.phase, Phase::kData);
  EXPECT_FALSE(outcomes[0].attempt.cut_off);
  EXPECT_EQ(outcomes[0].disposition, Disposition::kTemporary);
}

TEST_F(Talk, TimeOutsOfEachPhase) {
  settings.limits.greeting = settings.limits.hello = settings.limits.mail = settings.limits.rcpt = settings.limits.data = 30ms;
  struct {
    Script script;
    Phase phase;
  } const cases[] = {
      {after_hello("", {"HANG"}), Phase::kMail},
      {after_hello("", {"C: MAIL*", "S: 250 ok", "HANG"}), Phase::kRcpt},
      {after_hello("", {"C: MAIL*", "S: 250 ok", "C: RCPT*", "S: 250 ok", "HANG"}), Phase::kData},
  };
  for (const auto& c : cases) {
    const auto outcomes = send(c.script, make_batch({"a@b.example"}));
    EXPECT_EQ(outcomes[0].attempt.phase, c.phase);
    EXPECT_EQ(outcomes[0].attempt.reason, "no answer in time");
    EXPECT_EQ(outcomes[0].extent, Extent::kDestination);
  }
  open({"HANG"});
  EXPECT_EQ(opened->attempt.phase, Phase::kGreeting);
  open({"S: 220 hi", "HANG"});
  EXPECT_EQ(opened->attempt.phase, Phase::kHello);
}

TEST_F(Talk, Reply421EndsTheConnectionWhereverItComes) {
  const auto outcomes = send(after_hello("", {"C: MAIL*", "S: 250 ok", "C: RCPT*", "S: 250 ok", "C: RCPT*", "S: 421 4.3.2 going down"}),
                             make_batch({"a@b.example", "b@b.example"}));
  for (const auto& outcome : outcomes) {
    EXPECT_EQ(outcome.disposition, Disposition::kTemporary);
    EXPECT_EQ(outcome.extent, Extent::kDestination);
    EXPECT_EQ(outcome.attempt.reply_code, 421);
  }
}

TEST_F(Talk, GreetingsThatRefuse) {
  open({"S: 554 5.7.1 no mail from you"});
  EXPECT_EQ(opened->disposition, Disposition::kPermanent);
  EXPECT_EQ(opened->extent, Extent::kDestination);
  open({"S: 450 busy"});
  EXPECT_EQ(opened->disposition, Disposition::kTemporary);
  open({"DROP"});
  EXPECT_EQ(opened->attempt.phase, Phase::kGreeting);
  open({"S: SSH-2.0-OpenSSH_9.2"});
  EXPECT_EQ(opened->disposition, Disposition::kTemporary);
  EXPECT_EQ(opened->attempt.reason, "the server does not speak SMTP");
}

TEST_F(Talk, ReplyWithoutEndIsCutOff) {
  std::string bomb;
  for (int i = 0; i < 5'000; ++i) bomb += "220-" + std::string(500, 'x') + "\n";
  ScriptedPeer unheard;
  settings.limits.reply.lines = 10;
  net::block_on_with([&](net::Executor executor) -> net::Task<> {
    auto pipe = net::make_pipe(executor);
    net::spawn(executor, unheard.run(std::move(pipe.server), {"S: " + bomb + "220 end"}));
    Client client(std::move(pipe.client), "mx.example", settings, clock);
    opened = co_await client.open();
  });
  EXPECT_EQ(opened->attempt.reason, "the server does not speak SMTP");
}

// --- signing in ---

TEST_F(Talk, SignsInWithWhatIsOffered) {
  const auto plain = base::base64_encode(std::string_view("\0u\0p", 4));
  Client::Failure failure;
  const Credentials credentials{"u", "p", true};
  const auto sign_in = [&](Client& client) -> net::Task<> { failure = co_await client.sign_in(credentials); };
  talk(after_hello("250-AUTH LOGIN PLAIN\n", {"C: AUTH PLAIN " + plain, "S: 235 2.7.0 welcome"}), sign_in);
  EXPECT_FALSE(failure);
  talk(after_hello("250-AUTH=LOGIN\n",
                   {"C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: dQ==", "S: 334 UGFzc3dvcmQ6", "C: cA==", "S: 535 5.7.8 wrong"}),
       sign_in);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->disposition, Disposition::kTemporary);
  EXPECT_EQ(failure->attempt.phase, Phase::kAuth);
  talk(after_hello("250-AUTH GSSAPI\n", {"HANG"}), sign_in);
  EXPECT_TRUE(failure);
  // A server that says yes without having shown that it knows the password.
  talk(after_hello("250-AUTH SCRAM-SHA-256 PLAIN\n", {"C: AUTH SCRAM-SHA-256 *", "S: 235 2.7.0 welcome"}), sign_in);
  ASSERT_TRUE(failure);
}

TEST_F(Talk, PasswordsDoNotGoInPlainText) {
  Client::Failure failure;
  const Credentials credentials{"u", "p", false};
  talk(after_hello("250-AUTH LOGIN PLAIN\n", {"HANG"}),
       [&](Client& client) -> net::Task<> { failure = co_await client.sign_in(credentials); });
  ASSERT_TRUE(failure);
  EXPECT_THAT(failure->attempt.reason, HasSubstr("without TLS"));
}

TEST_F(Talk, WhatComesWithTheAnswerToStartTlsIsRefused) {
  Client::Failure failure;
  auto trusting = base::value_or_throw(net::TlsClientContext::make(net::TlsClientContext::Verify::kNone));
  talk(after_hello("250-STARTTLS\n", {"C: STARTTLS", "S: 220 go\n250-evil\n250 AUTH PLAIN", "HANG"}),
       [&](Client& client) -> net::Task<> { failure = co_await client.start_tls(trusting, "mx.example"); });
  ASSERT_TRUE(failure);
  EXPECT_THAT(failure->attempt.reason, HasSubstr("more than its answer"));
}

// --- against our own server ---

TEST(ClientAndServer, DeliversToOurOwnServer) {
  delivery::TestParts parts;
  const int64_t house = parts.add_enterprise("a.example");
  const auto alice = parts.add_member(house, "alice@a.example");
  const Services services{parts.directory, parts.delivery, parts.store, parts.journal, parts.clock, parts.ids, nullptr, "mx.example", {}};
  const std::string message = "Subject: hi\r\n\r\n.\r\n..\r\nbody\r\n";
  for (const bool chunking : {true, false}) {
    Batch batch = make_batch({"alice@a.example", "nobody@a.example"});
    std::vector<Outcome> outcomes;
    auto converse = [&]() -> net::Task<> {
      const net::Executor executor = parts.loop.get_executor();
      auto pipe = net::make_pipe(executor);
      net::spawn(executor, serve(std::move(pipe.server), services, Mode::kSmtp));
      ClientSettings settings;
      settings.hello_name = "me.example";
      settings.message.chunking = chunking;
      Client client(std::move(pipe.client), "mx.example", settings, parts.clock);
      const auto failure = co_await client.open();
      EXPECT_FALSE(failure);
      outcomes = co_await client.send(batch, message);
      co_await client.quit();
    };
    parts.await(converse());
    ASSERT_EQ(outcomes.size(), 2u);
    EXPECT_EQ(outcomes[0].disposition, Disposition::kRelayed);
    EXPECT_EQ(outcomes[1].disposition, Disposition::kPermanent);
    EXPECT_EQ(outcomes[1].attempt.enhanced, "5.1.1");
  }
  const auto inbox = parts.inbox(alice.scope());
  ASSERT_EQ(inbox.size(), 2u);
  for (const auto& stored : inbox) EXPECT_THAT(stored, ::testing::EndsWith(message));
}

}  // namespace
}  // namespace smtp
