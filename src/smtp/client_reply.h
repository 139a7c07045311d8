#pragma once
// What a server says to our client: replies (RFC 5321 4.2, enhanced codes of RFC 2034) and the extensions it offers after EHLO. Pure.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtp {

struct RemoteReplyLimits {
  size_t line = 2'048;   // bytes of one line; RFC 5321 4.5.3.1.5 has 512. The rest of a longer one is dropped
  size_t lines = 256;    // of one reply; more is an error
  size_t text = 16'384;  // bytes kept of one reply; the rest is dropped
};

struct RemoteReply {
  int code = 0;          // 200..599; 0: none
  std::string enhanced;  // "5.1.1"; empty: none, or one whose class is not the code's
  std::string text;      // without the codes, '\n' between lines

  int kind() const { return code / 100; }
  bool positive() const { return kind() == 2; }
  bool go_ahead() const { return kind() == 3; }
  bool temporary() const { return kind() == 4; }
  bool permanent() const { return kind() == 5; }
};

// One reply, line by line.
class RemoteReplyParser {
 public:
  enum class State { kMore, kDone, kBad };
  explicit RemoteReplyParser(const RemoteReplyLimits& limits) : limits_(limits) {}

  // `line` without its end. kDone: reply() is whole; kBad: that is no SMTP reply, or it has too many lines. REQUIRES: kMore before.
  State take_line(std::string_view line);
  const RemoteReply& reply() const { return reply_; }

 private:
  RemoteReplyLimits limits_;
  RemoteReply reply_;
  size_t lines_ = 0;
};

// What EHLO was answered with. After HELO: nothing.
struct Extensions {
  bool pipelining = false;        // RFC 2920
  bool chunking = false;          // RFC 3030
  bool binary_mime = false;       // RFC 3030
  bool eight_bit = false;         // RFC 6152
  bool smtp_utf8 = false;         // RFC 6531
  bool dsn = false;               // RFC 3461
  bool start_tls = false;         // RFC 3207
  bool require_tls = false;       // RFC 8689
  bool size = false;              // RFC 1870
  uint64_t largest = 0;           // bytes of a message; 0: not said
  bool deliver_by = false;        // RFC 2852
  std::vector<std::string> auth;  // mechanisms in upper case (RFC 4954)

  bool has_auth(std::string_view mechanism) const;
};

// `text` of the reply to EHLO: its first line is the greeting, each other an extension. Unknown ones are passed over.
Extensions parse_extensions(std::string_view text);

}  // namespace smtp
