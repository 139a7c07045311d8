#include "net/connection.h"

#include <array>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <vector>

#include "net/tls.h"

namespace net {

namespace {

constexpr size_t kTurnBytes = 256 * 1024;   // moved without a wait before other connections get their turn
constexpr size_t kOperationCost = 1024;     // counted for each move, however small
constexpr size_t kRecordBytes = 16 * 1024;  // RFC 8446 5.1

[[noreturn]] void throw_errno(std::ptrdiff_t result, const char* what) { throw IoError::from_errno(static_cast<int>(-result), what); }

// Removes the first `count` bytes from `parts`.
void advance(std::vector<std::string_view>& parts, size_t& first, size_t count) {
  while (first < parts.size() && count >= parts[first].size()) count -= parts[first++].size();
  if (first < parts.size()) parts[first].remove_prefix(count);
}

}  // namespace

Connection::Connection(Executor executor, std::unique_ptr<Transport> transport, ConnectionInfo info)
    : transport_(std::move(transport)), waiter_(std::make_shared<Waiter>(std::move(executor))), info_(std::move(info)) {}

Connection::~Connection() {
  close();
  waiter_->close();
}

void Connection::check_usable() {
  if (closed_) throw IoError(IoError::Kind::kClosed, "closed here");
  if (cancelled_) throw IoError(IoError::Kind::kCancelled, "cancelled");
}

Step Connection::try_read(std::span<char> buffer, size_t& count) {
  if (tls_) return tls_->read(buffer, count);
  const auto result = transport_->try_read(buffer);
  if (result == -EAGAIN) return Step::kWantRead;
  if (result < 0) throw_errno(result, "read");
  count = static_cast<size_t>(result);
  return result == 0 ? Step::kEnd : Step::kDone;
}

Step Connection::try_peek() {
  if (tls_) return tls_->peek();
  const auto result = transport_->try_peek();
  if (result == -EAGAIN) return Step::kWantRead;
  if (result < 0) throw_errno(result, "read");
  return result == 0 ? Step::kEnd : Step::kDone;
}

Step Connection::try_write(std::span<const std::string_view> parts, size_t& count) {
  if (tls_) return tls_->write(parts.front(), count);
  const auto result = transport_->try_write(parts);
  if (result == -EAGAIN) return Step::kWantWrite;
  if (result < 0) throw_errno(result, "write");
  count = static_cast<size_t>(result);
  return Step::kDone;
}

Task<Wake> Connection::wait_for(Step step, Deadline deadline, Notifier* notifier, bool idle) {
  waiter_->begin();
  transport_->arm(step == Step::kWantWrite ? Direction::kWrite : Direction::kRead, waiter_);
  idle_ = idle;
  moved_ = 0;
  const Wake wake = co_await waiter_->wait(deadline, notifier);
  idle_ = false;
  if (wake != Wake::kReady && !closed_) transport_->disarm();
  check_usable();
  co_return wake;
}

Task<> Connection::wait_ready(Step step, Deadline deadline) {
  const Wake wake = co_await wait_for(step, deadline, nullptr, false);
  if (wake == Wake::kTimeout) throw IoError(IoError::Kind::kTimeout, step == Step::kWantWrite ? "write" : "read");
}

bool Connection::turn_over(size_t moved) {
  moved_ += moved + kOperationCost;
  return moved_ >= kTurnBytes;
}

Task<> Connection::take_turn(size_t moved) {
  if (!turn_over(moved)) co_return;
  moved_ = 0;
  co_await boost::asio::post(waiter_->executor(), boost::asio::use_awaitable);
  check_usable();
}

Task<size_t> Connection::read_some(std::span<char> buffer, Deadline deadline) {
  for (;;) {
    check_usable();
    size_t count = 0;
    const Step step = try_read(buffer, count);
    if (step == Step::kEnd) co_return 0;
    if (step == Step::kDone) {
      co_await take_turn(count);
      co_return count;
    }
    co_await wait_ready(step, deadline);
  }
}

Task<WaitResult> Connection::wait_input(Deadline deadline, Notifier* notifier) {
  for (;;) {
    check_usable();
    const Step step = try_peek();
    if (step == Step::kDone || step == Step::kEnd) co_return WaitResult::kReadable;
    if (stopping_) co_return WaitResult::kStopping;
    const Wake wake = co_await wait_for(step, deadline, notifier, true);
    if (wake == Wake::kTimeout) co_return WaitResult::kTimeout;
    if (wake == Wake::kNotified) {
      notifier->take();
      co_return WaitResult::kNotified;
    }
  }
}

Task<> Connection::wait_readable(Deadline deadline) {
  for (;;) {
    check_usable();
    const Step step = try_peek();
    if (step == Step::kDone || step == Step::kEnd) co_return;
    co_await wait_ready(step, deadline);
  }
}

Task<> Connection::write(std::string_view all, Deadline deadline) {
  while (!all.empty()) {
    check_usable();
    size_t count = 0;
    const Step step = try_write({&all, 1}, count);
    if (step == Step::kEnd) throw IoError(IoError::Kind::kClosed, "write");
    if (step == Step::kDone) {
      all.remove_prefix(count);
      co_await take_turn(count);
    } else {
      co_await wait_ready(step, deadline);
    }
  }
}

Task<> Connection::write(std::span<const std::string_view> parts, Deadline deadline) {
  std::vector<std::string_view> rest;
  size_t total = 0;
  for (const auto& part : parts) {
    if (!part.empty()) rest.push_back(part);
    total += part.size();
  }
  if (tls_ && total <= kRecordBytes) {
    std::string joined;  // one record, one packet
    joined.reserve(total);
    for (const auto& part : rest) joined += part;
    co_await write(std::string_view(joined), deadline);
    co_return;
  }
  for (size_t first = 0; first < rest.size();) {
    check_usable();
    size_t count = 0;
    const Step step = try_write(std::span(rest).subspan(first), count);
    if (step == Step::kEnd) throw IoError(IoError::Kind::kClosed, "write");
    if (step == Step::kDone) {
      advance(rest, first, count);
      co_await take_turn(count);
    } else {
      co_await wait_ready(step, deadline);
    }
  }
}

Task<> Connection::shutdown(Deadline deadline) {
  check_usable();
  while (tls_) {
    const Step step = tls_->say_goodbye();
    if (step == Step::kDone || step == Step::kEnd) break;
    co_await wait_ready(step, deadline);
  }
  transport_->shutdown_write();
}

void Connection::close() {
  if (std::exchange(closed_, true)) return;
  transport_->close();
}

void Connection::cancel() {
  cancelled_ = true;
  waiter_->post_wake(waiter_->ticket(), Wake::kCancelled);
}

void Connection::interrupt() {
  stopping_ = true;
  if (idle_) waiter_->post_wake(waiter_->ticket(), Wake::kStopping);
}

Task<> Connection::handshake(Deadline deadline) {
  for (;;) {
    check_usable();
    const Step step = tls_->handshake();
    if (step == Step::kDone) break;
    co_await wait_ready(step, deadline);
  }
  tls_->describe(info_);
}

Task<> Connection::start_tls(TlsContext& context, Deadline deadline) {
  auto set = context.current();
  SSL* ssl = TlsContext::new_session(*set);
  tls_ = std::make_unique<TlsSession>(ssl, std::move(set), *transport_);
  return handshake(deadline);
}

Task<> Connection::start_tls(TlsClientContext& context, std::string name, Deadline deadline) {
  SSL* ssl = context.new_session(name);
  tls_ = std::make_unique<TlsSession>(ssl, context.native(), *transport_);
  return handshake(deadline);
}

std::string Connection::channel_binding(ChannelBinding type) { return tls_ ? tls_->channel_binding(type) : std::string(); }

}  // namespace net
