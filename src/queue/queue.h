#pragma once
// Mail on its way out: how it gets in. What happens then is the scheduler's (scheduler.h).
//
//   auto id = queue.enqueue(tx, scope, message, recipients);      // inside the transaction that also stores the local copies
//
// A fresh entry is inserted leased to this node already, and handed to the scheduler in memory when the transaction has been committed: a
// message costs one transaction to queue and one to finish. Where there is no room for it in memory, or no scheduler runs, it is inserted
// ready, and claimed in its turn.

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "journal/journal.h"
#include "net/notifier.h"
#include "queue/entry.h"
#include "queue/room.h"
#include "queue/rows.h"
#include "queue/settings.h"
#include "sql/scope.h"

namespace queue {

struct NewMessage {
  int64_t account_id = 0;  // the sender; 0: none
  blob::BlobId blob;       // durable in the blob store under the scope's enterprise
  Envelope envelope;       // with the size
  std::string source_pool;
  std::string language;                      // of the sender: "zh-CN", "en"; for reports
  std::string subject, header_id;            // decoded Subject and Message-ID, for the log
  std::optional<base::Time> hold_until;      // FUTURERELEASE: not before (RFC 4865)
  bool held = false;                         // waits for a person
  std::string held_reason;                   // for the log
  std::shared_ptr<const std::string> bytes;  // optional: the body, to be sent without reading it back. Shared with the scheduler
};

struct NewRecipient {
  std::string address;  // as Envelope::return_path; REQUIRES: next_hop_of(address) or `route`
  std::string orcpt;    // "rfc822;xtext" as given
  uint8_t notify = 0;   // Notify
  std::string route;    // in place of the domain's MX records; see NextHop::route
};

// What enqueue() and the scheduler share. Thread-safe.
class Inbox {
 public:
  explicit Inbox(const Settings& settings) : room(settings.claimed, settings.claimed_per_destination) {}

  Room room;
  net::Notifier arrived;
  std::atomic<bool> open{false};      // a scheduler takes works
  std::atomic<size_t> body_bytes{0};  // of fresh bodies kept in memory

  void add(std::vector<Work> works);
  void hint(std::vector<LaneDue> lanes);  // something is due there, or room was freed
  struct Content {
    std::vector<Work> works;
    std::vector<LaneDue> hints;
  };
  Content take();

 private:
  std::mutex mutex_;
  Content content_;
};

class Queue {
 public:
  Queue(const base::Clock& clock, base::IdMaker& ids, journal::Journal& journal, int64_t node, Settings settings = {});

  // The id of the queued message. Throws base::Failure kInvalid for an address without a domain. `recipients` is not empty.
  int64_t enqueue(sql::Transaction& tx, sql::EnterpriseScope scope, const NewMessage& message, std::span<const NewRecipient> recipients);

  const Settings& settings() const { return settings_; }
  const base::Clock& clock() const { return clock_; }
  journal::Journal& journal() { return journal_; }
  int64_t node() const { return node_; }
  const std::shared_ptr<Inbox>& inbox() const { return inbox_; }

 private:
  struct Plan;
  void insert(sql::Transaction& tx, Plan& plan);
  void hand_over(sql::Transaction& tx, Plan plan);
  void keep_bytes(Message& message, const std::shared_ptr<const std::string>& bytes);

  const base::Clock& clock_;
  base::IdMaker& ids_;
  journal::Journal& journal_;
  const int64_t node_;
  const Settings settings_;
  const std::shared_ptr<Inbox> inbox_;  // shared: commit hooks and the scheduler's coroutines may outlive the queue
};

// An event of the mail log about one recipient.
journal::Event queue_event(const Message& message, const std::string& recipient, journal::EventKind kind);

}  // namespace queue
