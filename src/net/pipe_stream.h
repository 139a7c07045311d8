#pragma once
// Two streams joined in memory, for tests and for running a session without a socket. TLS works on them as on sockets.

#include <cstddef>
#include <memory>

#include "net/stream.h"

namespace net {

struct PipeOptions {
  size_t capacity = 64 * 1024;      // bytes under way in each direction before a writer waits
  bool one_byte_at_a_time = false;  // a read gets one byte, whatever has been sent: finds parsers that count on packets
  Endpoint client;                  // what info() says
  Endpoint server;
};

struct PipePair {
  std::unique_ptr<Stream> client;
  std::unique_ptr<Stream> server;
};

// Both ends live on the loop of `executor`. Closing or destroying one end is the end of the stream for the other.
PipePair make_pipe(Executor executor, PipeOptions options = {});

}  // namespace net
