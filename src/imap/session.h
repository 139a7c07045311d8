#pragma once
// One connection's state, and what its command handlers share: replies, output, the view of the selected mailbox.
//
// The view is one immutable version of the mailbox's list. After each command the session looks at the latest committed version (in memory,
// no database), tells the client what differs, and adopts it (view.cpp). While EXPUNGE responses are not allowed (RFC 9051 7.5.1), expunged
// messages stay in the view.

#include <memory>
#include <string>
#include <string_view>

#include "imap/appends.h"
#include "imap/reply.h"
#include "imap/services.h"
#include "imap/syntax.h"
#include "net/line_reader.h"
#include "net/notifier.h"
#include "net/stream.h"

namespace imap {

enum class State : uint8_t { kNotAuthenticated = 1, kAuthenticated = 2, kSelected = 4, kLogout = 8 };

// The selected mailbox.
struct Selected {
  int64_t mailbox_id = 0;
  bool read_only = false;
  store::ListPtr view;       // what the client has been told
  store::ListPtr committed;  // the version `view` was made of; the same unless expunged messages are kept in the view
  store::UidSet recent;      // \Recent in this session (RFC 3501 2.3.2)
  store::UidSet saved;       // "$" (RFC 9051 6.4.4.1)
  // Own changes the client asked not to hear of (.SILENT) or was told already: at that modseq they are adopted in silence.
  store::UidSet own_changes;
  uint64_t own_modseq = 0;
};

struct Session {
  Session(std::unique_ptr<net::Stream> owned, const Services& given);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const std::unique_ptr<net::Stream> stream;
  const Services& services;
  net::LineReader reader;
  net::Notifier changed;                 // the selected mailbox changed, while in IDLE
  std::string out;                       // responses not yet sent
  std::shared_ptr<AppendQueue> appends;  // shared with the coroutines that finish them; null while there are none

  State state = State::kNotAuthenticated;
  bool utf8 = false;       // ENABLE IMAP4rev2 or UTF8=ACCEPT
  bool rev2 = false;       // ENABLE IMAP4rev2
  bool condstore = false;  // a CONDSTORE enabling command was given (RFC 7162 3.1)
  uint16_t errors = 0;
  uint16_t sign_in_failures = 0;
  net::Deadline login_deadline;
  std::shared_ptr<const directory::Member> member;  // signed in; shared with the directory's cache
  blob::EnterpriseKey blob_key{};
  std::unique_ptr<Selected> selected;

  store::AccountScope scope() const { return member->scope(); }
  sql::Database& database() const { return services.store.database(); }
  const Limits& limits() const { return services.limits; }
  std::string peer() const { return stream->info().peer.address.to_string(); }
  bool may_send_password() const;
  // The keywords of the selected mailbox.
  const std::vector<std::string>& keywords() const { return *selected->view->state().keywords; }

  // Sends `out`.
  net::Task<> flush();
  // The same when it has grown large: between the parts of a long answer.
  net::Task<> flush_some();
  // Sends what has been written and these bytes.
  net::Task<> write(std::string bytes);
};

std::string capabilities(const Session& session);

// --- the view (view.cpp) ---

enum class Expunges { kAllowed, kHeldBack };
// Tells the client what changed since the view. `with_uid`: FETCH responses carry the UID. False when the mailbox is gone.
net::Task<bool> synchronize(Session& session, Expunges expunges, bool with_uid);
// No more than a look: true when synchronize() has something to do.
bool is_behind(const Session& session, Expunges expunges);
// Makes the mailbox's new messages no longer \Recent and notes them as such here (RFC 3501 clients only).
net::Task<> claim_recent(Session& session, store::ListPtr latest);
// How many messages of the view are \Recent.
uint64_t count_recent(const Selected& selected);
// The beginning of an untagged FETCH that tells flags: "* 3 FETCH (", and the UID where the client asked for it or must have it
// (RFC 9051 6.4.9, RFC 7162 3.1.4.1).
void begin_flags_fetch(Session& session, uint32_t sequence, uint32_t uid, bool with_uid);
// FLAGS and PERMANENTFLAGS.
void put_mailbox_flags(std::string& out, const std::vector<std::string>& keywords, bool read_only);

// UIDs of the view that a set from the client means; nullopt when it names a sequence number that does not exist.
std::optional<store::UidSet> resolve(const Selected& selected, const SequenceSet& set, bool uid);

}  // namespace imap
