#pragma once
// Connections lent to one thread at a time. The number is fixed; who finds none free waits.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace sql {

template <typename Connection>
class LeasePool {
 public:
  // Given back on destruction.
  class Lease {
   public:
    Lease(LeasePool& pool, std::unique_ptr<Connection> one) : pool_(pool), one_(std::move(one)) {}
    ~Lease() { pool_.add(std::move(one_)); }
    Connection& operator*() const { return *one_; }
    Connection* operator->() const { return one_.get(); }

   private:
    LeasePool& pool_;
    std::unique_ptr<Connection> one_;
  };

  void add(std::unique_ptr<Connection> one) {
    {
      std::lock_guard hold(mutex_);
      free_.push_back(std::move(one));
    }
    freed_.notify_one();
  }
  Lease lend() {
    std::unique_lock hold(mutex_);
    freed_.wait(hold, [&] { return !free_.empty(); });
    auto one = std::move(free_.back());
    free_.pop_back();
    return Lease(*this, std::move(one));
  }

 private:
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> free_;  // the latest used first: its cache is warm
};

}  // namespace sql
