#pragma once
// When an await gives up, and what it throws then.

#include <chrono>
#include <string>

#include "base/error.h"

namespace net {

using SteadyTime = std::chrono::steady_clock::time_point;

// A steady time point, or none. The clock is read once, when the deadline is made: pass one deadline through all awaits of one step.
class Deadline {
 public:
  static Deadline none() { return Deadline(SteadyTime::max()); }
  static Deadline at(SteadyTime when) { return Deadline(when); }
  template <typename Rep, typename Period>
  static Deadline after(std::chrono::duration<Rep, Period> delay) {
    return Deadline(std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(delay));
  }

  bool is_none() const { return when_ == SteadyTime::max(); }
  bool expired() const { return !is_none() && std::chrono::steady_clock::now() >= when_; }
  SteadyTime when() const { return when_; }

 private:
  explicit Deadline(SteadyTime when) : when_(when) {}
  SteadyTime when_;
};

// The connection is over; caught once, at the top of a session.
class IoError : public base::Failure {
 public:
  enum class Kind {
    kClosed,     // the peer reset or closed the connection, or close() was called here
    kTimeout,    // the deadline passed
    kCancelled,  // cancel() was called
    kStopping,   // the server is shutting down and the session was idle: say goodbye and end
    kSystem,     // any other error of the operating system
    kTls,        // handshake or record failure
  };

  IoError(Kind kind, std::string cause);
  // From errno: resets and broken pipes are kClosed, ETIMEDOUT is kTimeout, the rest kSystem. `what` names the call.
  static IoError from_errno(int number, std::string what);

  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

// "closed", "timeout" and so on: for logs and metric labels.
const char* to_string(IoError::Kind kind);

}  // namespace net
