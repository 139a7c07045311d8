#include "smtp/dot_stuffing.h"

#include <algorithm>
#include <cstring>

namespace smtp {

void DotUnstuffer::put(std::string_view bytes, std::string& out) {
  const uint64_t room = limits_.message - std::min(limits_.message, size_);
  out.append(bytes.substr(0, static_cast<size_t>(std::min<uint64_t>(room, bytes.size()))));
  size_ += bytes.size();
}

// Bytes of a line up to its CR, which is left; most of a message passes here.
size_t DotUnstuffer::take_text(std::string_view bytes, std::string& out) {
  const auto* cr = static_cast<const char*>(std::memchr(bytes.data(), '\r', bytes.size()));
  const auto text = bytes.substr(0, cr ? static_cast<size_t>(cr - bytes.data()) : bytes.size());
  if (std::memchr(text.data(), '\n', text.size()) != nullptr) bare_ = true;
  line_ += text.size();
  if (line_ > limits_.line) long_line_ = true;
  put(text, out);
  return text.size();
}

// A byte where it decides something: at the start of a line, or after CR or a dot.
void DotUnstuffer::take_byte(char c, std::string& out) {
  switch (state_) {
    case State::kLineStart:
      if (c == '.') {
        state_ = State::kDot;  // the first dot of a line is never part of the message
        return;
      }
      break;
    case State::kDot:
      if (c == '\r') {
        state_ = State::kDotCr;
        return;
      }
      break;
    case State::kDotCr:
      if (c == '\n') {
        state_ = State::kEnd;
        return;
      }
      bare_ = true;
      put("\r", out);
      break;
    case State::kCr:
      if (c == '\n') {
        put("\r\n", out);
        line_ = 0;
        state_ = State::kLineStart;
        return;
      }
      bare_ = true;
      put("\r", out);
      break;
    case State::kInLine:
    case State::kEnd:
      break;
  }
  // An ordinary byte of a line.
  if (c == '\r') {
    state_ = State::kCr;
    return;
  }
  if (c == '\n') bare_ = true;
  ++line_;
  put({&c, 1}, out);
  state_ = State::kInLine;
}

size_t DotUnstuffer::feed(std::string_view bytes, std::string& out) {
  size_t taken = 0;
  while (taken < bytes.size() && state_ != State::kEnd) {
    if (state_ == State::kInLine && bytes[taken] != '\r') {
      taken += take_text(bytes.substr(taken), out);
    } else {
      take_byte(bytes[taken++], out);
    }
  }
  return taken;
}

bool has_bare_line_end(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const auto* lf = static_cast<const char*>(std::memchr(text.data() + at, '\n', text.size() - at));
    const size_t end = lf ? static_cast<size_t>(lf - text.data()) : text.size();
    // The one CR of a line is the byte before its LF.
    const auto* cr = static_cast<const char*>(std::memchr(text.data() + at, '\r', end - at));
    const bool crlf = lf != nullptr && cr != nullptr && cr + 1 == lf;
    if ((lf != nullptr || cr != nullptr) && !crlf) return true;
    at = end + 1;
  }
  return false;
}

void DotStuffer::next(size_t size, std::string& piece) {
  piece.clear();
  auto part = rest_.substr(0, size);
  rest_.remove_prefix(part.size());
  while (!part.empty()) {
    if (line_start_ && part.front() == '.') piece += '.';
    const auto line = part.substr(0, part.find('\n') + 1);  // npos + 1 is 0
    const auto taken = line.empty() ? part : line;
    piece += taken;
    line_start_ = taken.back() == '\n';
    part.remove_prefix(taken.size());
  }
  if (!rest_.empty()) return;
  piece += line_start_ ? ".\r\n" : "\r\n.\r\n";
  finished_ = true;
}

}  // namespace smtp
