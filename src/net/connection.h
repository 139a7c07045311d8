#pragma once
// The Stream over any Transport: tries the move first, and only when it would block waits for readiness, a deadline or a wake-up.
// TLS, once started, sits between the two. Inside net/ only.
//
// An idle connection holds this object, one Waiter and the suspended coroutines: no buffer.

#include <boost/intrusive/list.hpp>
#include <functional>

#include "net/stream.h"
#include "net/tls_session.h"
#include "net/transport.h"
#include "net/waiter.h"

namespace net {

// The hook by which a listener finds its connections; a connection leaves the list when it is destroyed.
using ConnectionHook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class Connection final : public Stream, public ConnectionHook {
 public:
  Connection(Executor executor, std::unique_ptr<Transport> transport, ConnectionInfo info);
  ~Connection() override;

  Task<size_t> read_some(std::span<char> buffer, Deadline deadline) override;
  Task<WaitResult> wait_input(Deadline deadline, Notifier* notifier) override;
  Task<> wait_readable(Deadline deadline) override;
  Task<> write(std::string_view all, Deadline deadline) override;
  Task<> write(std::span<const std::string_view> parts, Deadline deadline) override;
  Task<> shutdown(Deadline deadline) override;
  void close() override;
  void cancel() override;
  void interrupt() override;
  Task<> start_tls(TlsContext& context, Deadline deadline) override;
  Task<> start_tls(TlsClientContext& context, std::string name, Deadline deadline) override;
  std::string channel_binding(ChannelBinding type) override;
  const ConnectionInfo& info() const override { return info_; }
  Executor executor() const override { return waiter_->executor(); }

  // For the listener: what a PROXY header said, before the session begins.
  ConnectionInfo& mutable_info() { return info_; }

 private:
  // One attempt; kDone with `count` set, or what to wait for. Throws IoError.
  Step try_read(std::span<char> buffer, size_t& count);
  Step try_peek();
  Step try_write(std::span<const std::string_view> parts, size_t& count);
  void check_usable();
  // Waits for the step's direction; only a wake-up of kReady, kNotified or kTimeout returns.
  Task<Wake> wait_for(Step step, Deadline deadline, Notifier* notifier, bool idle);
  // The same where only readiness is good.
  Task<> wait_ready(Step step, Deadline deadline);
  // Lets the loop's other connections run when this one has never had to wait for long.
  Task<> take_turn(size_t moved);
  bool turn_over(size_t moved);
  Task<> handshake(Deadline deadline);

  std::unique_ptr<Transport> transport_;
  std::shared_ptr<Waiter> waiter_;  // shared: handlers under way may outlive the stream
  std::unique_ptr<TlsSession> tls_;
  ConnectionInfo info_;
  size_t moved_ = 0;  // bytes since the coroutine last gave way
  bool closed_ = false;
  bool cancelled_ = false;
  bool stopping_ = false;
  bool idle_ = false;  // a wait_input() is under way
};

}  // namespace net
