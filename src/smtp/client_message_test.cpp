// Replies, extensions, and how a message is put to servers with and without them.

#include "smtp/client_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "smtp/dot_stuffing.h"

namespace smtp {
namespace {

using queue::Batch;
using queue::Disposition;
using ::testing::ElementsAre;

const base::Time kNow = base::from_seconds(1'800'000'000);

RemoteReply read(std::vector<std::string> lines, RemoteReplyLimits limits = {}) {
  RemoteReplyParser parser(limits);
  auto state = RemoteReplyParser::State::kMore;
  for (const auto& line : lines) {
    EXPECT_EQ(state, RemoteReplyParser::State::kMore);
    state = parser.take_line(line);
  }
  return state == RemoteReplyParser::State::kDone ? parser.reply() : RemoteReply{};
}

TEST(RemoteReply, CodesAndText) {
  const auto reply = read({"550-5.1.1 The account", "550-5.1.1 does not exist", "550 5.1.1  x.example"});
  EXPECT_EQ(reply.code, 550);
  EXPECT_EQ(reply.enhanced, "5.1.1");
  EXPECT_EQ(reply.text, "The account\ndoes not exist\nx.example");
  EXPECT_EQ(read({"250"}).code, 250);
  EXPECT_EQ(read({"250 "}).text, "");
  EXPECT_EQ(read({"452 4.5.3"}).enhanced, "4.5.3");
  EXPECT_EQ(read({"550 4.1.1 other class"}).enhanced, "");  // RFC 2034 4
  EXPECT_EQ(read({"250 2.0 ok"}).text, "2.0 ok");
  EXPECT_EQ(read({"250 2.1234.1 ok"}).enhanced, "");
  EXPECT_EQ(read({"250-a", "354 b"}).code, 354);
}

TEST(RemoteReply, WhatIsNoReply) {
  for (const char* line : {"", "25", "2x0 ok", "150 wait", "650 what", "250_ok", "HTTP/1.1 400 Bad Request"})
    EXPECT_EQ(read({line}).code, 0) << line;
  RemoteReplyLimits few;
  few.lines = 2;
  EXPECT_EQ(read({"250-a", "250-b", "250 c"}, few).code, 0);
  RemoteReplyLimits brief;
  brief.text = 5;
  EXPECT_EQ(read({"250-abc", "250-def", "250 ghi"}, brief).text, "abc\nd");
}

TEST(RemoteReply, Extensions) {
  const auto found = parse_extensions(
      "mx.example PIPELINING\nsize 1000\n8BITMIME\nAUTH PLAIN login\nAUTH=LOGIN XOAUTH2\nDELIVERBY 10\nX-OTHER\nSTARTTLS "
      "\n\nCHUNKING\nDSN\nSMTPUTF8\nREQUIRETLS\nBINARYMIME");
  EXPECT_FALSE(found.pipelining);  // the first line is a greeting
  EXPECT_EQ(found.largest, 1000u);
  EXPECT_TRUE(found.eight_bit && found.start_tls && found.chunking && found.dsn && found.smtp_utf8 && found.require_tls &&
              found.binary_mime && found.deliver_by);
  EXPECT_THAT(found.auth, ElementsAre("PLAIN", "LOGIN", "XOAUTH2"));
  EXPECT_EQ(parse_extensions("mx\nSIZE 99999999999999999999999").largest, 0u);
}

struct Plan : ::testing::Test {
  Batch batch;
  Extensions offered;
  MessageOptions options;
  std::string message = "Subject: hi\r\n\r\ntext\r\n";
  Plan() {
    batch.envelope.return_path = "s@a.example";
    batch.recipients.push_back({1, "r@b.example", "", 0});
  }
  MessagePlan plan() { return plan_message(batch, message, offered, options, kNow); }
  std::string refused() {
    const auto made = plan();
    return made.refused ? made.refused->attempt.enhanced : "";
  }
  void offer_all() { offered = {true, true, true, true, true, true, true, true, true, 0, true, {}}; }
};

TEST_F(Plan, NothingIsSaidThatWasNotOffered) {
  batch.envelope.ret = queue::Return::kFull;
  batch.envelope.envid = "id";
  batch.recipients[0].notify = queue::kNotifyNever;
  batch.recipients[0].orcpt = "rfc822;r@b.example";
  EXPECT_EQ(plan().mail, "MAIL FROM:<s@a.example>");
  EXPECT_EQ(plan().recipients[0].rcpt, "RCPT TO:<r@b.example>");
  batch.envelope.return_path = "";
  EXPECT_EQ(plan().mail, "MAIL FROM:<>");
}

TEST_F(Plan, ParametersWhereOffered) {
  offer_all();
  message += "\xc3\xa9\r\n";
  batch.envelope.ret = queue::Return::kHeaders;
  batch.envelope.envid = "QQ314159";
  batch.envelope.deliver_by = kNow + std::chrono::seconds(120);
  batch.envelope.flags = queue::kRequireTls;
  batch.recipients[0].notify = queue::kNotifySuccess | queue::kNotifyDelay;
  batch.recipients[0].orcpt = "rfc822;r@b.example";
  EXPECT_EQ(plan().mail, "MAIL FROM:<s@a.example> SIZE=25 BODY=8BITMIME REQUIRETLS BY=120;R RET=HDRS ENVID=QQ314159");
  EXPECT_EQ(plan().recipients[0].rcpt, "RCPT TO:<r@b.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;r@b.example");
  EXPECT_TRUE(plan().bdat);
}

TEST_F(Plan, Size) {
  offered.size = true;
  offered.largest = message.size();
  EXPECT_EQ(refused(), "");
  message += "x";
  EXPECT_EQ(refused(), "5.3.4");
  EXPECT_EQ(plan().refused->extent, queue::Extent::kMessage);
}

TEST_F(Plan, EightBitIsSentAsItIsUnlessStrict) {
  batch.envelope.flags = queue::k8BitMime;
  EXPECT_EQ(plan().mail, "MAIL FROM:<s@a.example>");
  options.strict_eight_bit = true;
  EXPECT_EQ(refused(), "5.6.3");
}

TEST_F(Plan, BinaryNeedsBdat) {
  batch.envelope.flags = queue::kBinaryMime;
  EXPECT_EQ(refused(), "5.6.3");
  offered.chunking = true;
  EXPECT_EQ(refused(), "5.6.3");
  offered.binary_mime = true;
  options.chunking = false;
  EXPECT_EQ(plan().mail, "MAIL FROM:<s@a.example> BODY=BINARYMIME");
  EXPECT_TRUE(plan().bdat);
}

TEST_F(Plan, SmtpUtf8AndWhatCanDoWithout) {
  batch.envelope.flags = queue::kSmtpUtf8;
  EXPECT_EQ(plan().mail, "MAIL FROM:<s@a.example>");  // all ASCII after all
  message = "Subject: gr\xc3\xbc\xc3\x9f\r\n\r\n";
  EXPECT_EQ(refused(), "5.6.7");
  message = "Subject: x\r\n\r\ngr\xc3\xbc\xc3\x9f\r\n";
  EXPECT_EQ(refused(), "");
  batch.envelope.return_path =
      "s@b\xc3\xbc"
      "cher.example";
  EXPECT_EQ(plan().mail, "MAIL FROM:<s@xn--bcher-kva.example>");
  batch.recipients.push_back({2, "j\xc3\xbcrgen@b.example", "", 0});
  const auto mixed = plan();
  EXPECT_FALSE(mixed.refused);
  EXPECT_FALSE(mixed.recipients[0].refused);
  ASSERT_TRUE(mixed.recipients[1].refused);
  EXPECT_EQ(mixed.recipients[1].refused->attempt.enhanced, "5.6.7");
  EXPECT_EQ(mixed.recipients[1].refused->disposition, Disposition::kPermanent);
  batch.envelope.return_path = "j\xc3\xbcrgen@a.example";
  EXPECT_EQ(refused(), "5.6.7");
  offered.smtp_utf8 = true;
  EXPECT_EQ(plan().mail, "MAIL FROM:<j\xc3\xbcrgen@a.example> SMTPUTF8");
  EXPECT_EQ(plan().recipients[1].rcpt, "RCPT TO:<j\xc3\xbcrgen@b.example>");
}

TEST_F(Plan, DeliverBy) {
  batch.envelope.deliver_by = kNow + std::chrono::seconds(60);
  EXPECT_EQ(refused(), "5.3.3");
  batch.envelope.flags = queue::kDeliverByNotify;
  EXPECT_EQ(refused(), "");
  batch.envelope.deliver_by = kNow - std::chrono::seconds(60);
  offered.deliver_by = true;
  EXPECT_EQ(plan().mail, "MAIL FROM:<s@a.example> BY=-60;N");
  batch.envelope.flags = 0;
  EXPECT_EQ(refused(), "5.4.7");
}

TEST_F(Plan, AddressesCannotEndTheLine) {
  batch.recipients[0].address = "a@b.example>\r\nRSET\r\n<";
  EXPECT_TRUE(plan().recipients[0].refused);
  batch.envelope.return_path = "a\r\n@b";
  EXPECT_EQ(refused(), "5.1.7");
  batch.envelope.return_path = "";
  batch.envelope.envid = "a\r\nRSET";
  offered.dsn = true;
  EXPECT_EQ(plan().mail, "MAIL FROM:<>");
}

TEST(DotStuffer, GivesBackWhatTheServerUnstuffs) {
  const std::string messages[] = {"", "a", "a\r\n", ".", ".\r\n", "..\r\n.\r\n", "\r\n.a\r\n\r\n.", std::string(1000, '.')};
  for (const auto& message : messages) {
    for (const size_t size : {1, 2, 3, 7, 10'000}) {
      DotStuffer stuffer(message);
      DotUnstuffer unstuffer({});
      std::string piece, wire, out;
      while (!stuffer.finished()) {
        stuffer.next(size, piece);
        wire += piece;
      }
      EXPECT_EQ(unstuffer.feed(wire, out), wire.size());
      EXPECT_TRUE(unstuffer.finished());
      EXPECT_FALSE(unstuffer.has_bare_line_end());
      EXPECT_EQ(out, message.empty() || message.ends_with("\r\n") ? message : message + "\r\n");
    }
  }
}

TEST(DotStuffer, FindsBareLineEnds) {
  for (const char* good : {"", "a", "a\r\n", "\r\n\r\n", "a\r\nb"}) EXPECT_FALSE(has_bare_line_end(good)) << good;
  for (const char* bad : {"\n", "\r", "a\rb\r\n", "a\r\r\n", "a\r\n\n", "\n\r", "a\r\nb\r"}) EXPECT_TRUE(has_bare_line_end(bad)) << bad;
}

}  // namespace
}  // namespace smtp
