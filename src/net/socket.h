#pragma once
// File descriptors of sockets and the options that ours have. Inside net/ only.

#include <unistd.h>

#include <utility>

#include "base/error.h"
#include "net/address.h"

namespace net {

// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// A non-blocking stream socket of the endpoint's family; -1 inside with errno set on failure.
Fd open_socket(const Endpoint& endpoint);
// No delay, keepalive; nothing for unix sockets.
void set_session_options(int fd);
Endpoint local_endpoint(int fd);
Endpoint peer_endpoint(int fd);

// Bound and listening. An old unix socket file that nobody listens on is removed first. Errors name the address.
base::Result<Fd> listen_on(const Endpoint& endpoint, int backlog);

}  // namespace net
