#pragma once
// A connection as sessions see it: bytes in, bytes out, TLS in place, and one await at a time. Made by net/tcp_stream.h, net/pipe_stream.h
// and net/listener.h.
//
// A stream lives on one loop: it is used, cancelled and destroyed there, by one coroutine. Only one await may be under way at a time.
// Every await throws IoError: kTimeout at the deadline, kCancelled after cancel(), kClosed on reset or after close(). After an exception
// the stream is only good for close().

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.h"
#include "net/deadline.h"
#include "net/task.h"

namespace net {

class Notifier;
class TlsContext;
class TlsClientContext;

// What a server showed in its handshake, for clients.
struct PeerCertificate {
  std::vector<std::string> chain;  // DER as sent, the server's own first; empty: none was sent
  long verified = 0;    // X509_V_OK, or OpenSSL's X509_V_ERR_ number; says something with TlsClientContext kRecord and kName only
  std::string problem;  // in words; empty for X509_V_OK
};

struct ConnectionInfo {
  Endpoint peer;   // the client; behind a trusted proxy, what the PROXY header says
  Endpoint local;  // likewise
  bool proxied = false;
  Endpoint proxy;  // when proxied: the proxy itself

  bool tls = false;
  std::string_view tls_version;                        // "TLSv1.3"; static text
  std::string_view tls_cipher;                         // "TLS_AES_256_GCM_SHA384"; static text
  std::string sni;                                     // the name the client asked for, if any
  std::shared_ptr<const PeerCertificate> certificate;  // null: no TLS, or we are the server. Shared: the info is copied freely
};

// What ended an idle wait.
enum class WaitResult {
  kReadable,  // bytes have come, or the end of the stream: read_some() will not block for long
  kNotified,  // the notifier was signalled; its signal is taken
  kTimeout,   // the deadline passed
  kStopping,  // the server shuts down (interrupt() was called): say goodbye and end
};

// Channel bindings, as SCRAM names them: "tls-exporter" (RFC 9266), "tls-unique" (TLS 1.2, RFC 5929 3), "tls-server-end-point" (RFC 5929
// 4).
enum class ChannelBinding { kTlsExporter, kTlsUnique, kTlsServerEndPoint };

class Stream {
 public:
  virtual ~Stream() = default;

  // At least one byte into `buffer`, or 0 at the end of the stream. REQUIRES: buffer is not empty.
  virtual Task<size_t> read_some(std::span<char> buffer, Deadline deadline) = 0;
  // Waits where the session is idle, without a buffer. `notifier` may be null. Never throws kTimeout: that is a result here.
  virtual Task<WaitResult> wait_input(Deadline deadline, Notifier* notifier) = 0;
  // Waits in the midst of something: returns at data or end of stream, does not end for a shutdown, throws kTimeout.
  virtual Task<> wait_readable(Deadline deadline) = 0;

  // Writes everything; the bytes stay the caller's until it returns.
  virtual Task<> write(std::string_view all, Deadline deadline) = 0;
  // The parts in order, in as few packets and TLS records as is cheap.
  virtual Task<> write(std::span<const std::string_view> parts, Deadline deadline) = 0;

  // Says that nothing more will be written (close_notify, FIN). Reading goes on.
  virtual Task<> shutdown(Deadline deadline) = 0;
  // At once, without ceremony; a pending await of another coroutine ends with kClosed.
  virtual void close() = 0;
  // A pending await ends with kCancelled; with none pending, the next one does. Same loop.
  virtual void cancel() = 0;
  // The server is shutting down: idle waits, now and later, end with kStopping. Same loop.
  virtual void interrupt() = 0;

  // Server and client side of the upgrade. Bytes that a reader above has buffered before the upgrade came in plain text: the caller must
  // discard them or refuse (RFC 3207 4.2, RFC 9051 6.2.1), never treat them as protected; see LineReader::buffered().
  // The client checks the certificate as its context says; `name` is sent as SNI and is the name that is checked.
  // Throws kTls with OpenSSL's reason as the cause. REQUIRES: not info().tls. The context may be dropped afterwards.
  virtual Task<> start_tls(TlsContext& context, Deadline deadline) = 0;
  virtual Task<> start_tls(TlsClientContext& context, std::string name, Deadline deadline) = 0;
  // The binding's bytes, or empty without TLS or where the version has none (tls-unique in TLS 1.3).
  virtual std::string channel_binding(ChannelBinding type) = 0;

  virtual const ConnectionInfo& info() const = 0;
  virtual Executor executor() const = 0;
};

// Client sent bytes, or `notifier` was signalled (IDLE: the mailbox changed), or the deadline passed, or the server stops.
inline Task<WaitResult> wait_readable_or(Stream& stream, Notifier& notifier, Deadline deadline) {
  return stream.wait_input(deadline, &notifier);
}

}  // namespace net
