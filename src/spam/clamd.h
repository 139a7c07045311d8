#pragma once
// A client of clamd, the ClamAV daemon, over its socket (clamd(8): zPING, zINSTREAM). One connection a message; nothing is written to disk.
//
//   auto result = co_await spam::scan_for_viruses(settings, bytes);
//
// clamd closes the connection as soon as a stream passes its StreamMaxLength (25 MB on Debian). So larger messages are not sent at all:
// ClamdSettings::message_bytes must not be over that figure; when it is, the client notices the early answer and says "too large" too.

#include <chrono>
#include <string>
#include <string_view>

#include "net/stream.h"

namespace spam {

struct ClamdSettings {
  net::Endpoint address;
  std::chrono::milliseconds timeout{60'000};  // of one message, connecting included
  size_t message_bytes = 25'000'000;          // larger ones are kTooLarge without asking
  size_t chunk_bytes = 64 * 1024;
  size_t reply_bytes = 4096;  // longest reply that is read
};

struct ClamdResult {
  enum class Kind : uint8_t { kNotAsked, kClean, kInfected, kTooLarge, kUnavailable };
  Kind kind = Kind::kNotAsked;
  std::string signature;  // of kInfected: "Eicar-Test-Signature", printable ASCII
  std::string cause;      // of kUnavailable: for the log
};

// Never throws for what clamd or the network does. `message` is the caller's until it returns.
net::Task<ClamdResult> scan_for_viruses(ClamdSettings settings, std::string_view message);
// The same over a connected stream.
net::Task<ClamdResult> scan_over(net::Stream& stream, ClamdSettings settings, std::string_view message, net::Deadline deadline);
// kClean when clamd answers PONG, otherwise kUnavailable.
net::Task<ClamdResult> ping_clamd(ClamdSettings settings);

// "stream: Eicar-Test-Signature FOUND" and its kin; pure.
ClamdResult read_clamd_reply(std::string_view reply);

}  // namespace spam
