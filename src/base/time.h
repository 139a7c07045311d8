#pragma once
// Time as data and as a seam: everything that asks "what time is it" takes a Clock, so that tests move it.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

inline int64_t to_micros(Time t) { return t.time_since_epoch().count(); }
inline Time from_micros(int64_t us) { return Time(std::chrono::microseconds(us)); }
inline int64_t to_seconds(Time t) { return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count(); }
inline Time from_seconds(int64_t s) { return Time(std::chrono::seconds(s)); }

// "2026-11-23T13:15:31.123456Z", for logs and exports.
std::string to_iso8601(Time t);

// "2026-11-23T13:15:31Z", "2026-11-23T14:15:31.5+01:00" (RFC 3339 5.6); nullopt for anything else.
std::optional<Time> from_iso8601(std::string_view text);

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

class SystemClock : public Clock {
 public:
  Time now() const override { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }
};

// Stands still until told; safe to read and advance from several threads.
class ManualClock : public Clock {
 public:
  explicit ManualClock(Time start) : now_(to_micros(start)) {}
  Time now() const override { return from_micros(now_.load()); }
  void advance(Duration by) { now_.fetch_add(by.count()); }

 private:
  std::atomic<int64_t> now_;
};

}  // namespace base
