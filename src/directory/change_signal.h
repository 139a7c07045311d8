#pragma once
// "Something in the directory has changed": a counter that all processes on one data folder share.
//
// The file holds one 64-bit counter in the machine's byte order, mapped into each process. A writer raises it after its commit; a reader
// that finds another number than last time asks the database what changed (directory_change). Its value means nothing else: a lost or new
// file costs one look.

#include <atomic>
#include <cstdint>
#include <string>

namespace directory {

class ChangeSignal {
 public:
  // Makes the file when it is not there. Empty: a counter of this object alone. Throws base::Failure when the file cannot be used.
  explicit ChangeSignal(const std::string& file);
  ~ChangeSignal();
  ChangeSignal(const ChangeSignal&) = delete;
  ChangeSignal& operator=(const ChangeSignal&) = delete;

  uint64_t value() const { return std::atomic_ref(*counter_).load(std::memory_order_acquire); }
  void raise() { std::atomic_ref(*counter_).fetch_add(1, std::memory_order_acq_rel); }

 private:
  alignas(8) uint64_t own_ = 0;
  uint64_t* counter_ = &own_;
};

}  // namespace directory
