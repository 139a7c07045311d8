#pragma once
// The only writer of log data: one event record feeds the mail log, a message's story, the sign-in log, the audit and the statistics.
//
// Events are queued in memory and written in batches by the journal's own thread as ordinary transactions: they never delay a delivery.
// Events that must not be lost (a message was accepted) are written in the transaction of the thing itself: record(tx, event).

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "sql/database.h"
#include "sql/scope.h"

namespace journal {

// Stored numbers: DO NOT CHANGE; append only.
enum class EventKind {
  kMessageReceived = 1,   // accepted over SMTP or LMTP and stored, one event a recipient (C5.4.1)
  kMessageRefused = 2,    // a recipient or message was refused after RCPT, one event each
  kMessageAppended = 3,   // put there by the member's own client
  kMessageSent = 4,       // taken by another server, one event a recipient; client is that server
  kMessageDeferred = 5,   // not taken now, will be tried again
  kMessageBounced = 6,    // given up; the sender was told, where a report could be sent
  kMessageHeld = 7,       // waits in the queue for a person
  kMessageRemoved = 8,    // taken out of the queue by a person, unsent
  kMessageSubmitted = 9,  // queued by a member for another server, one event a recipient; what became of it is told by 4 to 8
  kSignIn = 20,           // C5.4.3
  kSignInFailed = 21,     // C5.4.5
};

// Numbers of C5.4.4.
enum class SignInType { kWeb = 1, kMobile = 2, kApp = 3, kClient = 4, kOther = 5 };

struct Event {
  EventKind kind;
  int64_t enterprise_id = 0;  // 0: belongs to no enterprise (a refused stranger): operator's eyes only
  int64_t account_id = 0;     // 0: none
  base::Time at{};            // zero: now
  std::string protocol;       // "smtp", "lmtp", "imap"
  std::string client;         // peer address
  std::string sender;         // envelope sender, or the user name tried
  std::string recipient;
  std::string subject;  // decoded, at most 200 characters
  std::string message_id;
  int64_t size = 0;
  int status = 0;      // the reply code, or directory::SignInFailure as a number
  std::string detail;  // reply text or reason, at most 500 characters
};

struct Query {
  sql::EnterpriseScope scope;
  std::optional<int64_t> account_id;
  std::vector<EventKind> kinds;  // empty: all
  base::Time from{}, until{};    // zero: open
  size_t limit = 100;            // newest first
};

struct Limits {
  size_t queued_events = 100'000;  // beyond it the oldest unimportant events are dropped, counted in posthouse_journal_dropped_total
};

class Journal {
 public:
  Journal(sql::Database& db, const base::Clock& clock, base::IdMaker& ids, Limits limits = {});
  ~Journal();  // writes what is queued

  void record(Event event);                        // queued; returns at once; thread-safe
  void record(sql::Transaction& tx, Event event);  // with the caller's transaction
  std::vector<Event> query(const Query& query);
  void flush();  // waits until what was queued before is committed (tests, shutdown)
  // Deletes events older than `before` in small steps; returns how many (C5.5.6: three months by default).
  int64_t purge(base::Time before);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace journal
