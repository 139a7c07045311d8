#pragma once
// For the tests of queue/ alone: a database with bodies and a clock, nodes that schedule on it, a transport and a postmaster that remember.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <thread>

#include "blob/open.h"
#include "net/timer.h"
#include "queue/operations.h"
#include "queue/scheduler.h"
#include "sql/testing.h"

namespace queue {

inline constexpr base::Time kStart{std::chrono::hours(24 * 365 * 56)};
inline constexpr int64_t kAcme = 1, kBeta = 2;

inline Outcome relayed() {
  Outcome outcome;
  outcome.disposition = Disposition::kRelayed;
  outcome.attempt = {
      .remote_name = "mx.example.net", .remote_address = "192.0.2.1", .tls_version = "TLSv1.3", .tls_cipher = "AES", .phase = Phase::kEnd};
  outcome.attempt.reply_code = 250;
  outcome.attempt.enhanced = "2.0.0";
  outcome.attempt.text = "Ok";
  return outcome;
}
inline Outcome refused(Disposition disposition, int code, std::string enhanced, std::string text) {
  Outcome outcome = relayed();
  outcome.disposition = disposition;
  outcome.attempt.phase = Phase::kRcpt;
  outcome.attempt.reply_code = code;
  outcome.attempt.enhanced = std::move(enhanced);
  outcome.attempt.text = std::move(text);
  return outcome;
}
inline Outcome no_connection() {
  Outcome outcome;
  outcome.extent = Extent::kDestination;
  outcome.attempt.phase = Phase::kConnect;
  outcome.attempt.reason = "connection refused";
  return outcome;
}

// Answers by a function, relays all by default; next hops may be blocked: their sends wait until they are let go.
class FakeTransport : public Transport {
 public:
  net::Task<std::vector<Outcome>> send(Batch batch) override {
    note(batch);
    while (blocked(batch.hop.key)) co_await net::sleep_for(1ms);
    auto reading = batch.body();
    const auto body = co_await std::move(reading);
    std::vector<Outcome> outcomes;
    std::lock_guard lock(mutex_);
    if (body.ok()) bodies_.insert(**body);
    for (const auto& recipient : batch.recipients) outcomes.push_back(answer_ ? answer_(batch, recipient) : relayed());
    --now_;
    co_return outcomes;
  }

  using Answer = std::function<Outcome(const Batch&, const BatchRecipient&)>;
  void answer(Answer fn) {
    std::lock_guard lock(mutex_);
    answer_ = std::move(fn);
  }
  void block(const std::string& hop) {
    std::lock_guard lock(mutex_);
    blocked_.insert(hop);
  }
  void unblock(const std::string& hop) {
    std::lock_guard lock(mutex_);
    blocked_.erase(hop);
  }
  size_t sends() const {
    return with([&] { return sends_; });
  }
  size_t sends_to(const std::string& hop) const {
    return with([&] { return hops_.contains(hop) ? hops_.at(hop) : 0; });
  }
  size_t most_at_once() const {
    return with([&] { return most_; });
  }
  // How often each recipient was sent to.
  std::map<std::string, int> recipients() const {
    return with([&] { return recipients_; });
  }
  std::set<std::string> bodies() const {
    return with([&] { return bodies_; });
  }
  std::vector<std::string> order() const {
    return with([&] { return order_; });
  }

 private:
  void note(const Batch& batch) {
    std::lock_guard lock(mutex_);
    ++sends_;
    most_ = std::max(most_, ++now_);
    ++hops_[batch.hop.key];
    for (const auto& recipient : batch.recipients) ++recipients_[recipient.address], order_.push_back(recipient.address);
  }
  bool blocked(const std::string& hop) const {
    return with([&] { return blocked_.contains(hop); });
  }
  template <typename Fn>
  std::invoke_result_t<Fn> with(Fn fn) const {
    std::lock_guard lock(mutex_);
    return fn();
  }

  mutable std::mutex mutex_;
  Answer answer_;
  std::set<std::string> blocked_, bodies_;
  std::map<std::string, size_t> hops_;
  std::map<std::string, int> recipients_;
  std::vector<std::string> order_;
  size_t sends_ = 0, now_ = 0, most_ = 0;
};

class FakePostmaster : public Postmaster {
 public:
  net::Task<PostNotice> deliver(Notice notice) override {
    if (broken) throw base::Failure(base::ErrorKind::kUnavailable, "no room for reports");
    auto post = [this, notice](sql::Transaction& tx) {
      tx.on_commit([this, notice] {
        std::lock_guard lock(mutex_);
        notices_.push_back(notice);
      });
    };
    co_return post;
  }
  std::vector<Notice> notices() const {
    std::lock_guard lock(mutex_);
    return notices_;
  }
  std::atomic<bool> broken{false};

 private:
  mutable std::mutex mutex_;
  std::vector<Notice> notices_;
};

// What all nodes share.
struct World {
  explicit World(sql::testing::Kind kind) : db(sql::testing::make(kind)) { key.fill(7); }

  // Rows of a table.
  int64_t rows(const std::string& table) {
    return db->read([&](sql::Transaction& tx) {
      auto rows = tx.query("select count(*) from " + table);
      rows.next();
      return rows.number(0);
    });
  }
  Page listed(sql::EnterpriseScope scope = {kAcme}, const Filter& filter = {}) {
    return db->read([&](sql::Transaction& tx) { return list(tx, scope, filter); });
  }

  base::ManualClock clock{kStart};
  blob::EnterpriseKey key;
  std::unique_ptr<blob::BlobStore> blobs = blob::open("memory:");
  std::unique_ptr<sql::Database> db;
  FakeTransport transport;
  FakePostmaster postmaster;
};

// One server. Destroyed without stop(), it is as if it had been killed.
struct Node {
  Node(World& w, int64_t number, Settings settings = {})
      : world(w),
        ids(w.clock, static_cast<uint32_t>(number)),
        journal(*w.db, w.clock, ids),
        queue(w.clock, ids, journal, number, settings) {}
  ~Node() {
    if (loops) loops->stop();
    pool.join();
    // What the database still does for the coroutines ends before their loops go.
    world.db->write([](sql::Transaction&) {});
    std::this_thread::sleep_for(100ms);
    scheduler.reset();
    loops.reset();
  }

  void start() {
    loops = std::make_unique<net::IoLoops>(2);
    scheduler =
        std::make_unique<Scheduler>(Services{queue, *world.db, *world.blobs, pool, world.transport, world.postmaster, "mail.acme.example"},
                                    std::vector<net::Executor>{loops->executor(0), loops->executor(1)});
    scheduler->start();
    wait([&] { return queue.inbox()->open.load(); });
  }
  void stop() { loops->run(scheduler->stop(net::Deadline::after(10s))); }
  void advance(base::Duration by) {
    world.clock.advance(by);
    scheduler->poke();
  }

  NewMessage message(const std::string& body = "Subject: hello\r\n\r\nHi\r\n", const std::string& sender = "ann@acme.example") {
    NewMessage message;
    message.account_id = 7;
    message.blob = blob::blob_id(world.key, body);
    message.envelope.return_path = sender;
    message.envelope.size = body.size();
    message.language = "en";
    message.subject = "hello";
    message.header_id = "<1@acme.example>";
    for (int64_t enterprise : {kAcme, kBeta}) world.blobs->put(enterprise, message.blob, body);
    return message;
  }
  int64_t enqueue(const std::vector<std::string>& addresses, int64_t enterprise = kAcme) {
    return enqueue(message(), addresses, enterprise);
  }
  int64_t enqueue(const NewMessage& message, const std::vector<std::string>& addresses, int64_t enterprise = kAcme) {
    std::vector<NewRecipient> recipients;
    for (const auto& address : addresses) recipients.push_back({.address = address});
    return enqueue(message, recipients, enterprise);
  }
  int64_t enqueue(const NewMessage& message, const std::vector<NewRecipient>& recipients, int64_t enterprise = kAcme) {
    return world.db->write([&](sql::Transaction& tx) { return queue.enqueue(tx, {enterprise}, message, recipients); });
  }

  // Waits until `done`; fails the test after a long time.
  template <typename Fn>
  void wait(Fn done, std::chrono::seconds most = std::chrono::seconds(60)) {
    const auto end = std::chrono::steady_clock::now() + most;
    while (!done()) {
      ASSERT_LT(std::chrono::steady_clock::now(), end) << "it took too long";
      std::this_thread::sleep_for(2ms);
    }
  }
  // Until the table has `count` entries and none of them is in this node's hands.
  void wait_for_entries(int64_t count) {
    wait([&] { return world.rows("queue_entry") == count && (!scheduler || queue.inbox()->room.taken() == 0); });
  }
  std::vector<journal::Event> events(journal::EventKind kind, int64_t enterprise = kAcme) {
    journal.flush();
    return journal.query({.scope = {enterprise}, .kinds = {kind}, .limit = 10'000});
  }

  World& world;
  base::IdMaker ids;
  journal::Journal journal;
  Queue queue;
  net::ThreadPool pool{1};
  std::unique_ptr<net::IoLoops> loops;
  std::unique_ptr<Scheduler> scheduler;
};

}  // namespace queue
