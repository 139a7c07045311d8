#include "net/socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace net {

namespace {

void set_option(int fd, int level, int name, int value) { ::setsockopt(fd, level, name, &value, sizeof value); }

template <typename Call>
Endpoint endpoint_by(Call call, int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (call(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  return Endpoint::from_sockaddr(reinterpret_cast<sockaddr*>(&storage), size);
}

base::Error cannot_listen(const Endpoint& endpoint, const char* what) {
  return {base::ErrorKind::kUnavailable, "cannot listen on " + endpoint.to_string(),
          std::string(what) + ": " + std::generic_category().message(errno)};
}

// True when a server answers there: its file is not ours to take.
bool somebody_listens(const Endpoint& endpoint) {
  sockaddr_storage storage;
  const auto size = static_cast<socklen_t>(endpoint.to_sockaddr(&storage));
  const Fd probe = open_socket(endpoint);
  return ::connect(probe.get(), reinterpret_cast<sockaddr*>(&storage), size) == 0 || errno != ECONNREFUSED;
}

void remove_stale_file(const Endpoint& endpoint) {
  struct stat found;
  if (::lstat(endpoint.unix_path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode)) return;
  if (!somebody_listens(endpoint)) ::unlink(endpoint.unix_path.c_str());
}

}  // namespace

Fd open_socket(const Endpoint& endpoint) {
  const int family = endpoint.is_unix ? AF_UNIX : endpoint.address.is_v4() ? AF_INET : AF_INET6;
  return Fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

void set_session_options(int fd) {
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
}

Endpoint local_endpoint(int fd) { return endpoint_by(::getsockname, fd); }
Endpoint peer_endpoint(int fd) { return endpoint_by(::getpeername, fd); }

base::Result<Fd> listen_on(const Endpoint& endpoint, int backlog) {
  sockaddr_storage storage;
  const auto size = static_cast<socklen_t>(endpoint.to_sockaddr(&storage));
  if (endpoint.is_unix) remove_stale_file(endpoint);
  Fd fd = open_socket(endpoint);
  if (!fd) return cannot_listen(endpoint, "socket");
  if (!endpoint.is_unix) set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  const bool every_address = endpoint.address.is_v6() && endpoint.address.is_unspecified();
  if (!endpoint.is_unix && endpoint.address.is_v6()) set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, every_address ? 0 : 1);
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), size) != 0) return cannot_listen(endpoint, "bind");
  if (::listen(fd.get(), backlog) != 0) return cannot_listen(endpoint, "listen");
  return fd;
}

}  // namespace net
