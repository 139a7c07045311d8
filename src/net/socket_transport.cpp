#include "net/socket_transport.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "net/waiter.h"

namespace net {

namespace {

constexpr size_t kMostParts = 32;  // per system call; well under IOV_MAX

template <typename Call>
std::ptrdiff_t retry(Call call) {
  for (;;) {
    const std::ptrdiff_t moved = call();
    if (moved >= 0) return moved;
    if (errno != EINTR) return errno == EWOULDBLOCK ? -EAGAIN : -errno;
  }
}

}  // namespace

SocketTransport::SocketTransport(Executor executor, int fd) : descriptor_(std::move(executor), fd) {
  // Asio then takes part in no read or write, and keeps its hands off the mode.
  descriptor_.non_blocking(true);
}

std::ptrdiff_t SocketTransport::try_read(std::span<char> buffer) {
  return retry([&] { return ::recv(descriptor_.native_handle(), buffer.data(), buffer.size(), 0); });
}

std::ptrdiff_t SocketTransport::try_peek() {
  char byte;
  return retry([&] { return ::recv(descriptor_.native_handle(), &byte, 1, MSG_PEEK); });
}

std::ptrdiff_t SocketTransport::try_write(std::span<const std::string_view> parts) {
  std::array<iovec, kMostParts> vectors;
  const size_t count = std::min(parts.size(), kMostParts);
  for (size_t i = 0; i < count; ++i) vectors[i] = {const_cast<char*>(parts[i].data()), parts[i].size()};
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = count;
  return retry([&] { return ::sendmsg(descriptor_.native_handle(), &message, MSG_NOSIGNAL); });
}

void SocketTransport::arm(Direction direction, const std::shared_ptr<Waiter>& waiter) {
  const auto type = direction == Direction::kRead ? descriptor_.wait_read : descriptor_.wait_write;
  descriptor_.async_wait(type,
                         [waiter, ticket = waiter->ticket()](const boost::system::error_code&) { waiter->wake(ticket, Wake::kReady); });
}

void SocketTransport::disarm() {
  boost::system::error_code ignored;
  descriptor_.cancel(ignored);
}

void SocketTransport::shutdown_write() { ::shutdown(descriptor_.native_handle(), SHUT_WR); }

void SocketTransport::close() {
  boost::system::error_code ignored;
  descriptor_.close(ignored);
}

}  // namespace net
