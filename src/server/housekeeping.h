#pragma once
// The server's background work, on one thread of its own: a short piece at a time, so that deliveries never wait behind it.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "directory/dkim_keys.h"
#include "net/loop.h"
#include "net/resolver.h"
#include "server/instance.h"

namespace server {

// Removes rows of deleted mailboxes, old tombstones, old log events, bodies that nothing names any more, what the spam checks remember
// of long ago, and DKIM keys that have had their time; begins and completes the rotation of keys. Starts at once; the destructor
// ends it after the piece in hand.
class Housekeeping {
 public:
  // `resolver` is asked whether new DKIM keys are published, on `loops`.
  Housekeeping(Instance& instance, net::Resolver& resolver, net::IoLoops& loops);
  ~Housekeeping();

 private:
  void run();
  bool work();  // whether more is waiting
  void collect(base::Time now);
  void rotate_keys(base::Time now);
  void forget(base::Time now);
  bool is_published(const directory::DkimKey& key);
  bool wait(std::chrono::milliseconds time);

  Instance& instance_;
  net::Resolver& resolver_;
  net::IoLoops& loops_;
  directory::DkimKeys keys_;
  base::Time next_rotation_{};
  base::Time next_forgetting_{};
  base::Time next_collection_{};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace server
