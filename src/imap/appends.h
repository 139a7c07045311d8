#pragma once
// APPENDs under way. A client that pipelines APPENDs (LITERAL+) is not made to wait for each commit: the session starts one after the
// other, a coroutine carries them through (bodies into the blob store, then the rows), and the replies go out in order as they are done.
//
//   start()  → the body's put begins, so that many share one sync                          session
//   runner     takes those whose bodies are stored, in order, and writes their rows in      its own coroutine
//              one transaction; while that commits the next ones gather. Wakes the session
//   take()   → the next reply that is ready                                                session
//
// One transaction at a time: UIDs follow the order of the commands, also on PostgreSQL, where transactions of one mailbox would wait for
// each other anyway. All of it runs on the session's loop; the queue is shared with its coroutine, which may outlive the session.

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "imap/reply.h"
#include "imap/services.h"
#include "imap/syntax.h"
#include "net/notifier.h"
#include "net/pending.h"
#include "net/task.h"

namespace imap {

// Who appends.
struct AppendContext {
  std::shared_ptr<const directory::Member> member;  // shared with the directory's cache
  blob::EnterpriseKey key{};
  std::string client;
};

// What the transaction needs of one command; shared with it.
struct AppendPayload {
  std::string mailbox;  // UTF-8
  std::vector<store::NewMessage> messages;
};

// One APPEND command under way.
struct StartedAppend {
  std::string tag;
  std::shared_ptr<const AppendPayload> payload;  // null once done
  uint64_t bytes = 0;
  std::vector<net::Pending<void>> puts;
  std::optional<Reply> reply;  // done
};

class AppendQueue : public std::enable_shared_from_this<AppendQueue> {
 public:
  AppendQueue(const Services& services, AppendContext context, net::Executor executor)
      : services_(services), context_(std::move(context)), executor_(std::move(executor)) {}

  // `mailbox` is decoded.
  void start(std::string tag, std::string mailbox, std::vector<AppendMessage> messages);
  // The oldest APPEND when its reply is ready.
  std::shared_ptr<StartedAppend> take();
  bool empty() const { return all_.empty(); }
  size_t size() const { return all_.size(); }
  uint64_t bytes() const { return bytes_; }
  // Signalled when a reply may be ready.
  net::Notifier& notifier() { return notifier_; }

 private:
  using Item = std::shared_ptr<StartedAppend>;  // shared between the two queues
  static net::Task<> run(std::shared_ptr<AppendQueue> self);
  static net::Task<> await_bodies(std::shared_ptr<AppendQueue> self, Item item);
  static net::Task<> write_rows(std::shared_ptr<AppendQueue> self, std::vector<Item> batch);
  void finish(const Item& item, Reply reply);

  const Services& services_;
  const AppendContext context_;
  const net::Executor executor_;
  std::deque<Item> all_, to_write_;
  uint64_t bytes_ = 0;
  bool runs_ = false;
  net::Notifier notifier_;
};

}  // namespace imap
