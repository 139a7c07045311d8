#pragma once
// What the queue can be told; the server fills it from the settings queue.*.

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace queue {

using namespace std::chrono_literals;

struct Settings {
  // Schedule of one entry.
  base::Duration first_retry = 5min;  // after the first temporary failure
  double retry_factor = 1.8;          // each further delay is that much longer
  base::Duration longest_retry = 4h;
  double jitter = 0.2;                // a delay is drawn from [delay * (1 - jitter), delay * (1 + jitter)]
  base::Duration lifetime = 24h * 5;  // then the sender gets it back
  base::Duration delay_notice = 4h;   // the sender is told that it takes long; 0: never

  // A next hop that cannot be reached at all.
  base::Duration dead_first = 1min;  // nothing is tried there for this long; twice as long after each further failure
  base::Duration dead_longest = 1h;
  base::Duration alive = 1min;  // a success not older than this: a failure makes it slower, not dead

  // Deliveries at the same time.
  size_t deliveries = 1'000;
  size_t deliveries_per_destination = 20;
  size_t deliveries_per_pool = 500;  // of one pool of source addresses
  size_t batch_recipients = 50;      // of one message in one transaction

  // Leases and windows.
  base::Duration lease = 10min;          // renewed at a third of it
  size_t claimed = 10'000;               // entries in memory, waiting or in progress
  size_t claimed_per_destination = 400;  // and at most an eighth of what is left of `claimed`
  size_t claim_batch = 256;              // entries of one claiming transaction
  size_t finish_batch = 512;             // deliveries of one finishing transaction
  size_t lanes = 200'000;                // pairs of next hop and enterprise that are known to be due soon
  size_t scan_slice = 1'000;             // lanes read at once when looking for due entries
  base::Duration scan_interval = 1min;   // between two looks for entries left by others
  base::Duration horizon = 10min;        // lanes due within it are kept in memory
  base::Duration poll_interval = 1s;     // how soon an operator's change is seen
  size_t body_bytes = 64u << 20;         // bodies of fresh messages kept for their first attempt
  size_t attempts_kept = 20;             // of one entry
  size_t reply_bytes = 1'000;            // of one recorded reply

  // Reports to senders.
  size_t report_full_bytes = 1u << 20;  // a larger message is returned as its header only, whatever RET says
  size_t report_header_bytes = 64u << 10;
};

}  // namespace queue
