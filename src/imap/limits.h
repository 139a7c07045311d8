#pragma once
// What one client may ask for: every size, count, depth and time of an IMAP session. The server fills it from the imap.* settings.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace imap {

struct Limits {
  // Syntax.
  size_t line_bytes = 64 * 1024;                // a command without its literals
  size_t literal_bytes = 64 * 1024;             // a literal in a command other than APPEND
  size_t unauthenticated_literal_bytes = 4096;  // the same before sign-in
  size_t command_bytes = 1024 * 1024;           // a command with all its literals, other than APPEND
  uint64_t append_bytes = 50ull << 20;          // one message (RFC 7889 APPENDLIMIT); also all messages of one MULTIAPPEND together
  size_t append_messages = 1000;                // of one MULTIAPPEND
  size_t depth = 50;                            // parentheses, NOT and OR inside each other
  size_t list_items = 10'000;                   // elements of any list, and search keys of one command
  size_t set_ranges = 100'000;                  // comma-separated elements of a sequence set
  size_t fetch_items = 1000;                    // of one FETCH
  size_t part_numbers = 100;                    // of one section, "1.2.3"
  size_t list_matches = 200'000;                // pattern comparisons per LIST pattern and name

  // Session.
  size_t errors = 50;           // commands answered BAD before the connection is closed
  size_t sign_in_failures = 5;  // failed sign-ins before the connection is closed
  size_t connections_per_user = 50;
  size_t appends_in_flight = 256;  // started APPENDs whose commit is awaited
  uint64_t append_bytes_in_flight = 32ull << 20;
  std::chrono::seconds idle_timeout{30 * 60};  // RFC 9051 5.4
  std::chrono::seconds login_timeout{60};      // from connect to signed in
  std::chrono::seconds input_timeout{5 * 60};  // the rest of a command that has begun, and each write
};

}  // namespace imap
