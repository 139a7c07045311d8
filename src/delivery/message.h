#pragma once
// One accepted message on its way through the steps.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "delivery/envelope.h"
#include "delivery/verdict.h"
#include "directory/directory.h"

namespace delivery {

struct Recipient {
  std::string address;  // as in RCPT TO, see Envelope::sender
  DsnRequest dsn;
  // Where it leads; REQUIRES: set, by Directory::resolve.
  std::shared_ptr<const directory::Member> member;
  std::shared_ptr<const directory::Enterprise> enterprise;
  std::string detail;  // after '+'
  bool via_catch_all = false;

  // Written by the steps.
  bool duplicate = false;  // an earlier recipient leads to the same mailbox and carries the copy
  Reply outcome;           // of this recipient alone; valid when deliver() has returned
  bool decided = false;    // `outcome` is final: later steps pass this recipient over
};

struct Message {
  std::string id;  // in our Received line, our replies and our logs
  Protocol protocol = Protocol::kSmtp;
  base::Time received_at{};
  Peer peer;
  Envelope envelope;
  std::vector<Recipient> recipients;  // in the order of RCPT
  std::string body;                   // as sent: header and body, dots unstuffed
  std::string trace;                  // our header lines, to stand before `body`: step "headers"

  // What is stored.
  std::string bytes() const { return trace + body; }
};

}  // namespace delivery
