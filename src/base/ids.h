#pragma once
// 64-bit ids made by the application: 42 bits of milliseconds since 2020, 10 bits of node, 11 bits of sequence; the sign bit stays clear.
// They grow with time on one node, so that new rows land at the end of an index, and need no sequence in the database.

#include <atomic>
#include <cstdint>

#include "base/time.h"

namespace base {

class IdMaker {
 public:
  // node: 0..1023, distinct for each running server on one database.
  IdMaker(const Clock& clock, uint32_t node) : clock_(clock), node_(node & 1023) {}
  // Unique and ascending on this node, even when the clock steps back. Thread-safe.
  int64_t next();

 private:
  const Clock& clock_;
  const uint64_t node_;
  std::atomic<uint64_t> last_{0};  // milliseconds << 11 | sequence
};

}  // namespace base
