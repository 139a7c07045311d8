#include "base/ids.h"

#include <algorithm>

namespace base {

namespace {
constexpr int64_t kEpochMillis = 1577836800000;  // 2020-01-01T00:00:00Z
constexpr int kSequenceBits = 11;
}  // namespace

int64_t IdMaker::next() {
  auto millis = static_cast<uint64_t>(std::max<int64_t>(0, to_micros(clock_.now()) / 1000 - kEpochMillis));
  uint64_t fresh = millis << kSequenceBits;
  uint64_t last = last_.load(std::memory_order_relaxed);
  uint64_t mine;
  // A full sequence spills into the next millisecond; a clock that steps back continues from the last id.
  do {
    mine = std::max(fresh, last + 1);
  } while (!last_.compare_exchange_weak(last, mine, std::memory_order_relaxed));
  uint64_t sequence = mine & ((1u << kSequenceBits) - 1);
  return static_cast<int64_t>(((mine >> kSequenceBits) << 10 | node_) << kSequenceBits | sequence);
}

}  // namespace base
