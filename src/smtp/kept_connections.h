#pragma once
// Connections that wait for another message to the same place, each on the loop it was made on.

#include <boost/asio/execution_context.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "smtp/client.h"

namespace smtp {

struct KeptLimits {
  size_t per_loop = 1'000;
  size_t per_key = 20;  // on one loop
};

// Each call acts on the calling coroutine's loop, whose executor is given. Destroy it when its loops have stopped, before they are
// destroyed.
class KeptConnections {
 public:
  explicit KeptConnections(KeptLimits limits) : limits_(limits) {}
  ~KeptConnections();

  // The one kept last; null: none.
  std::unique_ptr<Client> take(const net::Executor& executor, const std::string& key);
  // Until the deadline; then, or when there is no room, it says goodbye in the background. REQUIRES: client->usable().
  void keep(const net::Executor& executor, const std::string& key, std::unique_ptr<Client> client, net::Deadline until);
  // All of the calling loop, in good order.
  net::Task<> close(net::Executor executor);

 private:
  struct Kept {
    std::unique_ptr<Client> client;
    net::Deadline until;
  };
  struct Loop {
    std::multimap<std::string, Kept> kept;
    bool sweeping = false;
  };
  std::shared_ptr<Loop> loop_of(const net::Executor& executor);
  static net::Task<> sweep(std::shared_ptr<Loop> loop);

  const KeptLimits limits_;
  std::mutex mutex_;  // of the map alone
  // Shared: a loop's sweeper may be suspended when this goes away.
  std::map<boost::asio::execution_context*, std::shared_ptr<Loop>> loops_;
};

}  // namespace smtp
