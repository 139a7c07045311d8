#include "net/pipe_stream.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "net/connection.h"

namespace net {

namespace {

struct Wait {
  std::shared_ptr<Waiter> waiter;
  uint64_t ticket = 0;
};

void wake(Wait& wait) {
  if (wait.waiter) std::exchange(wait.waiter, nullptr)->post_wake(wait.ticket, Wake::kReady);
}

// Bytes in one direction.
struct Channel {
  std::string bytes;
  size_t first = 0;     // bytes before it have been read
  bool ended = false;   // the writer is done
  bool broken = false;  // the reader is gone
  Wait reader;
  Wait writer;

  size_t size() const { return bytes.size() - first; }
  void consume(size_t count) {
    first += count;
    if (first == bytes.size()) {
      bytes = std::string();
      first = 0;
    }
    wake(writer);
  }
};

class PipeTransport final : public Transport {
 public:
  PipeTransport(std::shared_ptr<Channel> in, std::shared_ptr<Channel> out, const PipeOptions& options)
      : in_(std::move(in)), out_(std::move(out)), capacity_(options.capacity), one_byte_(options.one_byte_at_a_time) {}
  ~PipeTransport() override { close(); }

  std::ptrdiff_t try_read(std::span<char> buffer) override {
    if (in_->size() == 0) return in_->ended ? 0 : -EAGAIN;
    const size_t count = std::min(one_byte_ ? size_t{1} : buffer.size(), in_->size());
    std::memcpy(buffer.data(), in_->bytes.data() + in_->first, count);
    in_->consume(count);
    return static_cast<std::ptrdiff_t>(count);
  }

  std::ptrdiff_t try_peek() override {
    if (in_->size() == 0) return in_->ended ? 0 : -EAGAIN;
    return 1;
  }

  std::ptrdiff_t try_write(std::span<const std::string_view> parts) override {
    if (out_->broken || out_->ended) return -EPIPE;
    size_t moved = 0;
    for (const auto& part : parts) {
      const size_t room = capacity_ - std::min(capacity_, out_->size());
      const auto fitting = part.substr(0, room);
      out_->bytes += fitting;
      moved += fitting.size();
      if (fitting.size() < part.size()) break;
    }
    if (moved == 0) return -EAGAIN;
    wake(out_->reader);
    return static_cast<std::ptrdiff_t>(moved);
  }

  void arm(Direction direction, const std::shared_ptr<Waiter>& waiter) override {
    Wait& wait = direction == Direction::kRead ? in_->reader : out_->writer;
    wait = {waiter, waiter->ticket()};
  }

  void disarm() override {
    in_->reader = {};
    out_->writer = {};
  }

  void shutdown_write() override {
    out_->ended = true;
    wake(out_->reader);
  }

  void close() override {
    shutdown_write();
    in_->broken = true;
    wake(in_->writer);
    wake(in_->reader);
    wake(out_->writer);
  }

 private:
  std::shared_ptr<Channel> in_;  // shared: each end may go first
  std::shared_ptr<Channel> out_;
  size_t capacity_;
  bool one_byte_;
};

}  // namespace

PipePair make_pipe(Executor executor, PipeOptions options) {
  auto up = std::make_shared<Channel>();
  auto down = std::make_shared<Channel>();
  ConnectionInfo at_client;
  at_client.peer = options.server;
  at_client.local = options.client;
  ConnectionInfo at_server;
  at_server.peer = options.client;
  at_server.local = options.server;
  PipePair pair;
  pair.client = std::make_unique<Connection>(executor, std::make_unique<PipeTransport>(down, up, options), std::move(at_client));
  pair.server = std::make_unique<Connection>(executor, std::make_unique<PipeTransport>(up, down, options), std::move(at_server));
  return pair;
}

}  // namespace net
