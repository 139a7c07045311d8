#pragma once
// One accepted message on its way through the steps.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "delivery/authenticator.h"
#include "delivery/envelope.h"
#include "delivery/verdict.h"
#include "directory/directory.h"

namespace delivery {

struct Recipient {
  std::string address;  // as in RCPT TO, see Envelope::sender
  DsnRequest dsn;
  // Where it leads, by Directory::resolve. Without a member it leads to another server; that only members may ask for (kSubmission).
  std::shared_ptr<const directory::Member> member;
  std::shared_ptr<const directory::Enterprise> enterprise;
  std::string detail;  // after '+'
  bool via_catch_all = false;

  // Written by the steps.
  std::optional<spam::Verdict> verdict;  // step "judge"
  bool duplicate = false;                // an earlier recipient leads to the same mailbox and carries the copy
  Reply outcome;                         // of this recipient alone; valid when deliver() has returned
  bool decided = false;                  // `outcome` is final: later steps pass this recipient over

  bool is_remote() const { return !member; }
  bool is_open() const { return !decided && !duplicate; }
};

struct Message {
  std::string id;  // in our Received line, our replies and our logs
  Protocol protocol = Protocol::kSmtp;
  base::Time received_at{};
  Peer peer;
  Envelope envelope;
  std::shared_ptr<const directory::Member> submitter;  // kSubmission: who signed in
  std::vector<Recipient> recipients;                   // in the order of RCPT
  std::optional<Authenticated> authenticated;          // of what another server brought: step "authenticate"
  std::string body;                                    // as sent: header and body, dots unstuffed
  std::string return_path;                             // our Return-Path line, for mailboxes: step "headers"
  std::string results;     // our Authentication-Results and verdict, for mailboxes: steps "authenticate" and "judge"
  std::string trace;       // our Received line, to stand before `body`
  std::string signatures;  // our DKIM-Signature fields, for other servers: step "sign"

  // Whether this recipient's copy goes through the queue: to another server, or later (RFC 4865).
  bool is_sent_to(const Recipient& recipient) const { return recipient.is_remote() || envelope.hold_for || envelope.hold_until; }

  // What a mailbox gets, and what another server gets.
  std::string stored_bytes() const { return return_path + results + trace + body; }
  std::string sent_bytes() const { return signatures + trace + body; }
};

}  // namespace delivery
