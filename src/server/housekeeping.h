#pragma once
// The server's background work, on one thread of its own: a short piece at a time, so that deliveries never wait behind it.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "server/instance.h"

namespace server {

// Removes rows of deleted mailboxes, old tombstones, old log events, and bodies that nothing names any more. Starts at once; the destructor
// ends it after the piece in hand.
class Housekeeping {
 public:
  explicit Housekeeping(Instance& instance);
  ~Housekeeping();

 private:
  void run();
  bool work();  // whether more is waiting
  void collect(base::Time now);
  bool wait(std::chrono::milliseconds time);

  Instance& instance_;
  base::Time next_collection_{};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace server
