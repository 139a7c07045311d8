#include "directory/throttle.h"

namespace directory {

namespace {

// Different kinds never meet: names hold no control characters.
std::string account_key(std::string_view account) { return "\x01" + std::string(account); }
std::string client_key(std::string_view client) { return "\x02" + std::string(client); }
std::string pair_key(std::string_view account, std::string_view client) {
  return "\x03" + std::string(account) + "\x03" + std::string(client);
}

}  // namespace

bool Throttle::is_blocked(std::string_view account, std::string_view client, base::Time now) {
  std::lock_guard lock(mutex_);
  const auto pair = pair_key(account, client);
  if (over(pair, failures_, now) || (!client.empty() && over(client_key(client), failures_ * kWideFactor, now))) return true;
  return over(account_key(account), failures_ * kWideFactor, now) && !succeeded_lately(pair, now);
}

void Throttle::note(std::string_view account, std::string_view client, bool success, base::Time now) {
  std::lock_guard lock(mutex_);
  const auto pair = pair_key(account, client);
  if (success) {
    entry(pair) = {.succeeded_at = now};
    return;
  }
  count(pair, now);
  count(account_key(account), now);
  if (!client.empty()) count(client_key(client), now);
}

bool Throttle::over(const std::string& key, uint32_t limit, base::Time now) const {
  auto found = entries_.find(key);
  return found != entries_.end() && found->second.failures >= limit && now - found->second.since < window_;
}

bool Throttle::succeeded_lately(const std::string& pair, base::Time now) const {
  auto found = entries_.find(pair);
  return found != entries_.end() && found->second.succeeded_at != base::Time{} && now - found->second.succeeded_at < window_;
}

void Throttle::count(const std::string& key, base::Time now) {
  auto& counted = entry(key);
  if (counted.failures == 0 || now - counted.since >= window_) counted.failures = 0, counted.since = now;
  ++counted.failures;
}

Throttle::Entry& Throttle::entry(const std::string& key) {
  // Any entry may go to make room: forgetting a count is harmless, growing without end is not.
  if (entries_.size() >= tracked_ && !entries_.contains(key)) entries_.erase(entries_.begin());
  return entries_[key];
}

}  // namespace directory
