#pragma once
// Everything between delivery and other servers: DNS, the checks of what they bring, the keys that sign what goes to them, the queue with
// its scheduler and the SMTP client, and the way back for reports.
//
//   Outbound outbound(instance, loops, pool);
//   delivery::Delivery delivery(outbound.delivery_services());
//   outbound.start(delivery);
//   ...
//   outbound.stop(deadline);   // before the loops stop

#include <memory>

#include "delivery/delivery.h"
#include "delivery/local_transport.h"
#include "delivery/postmaster.h"
#include "directory/dkim_keys.h"
#include "net/dns.h"
#include "net/loop.h"
#include "queue/scheduler.h"
#include "server/instance.h"
#include "smtp/sts_policies.h"
#include "smtp/transport.h"

namespace server {

class Outbound {
 public:
  // Throws base::Failure for settings that cannot be used (dns.servers, queue.ca_file).
  Outbound(Instance& instance, net::IoLoops& loops, net::ThreadPool& pool);

  delivery::Services delivery_services();
  net::Resolver& resolver() { return *resolver_; }
  directory::DkimKeys& dkim_keys() { return keys_; }

  // `delivery` outlives it.
  void start(delivery::Delivery& delivery);
  // Ends deliveries under way, at the deadline in the midst of them; the queue keeps what was not done. Not from a loop. Again: nothing.
  void stop(net::Deadline deadline);

 private:
  Instance& instance_;
  net::IoLoops& loops_;
  net::ThreadPool& pool_;
  std::unique_ptr<net::DnsResolver> resolver_;
  directory::DkimKeys keys_;
  delivery::Signers signers_;
  delivery::Authenticator authenticator_;
  spam::Judge judge_;
  queue::Queue queue_;
  std::unique_ptr<smtp::StsPolicies> policies_;
  std::unique_ptr<smtp::Transport> network_;
  std::unique_ptr<delivery::LocalTransport> transport_;
  std::unique_ptr<delivery::Postmaster> postmaster_;
  std::unique_ptr<queue::Scheduler> scheduler_;
  bool stopped_ = false;
};

}  // namespace server
