#include "net/deadline.h"

#include <cerrno>
#include <system_error>
#include <utility>

namespace net {

const char* to_string(IoError::Kind kind) {
  switch (kind) {
    case IoError::Kind::kClosed:
      return "closed";
    case IoError::Kind::kTimeout:
      return "timeout";
    case IoError::Kind::kCancelled:
      return "cancelled";
    case IoError::Kind::kStopping:
      return "stopping";
    case IoError::Kind::kSystem:
      return "system";
    case IoError::Kind::kTls:
      return "tls";
  }
  return "unknown";
}

IoError::IoError(Kind kind, std::string cause)
    : base::Failure(base::ErrorKind::kUnavailable, std::string("connection ") + to_string(kind), std::move(cause)), kind_(kind) {}

IoError IoError::from_errno(int number, std::string what) {
  auto kind = Kind::kSystem;
  if (number == ECONNRESET || number == EPIPE || number == ENOTCONN || number == ECONNABORTED || number == EBADF) kind = Kind::kClosed;
  if (number == ETIMEDOUT) kind = Kind::kTimeout;
  return IoError(kind, what + ": " + std::generic_category().message(number));
}

}  // namespace net
