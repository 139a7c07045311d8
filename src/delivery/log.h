#pragma once
// The events that a message leaves in the mail log.

#include "delivery/message.h"
#include "journal/journal.h"

namespace delivery {

// What the events of all recipients share.
journal::Event message_event(const Message& message, journal::EventKind kind, const Reply& reply);
// The same for one recipient.
journal::Event recipient_event(const journal::Event& common, const Recipient& recipient);

}  // namespace delivery
