#pragma once
// A connected, non-blocking socket (TCP over IPv4 or IPv6, or unix) as a Transport.

#include <boost/asio/posix/stream_descriptor.hpp>

#include "net/task.h"
#include "net/transport.h"

namespace net {

class SocketTransport final : public Transport {
 public:
  // Takes ownership of `fd`, which is non-blocking.
  SocketTransport(Executor executor, int fd);

  int fd() { return descriptor_.native_handle(); }

  std::ptrdiff_t try_read(std::span<char> buffer) override;
  std::ptrdiff_t try_peek() override;
  std::ptrdiff_t try_write(std::span<const std::string_view> parts) override;
  void arm(Direction direction, const std::shared_ptr<Waiter>& waiter) override;
  void disarm() override;
  void shutdown_write() override;
  void close() override;

 private:
  boost::asio::posix::stream_descriptor descriptor_;
};

}  // namespace net
