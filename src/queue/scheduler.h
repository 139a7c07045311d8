#pragma once
// Sends what is queued: claims entries that are due, hands them to the transport a few for each next hop at a time, and finishes them. One
// on each node; several on one database never send an entry twice (rows.h: leases and fences).
//
// All decisions are made on one loop, which owns the lanes (lanes.h); deliveries run on all loops, those of one next hop on the same one.
// Claims and finishes are batches: while one transaction is under way, the next batch gathers.

#include <memory>
#include <string>
#include <vector>

#include "blob/blob_store.h"
#include "net/deadline.h"
#include "net/loop.h"
#include "queue/notices.h"
#include "queue/queue.h"
#include "queue/transport.h"
#include "sql/database.h"

namespace queue {

// All outlive the scheduler's coroutines, which end with stop() or with their loops.
struct Services {
  Queue& queue;
  sql::Database& database;
  blob::BlobStore& blobs;
  net::ThreadPool& pool;  // reads bodies
  Transport& transport;
  Postmaster& postmaster;
  std::string hostname;  // in reports
};

// As of the last turn; for tests and metrics.
struct Counts {
  size_t active = 0;   // deliveries under way
  size_t claimed = 0;  // entries in memory
  size_t lanes = 0;
  size_t next_hops = 0;
};

class Scheduler {
 public:
  // The first loop makes the decisions. At least one.
  Scheduler(Services services, std::vector<net::Executor> loops);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // Takes back what this node had leased in an earlier life, then begins.
  void start();
  // Begins no more deliveries, waits for those under way, writes their outcomes and gives leases back; at the deadline it returns all the
  // same, and what was under way is tried again when its leases end. Once.
  net::Task<> stop(net::Deadline deadline);

  // Looks at the clock and the table at once. Any thread.
  void poke();
  Counts counts() const;

  struct State;  // scheduler_state.h

 private:
  std::shared_ptr<State> state_;  // shared with the coroutines
};

}  // namespace queue
