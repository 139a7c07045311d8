#pragma once
// The IMAP server: one call serves one connection from greeting to end.

#include <memory>

#include "imap/services.h"
#include "net/stream.h"
#include "net/task.h"

namespace imap {

// Returns when the connection is over, whatever ended it; throws nothing. The stream may already speak TLS (port 993). When it is
// interrupted (Stream::interrupt) the session ends with BYE as soon as it is idle.
net::Task<> serve(std::unique_ptr<net::Stream> stream, const Services& services);

}  // namespace imap
