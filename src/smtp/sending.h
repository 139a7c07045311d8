#pragma once
// One call of Transport::send(). Inside smtp/ only.

#include "smtp/transport.h"

namespace smtp {

class Sending {
 public:
  Sending(Transport& transport, queue::Batch batch);
  net::Task<std::vector<queue::Outcome>> run();

 private:
  // What follows a connection that came to nothing.
  enum class Next { kDone, kNextAddress, kPlainText };

  // sending.cpp: hosts and addresses
  net::Task<> work();
  net::Task<> use_kept();
  net::Task<> try_hosts();
  net::Task<> try_host(RouteHost host);
  net::Task<> try_address(RouteHost host, TlsPlan plan, net::IpAddress address);
  net::Task<std::unique_ptr<Client>> connect(RouteHost host, net::IpAddress address);
  net::Task<TlsPlan> find_plan(RouteHost host, net::DnsAnswer addresses);
  bool exhausted() const;

  // sending_session.cpp: one connection
  net::Task<Next> converse(std::unique_ptr<Client> client, const TlsPlan& plan, bool plain);
  net::Task<Next> prepare(Client& client, const TlsPlan& plan, bool plain);
  net::Task<Next> begin_tls(Client& client, const TlsPlan& plan);
  net::Task<Next> accept_certificate(Client& client, const TlsPlan& plan);
  Next without_tls(Client& client, const TlsPlan& plan, bool plain);
  net::Task<> deliver(Client& client);
  net::Task<bool> read_message();
  void keep(std::unique_ptr<Client> client);
  void observe(const TlsPlan& plan, TlsResult result, const Client* client, std::string reason);

  void note(queue::Outcome failure);  // of a host: told when no other does better
  void finish(const queue::Outcome& outcome);
  bool done() const { return waiting_.empty(); }
  std::string key() const;
  bool requires_tls() const { return (batch_.envelope.flags & queue::kRequireTls) != 0; }

  Transport& transport_;
  const TransportSettings& settings_;
  const TransportParts& parts_;
  const net::Deadline until_;
  queue::Batch batch_;
  std::vector<std::optional<queue::Outcome>> outcomes_;
  std::vector<size_t> waiting_;  // recipients without an outcome
  std::optional<queue::Outcome> noted_;
  std::shared_ptr<const std::string> message_;  // shared with the queue, which may try again
  std::optional<Smarthost> smarthost_;
  SourcePool pool_;
  Route route_;
  DomainPolicy policy_;
  size_t connections_ = 0;
};

}  // namespace smtp
