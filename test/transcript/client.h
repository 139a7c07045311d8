#pragma once
// The client's end of one connection: sends bytes, reads lines, and never waits longer than a guard, so that a server that hangs is a
// failed test with a place and not a stuck one.

#include <memory>
#include <optional>
#include <string>

#include "net/stream.h"
#include "net/tls.h"

namespace transcript {

class Client {
 public:
  explicit Client(std::unique_ptr<net::Stream> stream) : stream_(std::move(stream)) {}

  // Throw net::IoError: kTimeout after the guard.
  net::Task<> send(std::string bytes);
  // The next line without its CRLF (a bare CR or LF is part of the line); nullopt when the server has closed.
  net::Task<std::optional<std::string>> line();
  net::Task<> start_tls(net::TlsClientContext& context);

  void close() { stream_.reset(); }
  // What has come and is not a whole line yet.
  const std::string& unread() const { return unread_; }
  bool is_open() const { return stream_ != nullptr; }

 private:
  std::unique_ptr<net::Stream> stream_;
  std::string unread_;
  bool ended_ = false;
};

}  // namespace transcript
