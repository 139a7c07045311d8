#pragma once
// The command handlers, in the order of the table in server.cpp. A handler finds the command syntactically right and allowed in the
// session's state; it writes untagged responses to session.out and returns the tagged reply. base::Failure may leave it (the session goes
// on), net::IoError too (it ends).

#include "imap/session.h"

namespace imap {

// capability.cpp
net::Task<Reply> handle_capability(Session& session, Command& command);
net::Task<Reply> handle_noop(Session& session, Command& command);
net::Task<Reply> handle_logout(Session& session, Command& command);
net::Task<Reply> handle_id(Session& session, Command& command);
net::Task<Reply> handle_enable(Session& session, Command& command);
net::Task<Reply> handle_namespace(Session& session, Command& command);
// authenticate.cpp
net::Task<Reply> handle_starttls(Session& session, Command& command);
net::Task<Reply> handle_authenticate(Session& session, Command& command);
net::Task<Reply> handle_login(Session& session, Command& command);
// select.cpp
net::Task<Reply> handle_select(Session& session, Command& command);  // EXAMINE too
net::Task<Reply> handle_close(Session& session, Command& command);
net::Task<Reply> handle_unselect(Session& session, Command& command);
// mailbox.cpp
net::Task<Reply> handle_create(Session& session, Command& command);
net::Task<Reply> handle_delete(Session& session, Command& command);
net::Task<Reply> handle_rename(Session& session, Command& command);
net::Task<Reply> handle_subscribe(Session& session, Command& command);  // UNSUBSCRIBE too
// list.cpp
net::Task<Reply> handle_list(Session& session, Command& command);  // LSUB too
// status.cpp
net::Task<Reply> handle_status(Session& session, Command& command);
void put_status(std::string& out, const Session& session, const store::Mailbox& mailbox, const StatusItems& items);
// append.cpp
net::Task<Reply> handle_append(Session& session, Command& command);
// idle.cpp
net::Task<Reply> handle_idle(Session& session, Command& command);
// expunge.cpp
net::Task<Reply> handle_expunge(Session& session, Command& command);
// search.cpp
net::Task<Reply> handle_search(Session& session, Command& command);
// fetch.cpp
net::Task<Reply> handle_fetch(Session& session, Command& command);
// store.cpp
net::Task<Reply> handle_store(Session& session, Command& command);
// copy.cpp
net::Task<Reply> handle_copy(Session& session, Command& command);  // MOVE too

// The UTF-8 name a command means, or the NO for one that is malformed.
base::Result<std::string> mailbox_name(const Session& session, std::string_view name);
// The first thing that makes a session one that knows CONDSTORE tells HIGHESTMODSEQ (RFC 7162 3.1.2.2).
void enable_condstore(Session& session);

}  // namespace imap
