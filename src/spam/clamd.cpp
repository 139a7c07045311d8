#include "spam/clamd.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "net/tcp_stream.h"

namespace spam {

namespace {

using Kind = ClamdResult::Kind;

ClamdResult unavailable(std::string cause) { return {Kind::kUnavailable, {}, std::move(cause)}; }

// The length in network order that precedes each chunk; zero ends the stream.
std::array<char, 4> chunk_length(size_t size) {
  return {static_cast<char>(size >> 24), static_cast<char>(size >> 16), static_cast<char>(size >> 8), static_cast<char>(size)};
}

// A reply ends with NUL (the z form of the command), or with the connection.
net::Task<std::string> read_reply(net::Stream& stream, size_t most, net::Deadline deadline) {
  std::string reply;
  std::array<char, 512> buffer;
  while (reply.size() < most && reply.find('\0') == std::string::npos) {
    const std::span<char> space(buffer);
    const size_t count = co_await stream.read_some(space, deadline);
    if (count == 0) break;
    reply.append(buffer.data(), count);
  }
  co_return reply.substr(0, std::min(most, reply.find('\0')));
}

net::Task<> send_chunks(net::Stream& stream, ClamdSettings settings, std::string_view message, net::Deadline deadline) {
  constexpr std::string_view kCommand("zINSTREAM\0", 10);
  co_await stream.write(kCommand, deadline);
  const size_t chunk = std::clamp<size_t>(settings.chunk_bytes, 1, 1u << 24);
  for (size_t at = 0; at < message.size(); at += chunk) {
    const auto piece = message.substr(at, chunk);
    const auto length = chunk_length(piece.size());
    const std::array<std::string_view, 2> parts{std::string_view(length.data(), length.size()), piece};
    const std::span<const std::string_view> all(parts);
    co_await stream.write(all, deadline);
    // An answer before the end is "size limit exceeded", and the connection goes with it: writing on would lose the answer.
    const auto now = net::Deadline::after(std::chrono::seconds(0));
    const auto answered = co_await stream.wait_input(now, nullptr);
    if (answered == net::WaitResult::kReadable) co_return;
  }
  const auto end = chunk_length(0);
  const std::string_view last(end.data(), end.size());
  co_await stream.write(last, deadline);
}

// nullopt: clamd closed the connection while it was being sent to.
net::Task<std::optional<ClamdResult>> try_scan(net::Stream& stream, ClamdSettings settings, std::string_view message,
                                               net::Deadline deadline) {
  bool cut = false;
  try {
    co_await send_chunks(stream, settings, message, deadline);
  } catch (const net::IoError& error) {
    if (error.kind() != net::IoError::Kind::kClosed) throw;
    cut = true;
  }
  if (cut) co_return std::nullopt;
  const auto reply = co_await read_reply(stream, settings.reply_bytes, deadline);
  co_return read_clamd_reply(reply);
}

net::Task<ClamdResult> connect_and_ping(ClamdSettings settings) {
  const auto deadline = net::Deadline::after(settings.timeout);
  auto stream = co_await net::connect(settings.address, deadline);
  constexpr std::string_view kCommand("zPING\0", 6);
  co_await stream->write(kCommand, deadline);
  const auto reply = co_await read_reply(*stream, settings.reply_bytes, deadline);
  if (reply != "PONG") co_return unavailable("clamd answered PING with \"" + base::printable(reply) + "\"");
  co_return ClamdResult{Kind::kClean, {}, {}};
}

// clamd reads a stream to its end unless it is too long. So one that hangs up in the middle and is well has said "too large", even when its
// answer was lost with the connection.
net::Task<ClamdResult> connect_and_scan(ClamdSettings settings, std::string_view message) {
  const auto deadline = net::Deadline::after(settings.timeout);
  auto stream = co_await net::connect(settings.address, deadline);
  auto result = co_await try_scan(*stream, settings, message, deadline);
  if (result) co_return std::move(*result);
  stream->close();
  auto alive = co_await connect_and_ping(settings);
  if (alive.kind == Kind::kClean) alive.kind = Kind::kTooLarge;
  co_return alive;
}

// The task's result, with what the network did as kUnavailable.
net::Task<ClamdResult> guarded(net::Task<ClamdResult> task) {
  std::string cause;
  try {
    auto result = co_await std::move(task);
    co_return result;
  } catch (const net::IoError& error) {
    cause = std::string(net::to_string(error.kind())) + ": " + error.what();
  }
  co_return unavailable(std::move(cause));
}

}  // namespace

ClamdResult read_clamd_reply(std::string_view reply) {
  reply = base::trim(reply);
  if (reply.ends_with("size limit exceeded. ERROR")) return {Kind::kTooLarge, {}, {}};
  constexpr std::string_view kFound = " FOUND", kStream = "stream: ";
  if (reply.ends_with(kFound)) {
    reply.remove_suffix(kFound.size());
    if (reply.starts_with(kStream)) reply.remove_prefix(kStream.size());
    return {Kind::kInfected, base::printable(base::trim(reply), 200), {}};
  }
  if (reply == "stream: OK") return {Kind::kClean, {}, {}};
  if (reply.empty()) return unavailable("clamd closed the connection without an answer");
  return unavailable("clamd answered \"" + base::printable(reply) + "\"");
}

net::Task<ClamdResult> scan_over(net::Stream& stream, ClamdSettings settings, std::string_view message, net::Deadline deadline) {
  if (message.size() > settings.message_bytes) co_return ClamdResult{Kind::kTooLarge, {}, {}};
  auto result = co_await try_scan(stream, settings, message, deadline);
  if (!result) co_return unavailable("clamd closed the connection while it was being sent to");
  co_return std::move(*result);
}

net::Task<ClamdResult> scan_for_viruses(ClamdSettings settings, std::string_view message) {
  if (message.size() > settings.message_bytes) co_return ClamdResult{Kind::kTooLarge, {}, {}};
  auto result = co_await guarded(connect_and_scan(std::move(settings), message));
  co_return result;
}

net::Task<ClamdResult> ping_clamd(ClamdSettings settings) {
  auto result = co_await guarded(connect_and_ping(std::move(settings)));
  co_return result;
}

}  // namespace spam
