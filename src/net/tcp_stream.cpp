#include "net/tcp_stream.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/this_coro.hpp>
#include <cerrno>

#include "net/connection.h"
#include "net/socket.h"
#include "net/socket_transport.h"

namespace net {

namespace {

// Waits until a connect() under way has ended one way or the other.
Task<> wait_writable(SocketTransport& transport, std::shared_ptr<Waiter> waiter, Deadline deadline) {
  waiter->begin();
  transport.arm(Direction::kWrite, waiter);
  const Wake wake = co_await waiter->wait(deadline, nullptr);
  if (wake == Wake::kTimeout) throw IoError(IoError::Kind::kTimeout, "connect");
}

Task<> finish_connect(SocketTransport& transport, Executor executor, Deadline deadline) {
  auto waiter = std::make_shared<Waiter>(executor);
  co_await wait_writable(transport, waiter, deadline);
  waiter->close();
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(transport.fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) throw IoError::from_errno(error, "connect");
}

std::unique_ptr<Stream> make_stream(Executor executor, std::unique_ptr<SocketTransport> transport) {
  ConnectionInfo info;
  info.peer = peer_endpoint(transport->fd());
  info.local = local_endpoint(transport->fd());
  if (!info.local.is_unix) set_session_options(transport->fd());
  return std::make_unique<Connection>(std::move(executor), std::move(transport), std::move(info));
}

}  // namespace

std::unique_ptr<Stream> adopt_socket(Executor executor, int fd) {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  return make_stream(executor, std::make_unique<SocketTransport>(executor, fd));
}

namespace {

Task<std::unique_ptr<Stream>> connect_socket(Fd fd, Endpoint to, Deadline deadline) {
  const Executor executor = co_await boost::asio::this_coro::executor;
  sockaddr_storage storage;
  const auto size = static_cast<socklen_t>(to.to_sockaddr(&storage));
  const int connected = ::connect(fd.get(), reinterpret_cast<sockaddr*>(&storage), size);
  if (connected != 0 && errno != EINPROGRESS) throw IoError::from_errno(errno, "connect");
  auto transport = std::make_unique<SocketTransport>(executor, fd.release());
  if (connected != 0) co_await finish_connect(*transport, executor, deadline);
  co_return make_stream(executor, std::move(transport));
}

}  // namespace

Task<std::unique_ptr<Stream>> connect(Endpoint to, Deadline deadline) {
  Fd fd = open_socket(to);
  if (!fd) throw IoError::from_errno(errno, "socket");
  auto stream = co_await connect_socket(std::move(fd), std::move(to), deadline);
  co_return stream;
}

Task<std::unique_ptr<Stream>> connect(Endpoint to, IpAddress from, Deadline deadline) {
  Fd fd = open_socket(to);
  if (!fd) throw IoError::from_errno(errno, "socket");
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);  // the port is chosen for this peer: many more fit
  sockaddr_storage storage;
  const auto size = static_cast<socklen_t>(Endpoint::ip(from, 0).to_sockaddr(&storage));
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), size) != 0) throw IoError::from_errno(errno, "bind to " + from.to_string());
  auto stream = co_await connect_socket(std::move(fd), std::move(to), deadline);
  co_return stream;
}

}  // namespace net
