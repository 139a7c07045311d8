#pragma once
// What happens to one accepted message, as a visible list of steps (delivery.cpp, kSteps). Each step is a file, and a function
// Step(Message&, Services&) -> Verdict; the first that does not say kContinue ends the delivery.
//
// When deliver() has returned, every recipient has its outcome, and what is positive is on disk. SMTP is all or nothing: the outcomes are
// equal. LMTP (RFC 2033 4.2) has one for each recipient.

#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "delivery/authenticator.h"
#include "delivery/inbox.h"
#include "delivery/message.h"
#include "delivery/signers.h"
#include "directory/directory.h"
#include "journal/journal.h"
#include "net/task.h"
#include "queue/queue.h"
#include "spam/brakes.h"
#include "store/store.h"

namespace delivery {

struct Limits {
  // Received lines. RFC 5321 6.3 speaks of 100; what is honestly forwarded has a dozen, and each turn of a loop costs everybody.
  size_t hops = 50;
  bool hide_client = true;  // the address of who submits is not told to recipients
};

// What the steps use; all outlive the deliveries.
struct Services {
  store::Store& store;
  journal::Journal& journal;
  directory::Directory& directory;
  const base::Clock& clock;
  std::string hostname;
  Limits limits = {};
  queue::Queue* queue = nullptr;                 // null: nothing leaves this server, and no recipient may be remote
  Signers* signers = nullptr;                    // null: what leaves is not signed
  Authenticator* authenticator = nullptr;        // null: nothing is asked about
  spam::Judge* judge = nullptr;                  // null: everything is wanted
  std::optional<spam::BrakeLimits> brakes = {};  // on what members send; none: as much as they like
  std::shared_ptr<InboxCache> inboxes = std::make_shared<InboxCache>();
};

class Delivery {
 public:
  explicit Delivery(Services services) : services_(std::move(services)) {}

  // Never throws for what a disk or database does: that is a 451 in the outcomes. `message` is the caller's and stays alive; its body is
  // kept, so that a caller may look at it afterwards.
  net::Task<> deliver(Message& message);

  // Writes the mail-log events of a message refused before delivery (too large, bad line ends): one for each recipient.
  void note_refused(const Message& message, const Reply& reply);

 private:
  Services services_;
};

}  // namespace delivery
