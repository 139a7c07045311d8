#pragma once
// A set of UIDs (or of sequence numbers) as sorted, disjoint, non-touching ranges: what IMAP writes as 1:5,9,20:30.

#include <cstdint>
#include <vector>

namespace store {

struct UidRange {
  uint32_t first = 0, last = 0;  // both inside
  bool operator==(const UidRange&) const = default;
};

class UidSet {
 public:
  UidSet() = default;
  static UidSet of(uint32_t uid) { return of(uid, uid); }
  static UidSet of(uint32_t first, uint32_t last);

  // In any order, overlaps welcome; appending in ascending order is O(1), anything else O(ranges).
  void add(uint32_t first, uint32_t last);
  void add(uint32_t uid) { add(uid, uid); }
  bool contains(uint32_t uid) const;
  bool empty() const { return ranges_.empty(); }
  uint64_t size() const;  // how many numbers
  const std::vector<UidRange>& ranges() const { return ranges_; }
  uint32_t first() const { return ranges_.front().first; }  // REQUIRES: !empty()
  uint32_t last() const { return ranges_.back().last; }     // REQUIRES: !empty()
  bool operator==(const UidSet&) const = default;

 private:
  std::vector<UidRange> ranges_;
};

}  // namespace store
