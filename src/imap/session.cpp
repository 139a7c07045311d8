#include "imap/session.h"

#include <span>

namespace imap {

namespace {
constexpr size_t kSendAt = 64 * 1024;
constexpr size_t kReadAhead = 32 * 1024;
}  // namespace

bool UserSessions::enter(int64_t account_id, size_t most) {
  std::lock_guard lock(mutex_);
  size_t& count = counts_[account_id];
  if (count >= most) return false;
  ++count;
  return true;
}

void UserSessions::leave(int64_t account_id) {
  std::lock_guard lock(mutex_);
  auto it = counts_.find(account_id);
  if (it != counts_.end() && --it->second == 0) counts_.erase(it);
}

Session::Session(std::unique_ptr<net::Stream> owned, const Services& given)
    : stream(std::move(owned)),
      services(given),
      reader(*stream, net::LineEnds::kLenient, {.buffer_bytes = kReadAhead}),
      login_deadline(net::Deadline::after(given.limits.login_timeout)) {}

Session::~Session() {
  if (member) services.user_sessions.leave(member->account_id);
}

bool Session::may_send_password() const {
  const net::ConnectionInfo& info = stream->info();
  if (info.tls || services.options.allow_plaintext_login) return true;
  return services.options.plaintext_on_loopback && !info.proxied && info.peer.address.is_loopback();
}

net::Task<> Session::flush() {
  if (out.empty()) co_return;
  const std::string bytes = std::exchange(out, {});
  co_await stream->write(bytes, net::Deadline::after(limits().input_timeout));
}

net::Task<> Session::flush_some() {
  if (out.size() >= kSendAt) co_await flush();
}

net::Task<> Session::write(std::string bytes) {
  if (out.empty()) {
    co_await stream->write(bytes, net::Deadline::after(limits().input_timeout));
    co_return;
  }
  const std::string before = std::exchange(out, {});
  const std::string_view parts[] = {before, bytes};
  const std::span<const std::string_view> all(parts);
  co_await stream->write(all, net::Deadline::after(limits().input_timeout));
}

}  // namespace imap
