#include "delivery/received.h"

#include <gtest/gtest.h>

namespace delivery {
namespace {

Message sample() {
  Message message;
  message.id = "1f";
  message.received_at = base::from_seconds(1795439731);  // 2026-11-23 13:15:31 UTC
  message.peer = {.address = "192.0.2.1", .literal = "[192.0.2.1]", .helo = "client.example", .extended = true};
  message.recipients.push_back({.address = "tom@example.com"});
  return message;
}

TEST(ReceivedLine, NamesPeerProtocolAndSoleRecipient) {
  EXPECT_EQ(received_line(sample(), "mx.example"),
            "Received: from client.example ([192.0.2.1])\r\n\tby mx.example with ESMTP id 1f\r\n\tfor <tom@example.com>;\r\n"
            "\tMon, 23 Nov 2026 13:15:31 +0000\r\n");
}

TEST(ReceivedLine, HidesSeveralRecipients) {
  Message message = sample();
  message.recipients.push_back({.address = "ann@example.com"});
  EXPECT_EQ(received_line(message, "mx.example"),
            "Received: from client.example ([192.0.2.1])\r\n\tby mx.example with ESMTP id 1f;\r\n\tMon, 23 Nov 2026 13:15:31 +0000\r\n");
}

TEST(ReceivedLine, TellsTls) {
  Message message = sample();
  message.peer.tls_version = "TLSv1.3";
  message.peer.tls_cipher = "TLS_AES_256_GCM_SHA384";
  const std::string line = received_line(message, "mx.example");
  EXPECT_NE(line.find(" with ESMTPS id 1f\r\n"), std::string::npos) << line;
  EXPECT_NE(line.find("\r\n\ttls TLS_AES_256_GCM_SHA384 (TLSv1.3);"), std::string::npos) << line;
}

TEST(ReceivedLine, UnixSocketHasNoAddress) {
  Message message = sample();
  message.peer.literal.clear();
  EXPECT_TRUE(received_line(message, "mx.example").starts_with("Received: from client.example (local socket)\r\n"));
}

TEST(ProtocolKeyword, FollowsTheSession) {
  Message message = sample();
  message.peer.extended = false;
  EXPECT_EQ(protocol_keyword(message), "SMTP");
  message.peer.extended = true;
  message.protocol = Protocol::kLmtp;
  EXPECT_EQ(protocol_keyword(message), "LMTP");
  message.envelope.smtputf8 = true;
  EXPECT_EQ(protocol_keyword(message), "UTF8LMTP");
  message.peer.tls_version = "TLSv1.2";
  EXPECT_EQ(protocol_keyword(message), "UTF8LMTPS");
  message.protocol = Protocol::kSmtp;
  EXPECT_EQ(protocol_keyword(message), "UTF8SMTPS");
}

}  // namespace
}  // namespace delivery
