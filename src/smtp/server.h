#pragma once
// The server side of SMTP (RFC 5321, the MX port), of submission (RFC 6409) and of LMTP (RFC 2033): one session, from greeting to end.
//
//   bytes ─► net::LineReader ─► syntax ─► server (command table, states) ─► auth (who submits, and as whom)
//                                                                        └► recipient (directory, quota)
//                                                                        └► data (dot_stuffing, BDAT) ─► delivery
//
// 250 after the data means that the message is on disk. Replies to commands that came together leave together (RFC 2920).

#include <memory>
#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "delivery/delivery.h"
#include "directory/credential.h"
#include "directory/directory.h"
#include "journal/journal.h"
#include "net/loop.h"
#include "net/stream.h"
#include "net/task.h"
#include "net/tls.h"
#include "smtp/limits.h"
#include "store/store.h"

namespace smtp {

using Mode = delivery::Protocol;

// What sign-in needs; all outlive the sessions.
struct SignIn {
  directory::Credentials& credentials;
  net::ThreadPool& pool;
  bool allow_plaintext_login = false;  // passwords without TLS from anywhere
  bool plaintext_on_loopback = true;   // and from this machine itself
};

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
  const SignIn* sign_in = nullptr;  // REQUIRES: set for kSubmission
};

// Serves one connection to its end and never throws. `services` outlives the task.
net::Task<> serve(std::unique_ptr<net::Stream> stream, const Services& services, Mode mode);

}  // namespace smtp
