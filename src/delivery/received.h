#pragma once
// The Received line of RFC 5321 4.4, with the protocol names of RFC 3848 and RFC 6531 4.3 and the tls clause of RFC 8314 4.3.

#include <string>

#include "delivery/message.h"

namespace delivery {

// "SMTP", "ESMTP", "ESMTPS", "LMTPS", "UTF8SMTP", "UTF8LMTPS"...
std::string protocol_keyword(const Message& message);

// Folded, with its line end. Names the recipient only when there is one, so that no recipient learns of another (RFC 5321 7.2).
// `hide_client`: of what a member submits, it does not say where from.
std::string received_line(const Message& message, std::string_view hostname, bool hide_client = false);

}  // namespace delivery
