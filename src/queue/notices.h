#pragma once
// The seam to whoever brings reports to senders. delivery/ implements it: a local sender's goes to their mailbox, a remote one's is queued
// with the null sender.

#include <functional>
#include <string>

#include "net/task.h"
#include "sql/transaction.h"

namespace queue {

struct Notice {
  int64_t enterprise_id = 0;
  int64_t account_id = 0;  // who queued the message; 0: nobody here
  std::string to;          // its return path; never empty
  std::string bytes;       // a complete message, CRLF line ends, with bytes over 127 if the one it tells of has; its sender is <>
  bool smtputf8 = false;   // its header or addresses are UTF-8
};

// Stores or queues the notice with the transaction that finishes the entries it tells of, so that a report is made exactly once. It may be
// called again after its work was rolled back (sql/database.h).
using PostNotice = std::function<void(sql::Transaction&)>;

class Postmaster {
 public:
  virtual ~Postmaster() = default;
  // Makes ready what must be durable before the transaction (the body). May throw: the entries are then tried again later.
  virtual net::Task<PostNotice> deliver(Notice notice) = 0;
};

}  // namespace queue
