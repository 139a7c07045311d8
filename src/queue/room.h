#pragma once
// How many leased entries this node may have in memory, in all and for one next hop. Thread-safe: enqueue() asks on any thread.
//
// A next hop may hold at most an eighth of what is still free (and one entry always, while anything is free): so many slow next hops
// together never take all the room, and an idle queue gives a busy one plenty.

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace queue {

class Room {
 public:
  Room(size_t total, size_t each) : total_(total), each_(each) {}

  // All `count` or nothing.
  bool take(const std::string& next_hop, size_t count) {
    std::lock_guard lock(mutex_);
    if (taken_ + count > total_) return false;
    size_t& held = held_[next_hop];
    const bool fits = held + count <= share();
    if (fits) held += count, taken_ += count;
    if (held == 0) held_.erase(next_hop);
    return fits;
  }
  // For a claim, which is worth its transaction once half of the share is free: how many, 0 when not now.
  size_t take_most(const std::string& next_hop, size_t wanted) {
    std::lock_guard lock(mutex_);
    if (taken_ >= total_) return 0;
    const auto found = held_.find(next_hop);
    const size_t held = found == held_.end() ? 0 : found->second;
    if (held > share() / 2) return 0;
    const size_t got = std::min({wanted, share() - held, total_ - taken_});
    if (got > 0) held_[next_hop] += got, taken_ += got;
    return got;
  }
  void give(const std::string& next_hop, size_t count) {
    std::lock_guard lock(mutex_);
    const auto found = held_.find(next_hop);
    if (found == held_.end() || count == 0) return;
    const size_t given = std::min(count, found->second);
    found->second -= given;
    taken_ -= given;
    if (found->second == 0) held_.erase(found);
  }
  bool full() const {
    std::lock_guard lock(mutex_);
    return taken_ >= total_;
  }
  size_t taken() const {
    std::lock_guard lock(mutex_);
    return taken_;
  }

 private:
  size_t share() const { return std::min(each_, std::max<size_t>(1, (total_ - taken_) / 8)); }

  const size_t total_, each_;
  mutable std::mutex mutex_;
  size_t taken_ = 0;
  std::unordered_map<std::string, size_t> held_;  // of next hops that hold any
};

}  // namespace queue
