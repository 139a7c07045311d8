#pragma once
// The client side of SMTP (RFC 5321): one connection to one server, and the messages sent over it one after the other.
//
//   open() ─► [start_tls() ─► the caller looks at the certificate ─► hello()] ─► [sign_in()] ─► send() ... ─► quit()
//
// Nothing here throws for what the server does or fails to do: each step returns nullopt, or what went wrong as an Outcome of extent
// kDestination. After that the client is good for nothing but its destruction, unless usable().

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/line_reader.h"
#include "net/stream.h"
#include "net/tls.h"
#include "queue/transport.h"
#include "smtp/client_message.h"
#include "smtp/client_reply.h"

namespace smtp {

using namespace std::chrono_literals;

// Time-outs are for one reply, or one write; RFC 5321 4.5.3.2.
struct ClientLimits {
  RemoteReplyLimits reply;
  size_t pipelined_commands = 64;     // sent before their replies are read, so that neither side blocks on the other (RFC 2920 3.1)
  size_t pipelined_bytes = 8 * 1024;  // likewise
  size_t piece = 64 * 1024;           // bytes of a message in one write
  std::chrono::milliseconds greeting = 5min;
  std::chrono::milliseconds hello = 5min;
  std::chrono::milliseconds tls = 1min;
  std::chrono::milliseconds sign_in = 2min;
  std::chrono::milliseconds mail = 5min;
  std::chrono::milliseconds rcpt = 5min;
  std::chrono::milliseconds data = 2min;
  std::chrono::milliseconds block = 3min;  // one piece of the message
  std::chrono::milliseconds end = 10min;   // the answer to the final dot
  std::chrono::milliseconds reset = 1min;
  std::chrono::milliseconds quit = 5s;
  std::chrono::milliseconds transaction = 1h;  // MAIL to the answer to the final dot
};

struct ClientSettings {
  std::string hello_name;  // after EHLO: our name or address literal
  MessageOptions message;
  ClientLimits limits;
};

// To sign in at a smarthost (RFC 4954).
struct Credentials {
  std::string user;
  std::string password;
  bool plaintext_without_tls = false;  // PLAIN and LOGIN outside TLS
};

class Client {
 public:
  using Failure = std::optional<queue::Outcome>;

  // `remote_name`: the host as DNS or the operator named it, for the record.
  Client(std::unique_ptr<net::Stream> stream, std::string remote_name, ClientSettings settings, const base::Clock& clock);

  // Greeting and hello(). A 5xx greeting is permanent, RFC 7504 included; another host of the same domain may say otherwise.
  net::Task<Failure> open();
  // EHLO, and HELO where that is not known.
  net::Task<Failure> hello();
  // STARTTLS and the handshake; hello() comes next. When the server refuses the command in good order the client stays usable() in plain
  // text. REQUIRES: extensions().start_tls.
  net::Task<Failure> start_tls(std::shared_ptr<net::TlsClientContext> context, std::string name);
  // TLS from the first byte (port 465); open() comes next.
  net::Task<Failure> begin_tls(std::shared_ptr<net::TlsClientContext> context, std::string name);
  // SCRAM-SHA-256, PLAIN or LOGIN, the best that is offered. Every failure is temporary: it is the operator's to repair, not the sender's.
  net::Task<Failure> sign_in(Credentials credentials);

  // One outcome for each recipient, in order. `batch` and `message` outlive the task. Recipients beyond the server's limit for one message
  // follow in further transactions (RFC 5321 4.5.3.1.10).
  net::Task<std::vector<queue::Outcome>> send(const queue::Batch& batch, std::string_view message);

  // Says goodbye and closes; for a client that is usable() and idle.
  net::Task<> quit();
  // At once: what is under way ends as a lost connection.
  void close();

  bool usable() const { return !broken_; }
  const Extensions& extensions() const { return extensions_; }
  const net::ConnectionInfo& info() const { return stream_->info(); }
  net::Executor executor() const { return stream_->executor(); }
  size_t transactions() const { return transactions_; }  // that reached MAIL

 private:
  struct Transaction;

  // client.cpp
  queue::Attempt attempt(queue::Phase phase) const;
  queue::Outcome outcome(const RemoteReply& reply, queue::Phase phase, queue::Extent extent) const;
  queue::Outcome fill(queue::Outcome own) const;
  Failure fail(const RemoteReply& reply, queue::Phase phase);  // as an outcome of extent kDestination
  void lose(queue::Phase phase, std::string reason);           // sets broken_
  // Code 0: broken_ says why. 421 is such a case.
  net::Task<RemoteReply> read_reply(queue::Phase phase, std::chrono::milliseconds timeout);
  net::Task<bool> write(std::string bytes, queue::Phase phase, std::chrono::milliseconds timeout);
  net::Task<RemoteReply> ask(std::string line, queue::Phase phase, std::chrono::milliseconds timeout);
  net::Task<Failure> handshake(std::shared_ptr<net::TlsClientContext> context, std::string name);
  net::Deadline deadline(std::chrono::milliseconds timeout) const;

  // client_sign_in.cpp
  net::Task<RemoteReply> sign_in_plain(const Credentials& credentials);
  net::Task<RemoteReply> sign_in_login(const Credentials& credentials);
  net::Task<RemoteReply> sign_in_scram(const Credentials& credentials);

  // client_send.cpp
  queue::Outcome refusal(const RemoteReply& reply, queue::Phase phase, queue::Extent extent);
  net::Task<> reset();
  net::Task<> transact(Transaction& transaction);
  net::Task<> send_envelope(Transaction& transaction, bool with_data);
  net::Task<> send_body(Transaction& transaction, bool data_sent);
  net::Task<> send_lone_dot();
  net::Task<> send_after_data(Transaction& transaction);
  net::Task<> send_chunk(Transaction& transaction);
  net::Task<> end_message(Transaction& transaction);
  void take_rcpt_reply(Transaction& transaction, size_t index, const RemoteReply& reply);
  void refuse_rest(Transaction& transaction, const queue::Outcome& outcome);

  const std::unique_ptr<net::Stream> stream_;
  const std::string remote_name_;
  const ClientSettings settings_;
  const ClientLimits& limits_;
  const base::Clock& clock_;
  net::LineReader reader_;
  Extensions extensions_;
  Failure broken_;
  net::Deadline until_ = net::Deadline::none();  // of the transaction
  bool dirty_ = false;                           // RSET is due before the next MAIL
  size_t transactions_ = 0;
};

}  // namespace smtp
