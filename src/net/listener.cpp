#include "net/listener.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <condition_variable>
#include <system_error>

#include "base/log.h"
#include "base/metrics.h"
#include "net/connection.h"
#include "net/loop.h"
#include "net/proxy_protocol.h"
#include "net/socket.h"
#include "net/tcp_stream.h"
#include "net/timer.h"
#include "net/tls.h"

namespace net {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds kAcceptPause{100};  // out of descriptors or memory
constexpr size_t kAcceptTurn = 64;

}  // namespace

bool ConnectionLimits::counts_address(const Endpoint& peer) const {
  return !peer.is_unix && !(loopback_ == Loopback::kExempt && peer.address.is_loopback());
}

ConnectionLimits::Verdict ConnectionLimits::admit(const Endpoint& peer) {
  std::lock_guard lock(mutex_);
  if (count_ >= most_) return Verdict::kTooMany;
  if (counts_address(peer)) {
    size_t& here = by_address_[peer.address];
    if (here >= most_per_address_) {
      if (here == 0) by_address_.erase(peer.address);
      return Verdict::kTooManyFromAddress;
    }
    ++here;
  }
  ++count_;
  return Verdict::kAdmitted;
}

void ConnectionLimits::release(const Endpoint& peer) {
  std::lock_guard lock(mutex_);
  --count_;
  if (!counts_address(peer)) return;
  const auto found = by_address_.find(peer.address);
  if (--found->second == 0) by_address_.erase(found);
}

size_t ConnectionLimits::count() const {
  std::lock_guard lock(mutex_);
  return count_;
}

// Counts one coroutine for as long as its frame lives, whatever ends it.
class Listener::Running {
 public:
  enum class Kind { kAccepting, kSession };
  Running(std::shared_ptr<Shared> shared, Kind kind);
  Running(Running&&) = default;
  ~Running();

 private:
  std::shared_ptr<Shared> shared_;
  Kind kind_;
};

struct Listener::Shared {
  // The connections of one loop, touched on that loop only.
  struct OfLoop {
    boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>> connections;
    bool stopping = false;
    bool closing = false;
  };
  using Socket = asio::posix::stream_descriptor;

  Shared(IoLoops& l, ListenerSettings s, std::shared_ptr<TlsContext> t, Handler h)
      : loops(l),
        settings(std::move(s)),
        tls(std::move(t)),
        handler(std::move(h)),
        of_loop(l.size()),
        accepted(base::counter("posthouse_connections_total", "Connections accepted", {{"listener", settings.name}})),
        refused(base::counter("posthouse_connections_refused_total", "Connections refused by a limit", {{"listener", settings.name}})),
        open(base::gauge("posthouse_connections", "Connections open now", {{"listener", settings.name}})) {}

  // True when everything that was begun has ended.
  bool wait_ended(std::chrono::milliseconds limit);
  // Runs `visit` on every loop, for its connections.
  void on_every_loop(const std::shared_ptr<Shared>& self, void (*visit)(OfLoop&));

  IoLoops& loops;
  const ListenerSettings settings;
  const std::shared_ptr<TlsContext> tls;
  const Handler handler;
  std::vector<OfLoop> of_loop;
  std::vector<size_t> socket_loops;
  std::vector<std::unique_ptr<Socket>> sockets;  // each is closed and freed on its loop, by its accept loop
  prometheus::Counter& accepted;
  prometheus::Counter& refused;
  prometheus::Gauge& open;
  std::atomic<bool> stopped{false};

  mutable std::mutex mutex;
  std::condition_variable changed;
  std::array<size_t, 2> running{};  // coroutines, by Running::Kind
};

Listener::Running::Running(std::shared_ptr<Shared> shared, Kind kind) : shared_(std::move(shared)), kind_(kind) {
  std::lock_guard lock(shared_->mutex);
  ++shared_->running[static_cast<size_t>(kind_)];
}

Listener::Running::~Running() {
  if (!shared_) return;  // moved from
  std::lock_guard lock(shared_->mutex);
  --shared_->running[static_cast<size_t>(kind_)];
  shared_->changed.notify_all();
}

bool Listener::Shared::wait_ended(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex);
  return changed.wait_for(lock, limit, [&] { return running[0] + running[1] == 0; });
}

void Listener::Shared::on_every_loop(const std::shared_ptr<Shared>& self, void (*visit)(OfLoop&)) {
  for (size_t i = 0; i < of_loop.size(); ++i) asio::post(loops.executor(i), [self, i, visit] { visit(self->of_loop[i]); });
}

namespace {

class Admission {
 public:
  Admission(std::shared_ptr<ConnectionLimits> limits, Endpoint peer) : limits_(std::move(limits)), peer_(std::move(peer)) {
    if (limits_) verdict_ = limits_->admit(peer_);
  }
  Admission(const Admission&) = delete;
  ~Admission() {
    if (limits_ && admitted()) limits_->release(peer_);
  }
  bool admitted() const { return verdict_ == ConnectionLimits::Verdict::kAdmitted; }
  ConnectionLimits::Verdict verdict() const { return verdict_; }

 private:
  std::shared_ptr<ConnectionLimits> limits_;
  Endpoint peer_;
  ConnectionLimits::Verdict verdict_ = ConnectionLimits::Verdict::kAdmitted;
};

class OpenGauge {
 public:
  explicit OpenGauge(prometheus::Gauge& gauge) : gauge_(gauge) { gauge_.Increment(); }
  OpenGauge(const OpenGauge&) = delete;
  ~OpenGauge() { gauge_.Decrement(); }

 private:
  prometheus::Gauge& gauge_;
};

// Reads exactly the header; false when there is none or it is wrong.
Task<bool> read_proxy_header(Connection& connection, Deadline deadline) {
  std::string bytes;
  for (;;) {
    const auto progress = proxy_header_size(bytes);
    if (progress.state == ProxyProgress::State::kWrong) co_return false;
    if (progress.state == ProxyProgress::State::kWhole) break;
    const size_t had = bytes.size();
    bytes.resize(progress.size);
    const std::span<char> room(bytes.data() + had, bytes.size() - had);
    const size_t count = co_await connection.read_some(room, deadline);
    if (count == 0) co_return false;
    bytes.resize(had + count);
  }
  const auto header = parse_proxy_header(bytes);
  if (!header) co_return false;
  auto& info = connection.mutable_info();
  info.proxied = true;
  info.proxy = info.peer;
  if (header->has_addresses) {
    info.peer = header->source;
    info.local = header->destination;
  }
  co_return true;
}

Task<> refuse(Connection& connection, const ListenerSettings& settings, ConnectionLimits::Verdict verdict) {
  if (settings.implicit_tls || !settings.refusal) co_return;
  const std::string text = settings.refusal(verdict);
  const auto deadline = Deadline::after(std::chrono::seconds(1));
  co_await connection.write(std::string_view(text), deadline);
  co_await connection.shutdown(deadline);
}

}  // namespace

Listener::Listener(IoLoops& loops, ListenerSettings settings, std::shared_ptr<TlsContext> tls, Handler handler)
    : shared_(std::make_shared<Shared>(loops, std::move(settings), std::move(tls), std::move(handler))) {}

Listener::~Listener() { stop(std::chrono::milliseconds(0)); }

size_t Listener::sessions() const {
  std::lock_guard lock(shared_->mutex);
  return shared_->running[static_cast<size_t>(Running::Kind::kSession)];
}

base::Result<void> Listener::start() {
  std::vector<Fd> fds;
  for (const auto& text : shared_->settings.addresses) {
    const auto endpoint = Endpoint::parse(text);
    if (!endpoint) return base::Error{base::ErrorKind::kInvalid, "not an address to listen on: " + text, {}};
    auto fd = listen_on(*endpoint, shared_->settings.backlog);
    if (!fd.ok()) return fd.error();
    fds.push_back(std::move(*fd));
  }
  for (auto& fd : fds) {
    bound_.push_back(local_endpoint(fd.get()));
    base::log_info("listening", {{"listener", shared_->settings.name}, {"address", bound_.back().to_string()}});
    const size_t loop = shared_->loops.next();
    shared_->socket_loops.push_back(loop);
    shared_->sockets.push_back(std::make_unique<Shared::Socket>(shared_->loops.executor(loop), fd.release()));
    shared_->sockets.back()->non_blocking(true);
  }
  for (size_t i = 0; i < shared_->sockets.size(); ++i) {
    shared_->loops.spawn_on(shared_->socket_loops[i], accept_loop(shared_, i, Running(shared_, Running::Kind::kAccepting)));
  }
  return {};
}

Task<> Listener::accept_loop(std::shared_ptr<Shared> shared, size_t socket, Running) {
  auto& descriptor = *shared->sockets[socket];
  for (size_t accepted = 0; !shared->stopped;) {
    const int fd = ::accept4(descriptor.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      shared->accepted.Increment();
      const size_t loop = shared->loops.next();
      shared->loops.spawn_on(loop, session(shared, loop, Fd(fd), Running(shared, Running::Kind::kSession)));
      // A flood of connections leaves time for those that are there.
      if (++accepted % kAcceptTurn == 0) co_await asio::post(asio::use_awaitable);
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      boost::system::error_code error;
      auto token = asio::redirect_error(asio::use_awaitable, error);
      co_await descriptor.async_wait(asio::posix::stream_descriptor::wait_read, token);
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED || shared->stopped) continue;
    base::log_warning("cannot accept", {{"listener", shared->settings.name}, {"cause", std::generic_category().message(errno)}});
    co_await sleep_for(kAcceptPause);
  }
  shared->sockets[socket].reset();
}

Task<> Listener::session(std::shared_ptr<Shared> shared, size_t loop, Fd fd, Running) {
  const OpenGauge gauge(shared->open);
  const auto& settings = shared->settings;
  const Executor executor = shared->loops.executor(loop);
  std::unique_ptr<Stream> stream = adopt_socket(executor, fd.release());
  auto& connection = static_cast<Connection&>(*stream);
  auto& here = shared->of_loop[loop];
  here.connections.push_back(connection);
  if (here.stopping) connection.interrupt();
  if (here.closing) co_return;
  const auto& peer = connection.info().peer;
  if (!peer.is_unix && contains(settings.trusted_proxies, peer.address)) {
    const bool understood = co_await read_proxy_header(connection, Deadline::after(settings.proxy_timeout));
    if (!understood) {
      base::log_warning("no PROXY header from a trusted proxy",
                        {{"listener", settings.name}, {"proxy", connection.info().peer.to_string()}});
      co_return;
    }
  }
  const Admission admission(settings.limits, connection.info().peer);
  if (!admission.admitted()) {
    shared->refused.Increment();
    co_await refuse(connection, settings, admission.verdict());
    co_return;
  }
  if (settings.implicit_tls) co_await connection.start_tls(*shared->tls, Deadline::after(settings.handshake_timeout));
  co_await shared->handler(std::move(stream));
}

void Listener::stop(std::chrono::milliseconds grace) {
  if (shared_->stopped.exchange(true)) return;
  close_sockets();
  shared_->on_every_loop(shared_, [](Shared::OfLoop& here) {
    here.stopping = true;
    for (auto& connection : here.connections) connection.interrupt();
  });
  if (shared_->wait_ended(grace)) return;
  shared_->on_every_loop(shared_, [](Shared::OfLoop& here) {
    here.closing = true;
    for (auto& connection : here.connections) connection.close();
  });
  while (!shared_->wait_ended(std::chrono::milliseconds(1000))) base::log_warning("waiting for sessions", {{"count", sessions()}});
}

void Listener::close_sockets() {
  for (size_t i = 0; i < shared_->sockets.size(); ++i) {
    if (bound_[i].is_unix) ::unlink(bound_[i].unix_path.c_str());
    asio::post(shared_->loops.executor(shared_->socket_loops[i]), [shared = shared_, i] {
      boost::system::error_code ignored;
      if (shared->sockets[i]) shared->sockets[i]->close(ignored);
    });
  }
}

}  // namespace net
