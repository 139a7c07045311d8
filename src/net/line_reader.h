#pragma once
// Reads a line protocol from a Stream: lines, counted bytes (literals, BDAT), and raw pieces (DATA) out of one buffer.
//
// The buffer exists only while it holds bytes: before every wait with nothing buffered it is given back, so an idle session has none.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/stream.h"

namespace net {

struct LineLimits {
  size_t buffer_bytes = 8 * 1024;  // read ahead; pieces of read_exact() and peek() are at most this long
};

// What a line may end with.
enum class LineEnds {
  kStrict,   // CRLF only: a bare LF or CR is reported, so that it can be refused (RFC 5321 2.3.8, SMTP smuggling)
  kLenient,  // LF ends a line too
};

struct Line {
  enum class Status {
    kComplete,
    kTooLong,  // `text` is the first bytes of it; the rest, up to its end, was read and dropped
    kBareLf,   // strict only: the line ended with LF alone
    kBareCr,   // strict only: the line, which ended with CRLF, has a CR in its middle
    kEnd,      // end of stream; `text` is what came of an unfinished line, mostly nothing
  };
  std::string text;  // without its end
  Status status = Status::kComplete;

  bool complete() const { return status == Status::kComplete; }
};

class LineReader {
 public:
  // The stream outlives the reader.
  explicit LineReader(Stream& stream, LineEnds ends, LineLimits limits = {});

  // The next line of at most `most` bytes without its end. Throws IoError.
  Task<Line> read_line(size_t most, Deadline deadline);
  // The same between commands, where the session is idle: throws IoError::kStopping when the server shuts down and nothing has come.
  Task<Line> read_command(size_t most, Deadline deadline);
  // Idle wait for bytes, a notification or the end; at once kReadable when something is buffered.
  Task<WaitResult> wait_input(Deadline deadline, Notifier* notifier);

  // The next bytes, at least one, without taking them; empty at the end of the stream. Valid until the next call.
  Task<std::string_view> peek(Deadline deadline);
  // Takes bytes that peek() or buffered_bytes() showed.
  void consume(size_t count);

  // Hands exactly `count` bytes to `sink` in pieces. False when the stream ended before. `progress` is the time for each next piece, so
  // that a large literal on a slow line is no timeout. The sink must not throw for content.
  using Sink = std::function<void(std::string_view)>;
  Task<bool> read_exact(uint64_t count, Sink sink, std::chrono::milliseconds progress);
  // For small counts: appends to `out`.
  Task<bool> read_exact(size_t count, std::string& out, Deadline deadline);

  // Bytes read ahead: not 0 means that the client pipelines. After STARTTLS these are plain text that must not be used: discard().
  size_t buffered() const { return end_ - begin_; }
  std::string_view buffered_bytes() const { return {buffer_.get() + begin_, buffered()}; }
  void discard();

 private:
  // Adds to an empty buffer; false at the end of the stream.
  Task<bool> fill(Deadline deadline);
  // Moves bytes into `line` up to its end; true when it is finished.
  bool take_line(Line& line, size_t most);

  Stream& stream_;
  LineEnds ends_;
  LineLimits limits_;
  std::unique_ptr<char[]> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace net
