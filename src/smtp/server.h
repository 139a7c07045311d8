#pragma once
// The server side of SMTP (RFC 5321, the MX port) and LMTP (RFC 2033): one session, from greeting to end.
//
//   bytes ─► net::LineReader ─► syntax ─► server (command table, states) ─► recipient (directory, quota)
//                                                                        └► data (dot_stuffing, BDAT) ─► delivery
//
// 250 after the data means that the message is on disk. Replies to commands that came together leave together (RFC 2920).

#include <memory>
#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "delivery/delivery.h"
#include "directory/directory.h"
#include "journal/journal.h"
#include "net/stream.h"
#include "net/task.h"
#include "net/tls.h"
#include "smtp/limits.h"
#include "store/store.h"

namespace smtp {

using Mode = delivery::Protocol;

// What sessions share; all outlive them.
struct Services {
  directory::Directory& directory;
  delivery::Delivery& delivery;
  store::Store& store;
  journal::Journal& journal;
  const base::Clock& clock;
  base::IdMaker& ids;
  net::TlsContext* tls = nullptr;  // null: STARTTLS is not offered
  std::string hostname;
  Limits limits;
};

// Serves one connection to its end and never throws. `services` outlives the task.
net::Task<> serve(std::unique_ptr<net::Stream> stream, const Services& services, Mode mode);

}  // namespace smtp
