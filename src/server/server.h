#pragma once
// The running server: threads, listeners and services over one Instance.

#include <memory>
#include <vector>

#include "delivery/delivery.h"
#include "http/server.h"
#include "imap/services.h"
#include "net/listener.h"
#include "net/loop.h"
#include "net/tls.h"
#include "server/instance.h"
#include "server/outbound.h"
#include "smtp/server.h"

namespace server {

class Server {
 public:
  // Opens every listener that is set; throws base::Failure with the address that could not be opened. Accepts from then on.
  explicit Server(Instance& instance);
  ~Server();  // stop()

  // The certificates again, from their files. On an error the old ones stay and the error is logged.
  void reload();
  // Stops accepting, lets sessions and deliveries finish what they are doing, then ends them.
  void stop();
  Outbound& outbound() { return outbound_; }
  net::IoLoops& loops() { return loops_; }

 private:
  void listen(const std::string& name, const std::vector<config::ListenAddress>& addresses, bool implicit_tls,
              std::shared_ptr<net::ConnectionLimits> limits, const std::string& refusal, net::Listener::Handler handler);
  void open_listeners();
  void add_routes();
  // DIR/run/listeners.json: name to address as bound, for those who asked for port 0.
  void write_addresses();

  Instance& instance_;
  net::IoLoops loops_;
  net::ThreadPool pool_;
  std::shared_ptr<net::TlsContext> tls_;  // shared with the listeners
  Outbound outbound_;
  delivery::Delivery delivery_;
  delivery::Lessons lessons_;
  imap::UserSessions user_sessions_;
  imap::Services imap_;
  smtp::SignIn sign_in_;
  smtp::Services smtp_;
  http::Router router_;
  std::vector<std::unique_ptr<net::Listener>> listeners_;
  std::vector<std::pair<std::string, std::string>> addresses_;
};

}  // namespace server
