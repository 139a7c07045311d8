#include "transcript/client.h"

#include <chrono>

#include "transcript/script.h"

namespace transcript {
namespace {

// Real time. Nothing a transcript asks for takes a second; the rest is room for a busy machine under the sanitizers.
net::Deadline guard() { return net::Deadline::after(std::chrono::seconds(20)); }

}  // namespace

net::Task<> Client::send(std::string bytes) {
  if (!stream_) throw Failed("the client has closed this connection");
  co_await stream_->write(bytes, guard());
}

net::Task<std::optional<std::string>> Client::line() {
  if (!stream_) throw Failed("the client has closed this connection");
  size_t end;
  while ((end = unread_.find("\r\n")) == std::string::npos) {
    if (ended_) co_return std::nullopt;
    char buffer[16 * 1024];
    const size_t count = co_await stream_->read_some(buffer, guard());
    if (count == 0) ended_ = true;
    unread_.append(buffer, count);
  }
  std::string line = unread_.substr(0, end);
  unread_.erase(0, end + 2);
  co_return line;
}

net::Task<> Client::start_tls(net::TlsClientContext& context) {
  if (!stream_) throw Failed("the client has closed this connection");
  if (!unread_.empty()) throw Failed("bytes before the TLS handshake that no S: line took");
  co_await stream_->start_tls(context, "localhost", guard());
}

}  // namespace transcript
