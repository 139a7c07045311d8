#pragma once
// How one message is put to a server that offers these extensions: the commands with their parameters, or why it cannot be sent. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "queue/transport.h"
#include "smtp/client_reply.h"

namespace smtp {

struct MessageOptions {
  bool chunking = true;  // BDAT where it is offered; otherwise only for what DATA cannot carry
  // RFC 6152 3: what has 8-bit bytes is returned when the server has no 8BITMIME. Without: it is sent as it is, as everybody does, since a
  // conversion would break signatures.
  bool strict_eight_bit = false;
};

struct MessagePlan {
  std::optional<queue::Outcome> refused;  // for all recipients; phase kPolicy
  bool bdat = false;                      // BDAT in place of DATA
  std::string mail;                       // "MAIL FROM:<...> SIZE=..." without its line end
  struct Recipient {
    std::string rcpt;                       // likewise; empty when refused
    std::optional<queue::Outcome> refused;  // phase kPolicy
  };
  std::vector<Recipient> recipients;  // as in the batch; empty when refused
};

// Decides about SIZE, BODY, SMTPUTF8 (RFC 6531 3.4, with IDN domains as A-labels where that is enough), DSN, REQUIRETLS, DELIVERBY, and
// lone CR and LF, which never leave after DATA.
MessagePlan plan_message(const queue::Batch& batch, std::string_view message, const Extensions& extensions, const MessageOptions& options,
                         base::Time now);

// An outcome of our own making.
queue::Outcome own_outcome(queue::Disposition disposition, queue::Extent extent, queue::Phase phase, std::string enhanced,
                           std::string reason);

}  // namespace smtp
