#pragma once
// The steps, in the order of delivery.cpp's list. A step may await; it throws base::Failure for what a disk or database does.

#include "delivery/delivery.h"
#include "net/task.h"

namespace delivery {

using Step = net::Task<Verdict> (*)(Message&, Services&);

// loop.cpp: a message that has been through too many hands, or through one of its recipients already.
net::Task<Verdict> check_loop(Message& message, Services& services);
// submission.cpp: what a member sends is theirs to send, and complete (RFC 6409 6, 8).
net::Task<Verdict> check_submission(Message& message, Services& services);
// authenticate.cpp: SPF, DKIM, ARC and DMARC of what other servers bring.
net::Task<Verdict> authenticate_message(Message& message, Services& services);
// headers.cpp: Return-Path and Received in front; Return-Path lines of others out.
net::Task<Verdict> add_headers(Message& message, Services& services);
// recipients.cpp: one copy for each mailbox.
net::Task<Verdict> merge_recipients(Message& message, Services& services);
// judge.cpp: viruses, spam and lists.
net::Task<Verdict> judge_message(Message& message, Services& services);
// sign.cpp: DKIM on what leaves.
net::Task<Verdict> sign_outgoing(Message& message, Services& services);
// store.cpp: bodies; rows, queue entries and log in one transaction.
net::Task<Verdict> store_message(Message& message, Services& services);

}  // namespace delivery
