#pragma once
// Counts failed sign-ins by account and client address, so that guessing is slow and an office behind one address is not locked out by one
// phone with an old password: the pair has the low limit, an account from anywhere and an address for any account one of kWideFactor times
// as much.

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"

namespace directory {

class Throttle {
 public:
  static constexpr uint32_t kWideFactor = 20;

  Throttle(uint32_t failures, base::Duration window, size_t tracked) : failures_(failures), window_(window), tracked_(tracked) {}

  // Thread-safe. `client` empty: a caller inside the house (never limited by address).
  bool is_blocked(std::string_view account, std::string_view client, base::Time now);
  void note(std::string_view account, std::string_view client, bool success, base::Time now);

 private:
  struct Entry {
    uint32_t failures = 0;
    base::Time since{};         // of the first failure counted
    base::Time succeeded_at{};  // of a pair
  };
  bool over(const std::string& key, uint32_t limit, base::Time now) const;
  bool succeeded_lately(const std::string& pair, base::Time now) const;
  void count(const std::string& key, base::Time now);
  Entry& entry(const std::string& key);

  const uint32_t failures_;
  const base::Duration window_;
  const size_t tracked_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace directory
