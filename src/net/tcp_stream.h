#pragma once
// Streams over sockets: TCP on IPv4 and IPv6, and unix sockets.

#include <memory>

#include "net/stream.h"

namespace net {

// Adopts a connected socket `fd` for the loop of `executor`; sets it non-blocking and, for TCP, without delay and with keepalive.
// Call it on that loop.
std::unique_ptr<Stream> adopt_socket(Executor executor, int fd);

// Connects from the calling coroutine's loop. Throws IoError: kTimeout, kSystem (refused, unreachable).
Task<std::unique_ptr<Stream>> connect(Endpoint to, Deadline deadline);
// The same from one of our own addresses, of the same family as `to`. kSystem also when it is not ours.
Task<std::unique_ptr<Stream>> connect(Endpoint to, IpAddress from, Deadline deadline);

}  // namespace net
