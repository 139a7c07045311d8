#include "store/uid_set.h"

#include <algorithm>

namespace store {

UidSet UidSet::of(uint32_t first, uint32_t last) {
  UidSet set;
  set.add(first, last);
  return set;
}

void UidSet::add(uint32_t first, uint32_t last) {
  if (first > last) std::swap(first, last);
  auto touches = [](const UidRange& r, uint32_t uid) { return uid > 0 && r.last < uid - 1; };  // r ends before uid - 1
  if (ranges_.empty() || touches(ranges_.back(), first)) {
    ranges_.push_back({first, last});
    return;
  }
  auto from = std::lower_bound(ranges_.begin(), ranges_.end(), first, touches);
  auto to = from;
  for (; to != ranges_.end() && (last == UINT32_MAX || to->first <= last + 1); ++to) {
    first = std::min(first, to->first);
    last = std::max(last, to->last);
  }
  if (from == to) {
    ranges_.insert(from, {first, last});
  } else {
    *from = {first, last};
    ranges_.erase(from + 1, to);
  }
}

bool UidSet::contains(uint32_t uid) const {
  auto at = std::lower_bound(ranges_.begin(), ranges_.end(), uid, [](const UidRange& r, uint32_t u) { return r.last < u; });
  return at != ranges_.end() && at->first <= uid;
}

uint64_t UidSet::size() const {
  uint64_t total = 0;
  for (const UidRange& range : ranges_) total += uint64_t{range.last} - range.first + 1;
  return total;
}

}  // namespace store
