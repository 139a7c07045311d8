#pragma once
// Listening sockets and the connections that come in on them: accept, limits, PROXY header, implicit TLS, session, orderly end.
//
//   accept ─► [PROXY header from a trusted proxy] ─► limits ─► [TLS] ─► handler(stream)     one coroutine, on one loop
//
// Addresses: Endpoint::parse(). When the process is out of descriptors, accepting pauses for a moment and goes on.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/address.h"
#include "net/stream.h"
#include "net/task.h"

namespace net {

class Fd;
class IoLoops;
class TlsContext;

// Counts connections, in total and by client address; listeners that share one share its limits. Thread-safe.
class ConnectionLimits {
 public:
  // Whether clients on this machine have a limit per address too: they are proxies and tools of the operator's own.
  enum class Loopback { kCounted, kExempt };

  ConnectionLimits(size_t most, size_t most_per_address, Loopback loopback = Loopback::kCounted)
      : most_(most), most_per_address_(most_per_address), loopback_(loopback) {}

  enum class Verdict { kAdmitted, kTooMany, kTooManyFromAddress };
  // Admitted connections are released once. Unix sockets count in the total only.
  Verdict admit(const Endpoint& peer);
  void release(const Endpoint& peer);
  size_t count() const;

 private:
  bool counts_address(const Endpoint& peer) const;

  mutable std::mutex mutex_;
  size_t most_;
  size_t most_per_address_;
  Loopback loopback_;
  size_t count_ = 0;
  std::map<IpAddress, size_t> by_address_;
};

struct ListenerSettings {
  std::string name;                    // "smtp", "imaps": for log and metrics
  std::vector<std::string> addresses;  // "192.0.2.1:25", "[::1]:25", "*:25", "unix:/path"
  int backlog = 1024;
  bool implicit_tls = false;  // REQUIRES a TLS context
  std::chrono::milliseconds handshake_timeout{15000};
  std::vector<Cidr> trusted_proxies;  // connections from these must begin with a PROXY header; unix sockets never do
  std::chrono::milliseconds proxy_timeout{5000};
  std::shared_ptr<ConnectionLimits> limits;  // null: without limits
  // Sent in plain text to a connection over a limit, before it is closed ("421 4.7.0 ...\r\n"); not sent with implicit TLS. Empty: nothing.
  std::function<std::string(ConnectionLimits::Verdict)> refusal;
};

class Listener {
 public:
  // Serves one connection; an exception that leaves it ends the connection: IoError silently, others with a log line.
  using Handler = std::function<Task<>(std::unique_ptr<Stream>)>;

  // The loops outlive the listener and run until it has stopped. `tls` may be null; it is only used for implicit TLS.
  Listener(IoLoops& loops, ListenerSettings settings, std::shared_ptr<TlsContext> tls, Handler handler);
  ~Listener();  // stop() without grace
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Binds every address, then accepts. On error nothing listens. Errors name the address.
  base::Result<void> start();
  // What is bound, with the port that the system chose for port 0.
  const std::vector<Endpoint>& bound() const { return bound_; }
  uint16_t port() const { return bound_.front().port; }
  size_t sessions() const;

  // Stops accepting, tells idle sessions to end (Stream::interrupt), waits up to `grace`, closes the rest and waits for their coroutines to
  // end. Blocks; not from a loop. Idempotent. A session that waits for blocking work holds it up until that is done.
  void stop(std::chrono::milliseconds grace);

 private:
  struct Shared;
  class Running;
  static Task<> accept_loop(std::shared_ptr<Shared> shared, size_t socket, Running running);
  static Task<> session(std::shared_ptr<Shared> shared, size_t loop, Fd fd, Running running);
  void close_sockets();

  std::shared_ptr<Shared> shared_;  // shared with the coroutines, which may outlive the listener by a moment
  std::vector<Endpoint> bound_;
};

}  // namespace net
