#include "smtp/kept_connections.h"

#include <utility>

#include "net/loop.h"
#include "net/timer.h"

namespace smtp {

namespace {

net::Task<> quit(std::unique_ptr<Client> client) { co_await client->quit(); }

}  // namespace

KeptConnections::~KeptConnections() {
  for (auto& [context, loop] : loops_) loop->kept.clear();
}

std::shared_ptr<KeptConnections::Loop> KeptConnections::loop_of(const net::Executor& executor) {
  std::lock_guard lock(mutex_);
  auto& loop = loops_[&executor.context()];
  if (!loop) loop = std::make_shared<Loop>();
  return loop;
}

std::unique_ptr<Client> KeptConnections::take(const net::Executor& executor, const std::string& key) {
  const auto loop = loop_of(executor);
  const auto last = loop->kept.upper_bound(key);
  if (last == loop->kept.begin() || std::prev(last)->first != key) return nullptr;
  auto client = std::move(std::prev(last)->second.client);
  loop->kept.erase(std::prev(last));
  return client;
}

void KeptConnections::keep(const net::Executor& executor, const std::string& key, std::unique_ptr<Client> client, net::Deadline until) {
  const auto loop = loop_of(executor);
  if (loop->kept.size() >= limits_.per_loop || loop->kept.count(key) >= limits_.per_key) {
    net::spawn(executor, quit(std::move(client)));
    return;
  }
  loop->kept.emplace(key, Kept{std::move(client), until});
  if (!std::exchange(loop->sweeping, true)) net::spawn(executor, sweep(loop));
}

// Looks once a second; that is exact enough, and no timer has to be moved.
net::Task<> KeptConnections::sweep(std::shared_ptr<Loop> loop) {
  while (!loop->kept.empty()) {
    co_await net::sleep_for(std::chrono::seconds(1));
    for (auto kept = loop->kept.begin(); kept != loop->kept.end();) {
      if (!kept->second.until.expired()) {
        ++kept;
        continue;
      }
      const net::Executor executor = kept->second.client->executor();
      net::spawn(executor, quit(std::move(kept->second.client)));
      kept = loop->kept.erase(kept);
    }
  }
  loop->sweeping = false;
}

net::Task<> KeptConnections::close(net::Executor executor) {
  std::shared_ptr<Loop> loop;
  {
    std::lock_guard lock(mutex_);
    const auto found = loops_.find(&executor.context());
    if (found == loops_.end()) co_return;
    loop = found->second;
    loops_.erase(found);
  }
  auto all = std::exchange(loop->kept, {});
  for (auto& [key, kept] : all) co_await kept.client->quit();
}

}  // namespace smtp
