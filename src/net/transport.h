#pragma once
// What a connection needs from a socket or a pipe: non-blocking moves, and a wake-up when one can go on. Inside net/ only.

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace net {

class Waiter;

enum class Direction { kRead, kWrite };

// The results of moves are a byte count, or a negative errno; -EAGAIN means "arm and wait".
class Transport {
 public:
  virtual ~Transport() = default;

  virtual std::ptrdiff_t try_read(std::span<char> buffer) = 0;                    // 0: end of stream
  virtual std::ptrdiff_t try_peek() = 0;                                          // 1: a byte is there; 0: end of stream
  virtual std::ptrdiff_t try_write(std::span<const std::string_view> parts) = 0;  // some of the bytes, from the front

  // Wakes the waiter's current ticket with kReady once the direction may go on. Wake-ups without cause are allowed.
  virtual void arm(Direction direction, const std::shared_ptr<Waiter>& waiter) = 0;
  virtual void disarm() = 0;
  virtual void shutdown_write() = 0;
  virtual void close() = 0;  // wakes what is armed
};

}  // namespace net
