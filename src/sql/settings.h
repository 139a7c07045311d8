#pragma once
// What both drivers can be told; the server fills it from its settings.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sql {

struct Settings {
  int connections = 4;                             // SQLite: readers, beside the one writer; PostgreSQL: in all. One thread each
  size_t group_limit = 256;                        // SQLite: closures in one commit at most
  size_t queue_limit = 10'000;                     // closures waiting at most; beyond it they fail with kUnavailable
  size_t statement_cache = 256;                    // prepared statements kept for each connection
  std::chrono::milliseconds busy_timeout{10'000};  // SQLite: how long to wait for another process that writes; PostgreSQL: to connect
  int64_t cache_bytes = 64 << 20;                  // SQLite: page cache of each connection (a limit, not a reservation)
  int64_t checkpoint_bytes = 8 << 20;              // SQLite: WAL growth at which the background checkpoint runs
  int64_t wal_limit_bytes = 64 << 20;              // SQLite: WAL size at which the writer completes the checkpoint itself
  int repeats = 10;                                // PostgreSQL: how often a closure is repeated after a deadlock or lost connection
  int64_t pages_limit = 0;                         // SQLite: size of the file in pages at most; 0: none. Stands in for a full disk in tests
};

}  // namespace sql
