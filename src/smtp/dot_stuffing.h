#pragma once
// Message data on the wire after DATA, both ways. DotUnstuffer takes it off (RFC 5321 4.1.1.4, 4.5.2): finds the end, removes the stuffed
// dots, and notices what is wrong.
//
// The end is CRLF "." CRLF and nothing else, where the first CRLF may be that of the DATA command. A CR that is not followed by LF, and an
// LF that does not follow a CR, are ordinary bytes of a line: they never begin one and never end the data. They are noted, so that the
// message can be refused (doc/decisions/smtp-line-endings.md). One pass, linear whatever the pieces; pieces may be cut anywhere.

#include <cstdint>
#include <string>
#include <string_view>

namespace smtp {

class DotUnstuffer {
 public:
  struct Limits {
    uint64_t message = UINT64_MAX;  // bytes kept; what is beyond is counted and dropped
    uint64_t line = UINT64_MAX;     // bytes of one line without its end; a longer one is noted
  };
  explicit DotUnstuffer(Limits limits) : limits_(limits) {}

  // Takes bytes up to the end of the data, appends the message to `out`, and returns how many were taken: all of them unless finished().
  size_t feed(std::string_view bytes, std::string& out);

  bool finished() const { return state_ == State::kEnd; }
  uint64_t size() const { return size_; }  // of the whole message, also of what was dropped
  bool too_large() const { return size_ > limits_.message; }
  bool has_bare_line_end() const { return bare_; }
  bool has_long_line() const { return long_line_; }

 private:
  enum class State : uint8_t {
    kLineStart,  // after CRLF
    kInLine,
    kCr,     // in a line, after CR
    kDot,    // after CRLF "."
    kDotCr,  // after CRLF "." CR
    kEnd,
  };
  void put(std::string_view bytes, std::string& out);
  size_t take_text(std::string_view bytes, std::string& out);
  void take_byte(char c, std::string& out);

  const Limits limits_;
  State state_ = State::kLineStart;
  bool bare_ = false;
  bool long_line_ = false;
  uint64_t size_ = 0;
  uint64_t line_ = 0;
};

// True when a CR is not followed by LF or an LF does not follow a CR: such text must not be sent after DATA, where some servers take it for
// the end of a line (SMTP smuggling).
bool has_bare_line_end(std::string_view text);

// The other way: a message as it is sent after DATA, piece by piece.
class DotStuffer {
 public:
  // REQUIRES: !has_bare_line_end(message). The message outlives the stuffer.
  explicit DotStuffer(std::string_view message) : rest_(message) {}

  // The next piece, made of about `size` bytes of the message; the last one ends with CRLF "." CRLF. REQUIRES: !finished().
  void next(size_t size, std::string& piece);
  bool finished() const { return finished_; }

 private:
  std::string_view rest_;
  bool line_start_ = true;
  bool finished_ = false;
};

}  // namespace smtp
