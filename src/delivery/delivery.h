#pragma once
// What happens to one accepted message, as a visible list of steps (delivery.cpp, kSteps). Each step is a file, and a function
// Step(Message&, Services&) -> Verdict; the first that does not say kContinue ends the delivery.
//
// When deliver() has returned, every recipient has its outcome, and what is positive is on disk. SMTP is all or nothing: the outcomes are
// equal. LMTP (RFC 2033 4.2) has one for each recipient.

#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "delivery/inbox.h"
#include "delivery/message.h"
#include "directory/directory.h"
#include "journal/journal.h"
#include "net/task.h"
#include "store/store.h"

namespace delivery {

struct Limits {
  size_t hops =
      50;  // Received lines. RFC 5321 6.3 speaks of 100; what is honestly forwarded has a dozen, and each turn of a loop costs everybody
};

// What the steps use; all outlive the deliveries.
struct Services {
  store::Store& store;
  journal::Journal& journal;
  const base::Clock& clock;
  InboxCache& inboxes;
  std::string hostname;
  Limits limits;
};

class Delivery {
 public:
  Delivery(store::Store& store, journal::Journal& journal, const base::Clock& clock, std::string hostname, Limits limits = {});

  // Never throws for what a disk or database does: that is a 451 in the outcomes. `message` is the caller's and stays alive; its body is
  // kept, so that a caller may look at it afterwards.
  net::Task<> deliver(Message& message);

  // Writes the mail-log events of a message refused before delivery (too large, bad line ends): one for each recipient.
  void note_refused(const Message& message, const Reply& reply);

 private:
  InboxCache inboxes_;
  Services services_;
};

}  // namespace delivery
