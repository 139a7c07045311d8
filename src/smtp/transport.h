#pragma once
// queue::Transport over the network: finds the hosts, connects to one after the other, sees to TLS, hands the message to smtp/client, and
// keeps connections for what comes next.
//
//   send() ─► kept connection? ─► route (MX) ─► each host: addresses, DANE, TLS plan ─► each address: connect, TLS, sign in ─► client
//
// A host that fails as a whole (no connection, 421, TLS not as it must be) is followed by the next one with the recipients that have no
// answer yet. A message that was cut off after its final dot is not tried elsewhere: it may have arrived.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/resolver.h"
#include "queue/transport.h"
#include "smtp/client.h"
#include "smtp/kept_connections.h"
#include "smtp/route.h"
#include "smtp/tls_policy.h"

namespace smtp {

// Addresses of ours that mail goes out from. A remote address of a family that a pool with addresses has none of is passed over.
struct SourcePool {
  std::string hello_name;
  std::vector<net::IpAddress> addresses;  // one is chosen at random for each connection; empty: the system chooses
};

// A server that takes mail for others from us.
struct Smarthost {
  std::string host;  // HostAndPort
  std::optional<Credentials> credentials;
  TlsLevel least_tls = TlsLevel::kCertificate;
  bool implicit_tls = false;  // port 465
};

class Smarthosts {
 public:
  virtual ~Smarthosts() = default;
  // For mail of this enterprise to this domain; nullopt: as DNS says. An operator's route of an entry comes before it and is not asked for.
  virtual net::Task<std::optional<Smarthost>> smarthost_for(int64_t enterprise_id, std::string domain) = 0;
};

struct TransportSettings {
  RouteSettings route;
  ClientSettings client;                    // its hello_name is for the default pool, when `pools` has none named ""
  std::map<std::string, SourcePool> pools;  // by name
  std::string ca_pem;                       // trusted instead of the system's CAs when not empty
  size_t connections = 8;                   // of one attempt, tried one after the other
  std::chrono::milliseconds resolve = 30s;
  std::chrono::milliseconds connect = 30s;
  std::chrono::milliseconds attempt = 1h;  // no further host is tried after it
  size_t messages = 100;                   // over one connection
  KeptLimits kept;
  std::chrono::milliseconds kept_idle = 20s;       // while another message for the place is announced
  std::chrono::milliseconds kept_idle_alone = 2s;  // without
};

// What a transport uses; all outlive it. Null: there is none.
struct TransportParts {
  net::Resolver& resolver;
  const base::Clock& clock;
  PolicySource* policies = nullptr;
  Smarthosts* smarthosts = nullptr;
  TlsObserver* observer = nullptr;
  Random random = any_random;
};

// Destroy it when its loops have stopped, before they are destroyed.
class Transport final : public queue::Transport {
 public:
  // kInvalid: ca_pem holds no certificate.
  static base::Result<std::unique_ptr<Transport>> make(TransportSettings settings, TransportParts parts);

  net::Task<std::vector<queue::Outcome>> send(queue::Batch batch) override;
  // Says goodbye on the kept connections of the calling loop.
  net::Task<> close_kept();

 private:
  friend class Sending;
  Transport(TransportSettings settings, TransportParts parts, std::shared_ptr<net::TlsClientContext> tls);

  const TransportSettings settings_;
  const TransportParts parts_;
  const std::shared_ptr<net::TlsClientContext> tls_;  // shared with handshakes under way
  KeptConnections kept_;
};

}  // namespace smtp
