#include "net/line_reader.h"

#include <algorithm>
#include <utility>

namespace net {

namespace {

// Appends as much as the limit leaves room for. A CR that may belong to the line's end does not count.
void append_limited(Line& line, std::string_view piece, size_t most) {
  const size_t room = most + 1 - std::min(most + 1, line.text.size());
  line.text += piece.substr(0, room);
  if (piece.size() > room) line.status = Line::Status::kTooLong;
}

// The LF has been seen and `line` holds what came before it.
void finish_line(Line& line, bool had_cr, LineEnds ends, size_t most) {
  if (had_cr && line.status != Line::Status::kTooLong) line.text.pop_back();
  if (line.text.size() > most) line.status = Line::Status::kTooLong;
  if (line.text.size() > most) line.text.resize(most);
  if (line.status == Line::Status::kTooLong || ends == LineEnds::kLenient) return;
  if (line.text.find('\r') != std::string::npos) line.status = Line::Status::kBareCr;
  if (!had_cr) line.status = Line::Status::kBareLf;
}

}  // namespace

LineReader::LineReader(Stream& stream, LineEnds ends, LineLimits limits) : stream_(stream), ends_(ends), limits_(limits) {}

void LineReader::consume(size_t count) {
  begin_ += std::min(count, buffered());
  if (begin_ == end_) begin_ = end_ = 0;
}

void LineReader::discard() {
  begin_ = end_ = 0;
  buffer_.reset();
}

Task<bool> LineReader::fill(Deadline deadline) {
  buffer_.reset();
  co_await stream_.wait_readable(deadline);
  buffer_ = std::make_unique_for_overwrite<char[]>(limits_.buffer_bytes);
  const std::span<char> room(buffer_.get(), limits_.buffer_bytes);
  end_ = co_await stream_.read_some(room, deadline);
  co_return end_ != 0;
}

bool LineReader::take_line(Line& line, size_t most) {
  const auto bytes = buffered_bytes();
  const size_t lf = bytes.find('\n');
  const auto piece = bytes.substr(0, lf);
  const char last = !piece.empty() ? piece.back() : !line.text.empty() ? line.text.back() : '\0';
  append_limited(line, piece, most);
  if (lf == std::string_view::npos) {
    consume(bytes.size());
    return false;
  }
  finish_line(line, last == '\r', ends_, most);
  consume(lf + 1);
  return true;
}

Task<Line> LineReader::read_line(size_t most, Deadline deadline) {
  Line line;
  for (;;) {
    bool more = true;
    if (buffered() == 0) more = co_await fill(deadline);
    if (!more) {
      line.status = Line::Status::kEnd;
      line.text.resize(std::min(line.text.size(), most));
      co_return line;
    }
    if (take_line(line, most)) co_return line;
  }
}

Task<Line> LineReader::read_command(size_t most, Deadline deadline) {
  const WaitResult result = co_await wait_input(deadline, nullptr);
  if (result == WaitResult::kTimeout) throw IoError(IoError::Kind::kTimeout, "idle");
  if (result == WaitResult::kStopping) throw IoError(IoError::Kind::kStopping, "shutdown");
  Line line = co_await read_line(most, deadline);
  co_return line;
}

Task<WaitResult> LineReader::wait_input(Deadline deadline, Notifier* notifier) {
  if (buffered() != 0) co_return WaitResult::kReadable;
  buffer_.reset();
  const WaitResult result = co_await stream_.wait_input(deadline, notifier);
  co_return result;
}

Task<std::string_view> LineReader::peek(Deadline deadline) {
  if (buffered() == 0) co_await fill(deadline);
  co_return buffered_bytes();
}

Task<bool> LineReader::read_exact(uint64_t count, Sink sink, std::chrono::milliseconds progress) {
  while (count > 0) {
    const std::string_view bytes = co_await peek(Deadline::after(progress));
    if (bytes.empty()) co_return false;
    const auto piece = bytes.substr(0, static_cast<size_t>(std::min<uint64_t>(count, bytes.size())));
    sink(piece);
    count -= piece.size();
    consume(piece.size());
  }
  co_return true;
}

Task<bool> LineReader::read_exact(size_t count, std::string& out, Deadline deadline) {
  while (count > 0) {
    const std::string_view bytes = co_await peek(deadline);
    if (bytes.empty()) co_return false;
    const auto piece = bytes.substr(0, std::min(count, bytes.size()));
    out += piece;
    count -= piece.size();
    consume(piece.size());
  }
  co_return true;
}

}  // namespace net
