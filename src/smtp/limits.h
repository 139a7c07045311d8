#pragma once
// How much one session may do. The server fills these from the settings of the same name (smtp.*); the rest keep what stands here.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace smtp {

struct Limits {
  uint64_t message_size = 50u << 20;  // bytes; RFC 1870 SIZE
  uint64_t text_line = 1u << 20;      // bytes of one line after DATA; RFC 5321 4.5.3.1.6 asks for 1000, real mail has much longer ones
  uint64_t drain = 256u << 20;        // bytes of a refused message that are read to keep the session; beyond them it is cut
  size_t recipients = 1'000;          // of one message; RFC 5321 4.5.3.1.8 asks for 100
  size_t messages = 10'000;           // of one session
  size_t line = 4 * 1024;             // bytes of a command line; RFC 5321 4.5.3.1.4 asks for 512 and more for each extension
  size_t errors = 20;                 // refused commands
  size_t refused_recipients = 100;    // 5xx to RCPT: who guesses addresses is cut off
  size_t sign_in_failures = 5;        // of one session
  std::chrono::seconds hold{std::chrono::hours(24 * 30)};              // FUTURERELEASE at most; RFC 4865
  size_t idle_commands = 100;                                          // NOOP, RSET, EHLO and their like since the last message
  std::chrono::milliseconds command_timeout{std::chrono::minutes(5)};  // RFC 5321 4.5.3.2.7
  std::chrono::milliseconds data_timeout{std::chrono::minutes(3)};     // RFC 5321 4.5.3.2.5, for each next piece
  std::chrono::milliseconds write_timeout{std::chrono::minutes(5)};
  std::chrono::milliseconds tls_timeout{std::chrono::seconds(30)};
  std::chrono::milliseconds session_timeout{std::chrono::hours(2)};
  std::chrono::milliseconds linger{std::chrono::seconds(2)};  // for the peer to read the last reply when it is cut off
};

}  // namespace smtp
