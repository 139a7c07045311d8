#include "smtp/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/log.h"
#include "base/metrics.h"
#include "base/text.h"
#include "smtp/session.h"

namespace smtp {

namespace {

constexpr uint8_t kAnyState = kNew | kReady | kSender | kRecipients | kChunks;
constexpr uint8_t kAfterHello = kReady | kSender | kRecipients | kChunks;
enum Modes : uint8_t { kMx = 1, kLmtp = 2, kSubmission = 4, kAll = 7 };
enum class Argument { kNone, kAny, kSome };

struct Row {
  Verb verb;
  uint8_t modes;  // Modes
  uint8_t states;
  Argument argument;
  net::Task<> (Session::*run)(std::string_view argument);
  std::string_view order;  // what to do first, for 503
};

constexpr std::string_view kHelloFirst = "say hello first";

// The commands. BDAT is taken in every state, because its bytes must be read whatever becomes of them.
constexpr Row kCommands[] = {
    {Verb::kHelo, kMx | kSubmission, kAnyState, Argument::kSome, &Session::helo, ""},
    {Verb::kEhlo, kMx | kSubmission, kAnyState, Argument::kSome, &Session::ehlo, ""},
    {Verb::kLhlo, kLmtp, kAnyState, Argument::kSome, &Session::ehlo, ""},
    {Verb::kMail, kAll, kReady, Argument::kSome, &Session::mail, "a message is in progress, RSET gives it up"},
    {Verb::kRcpt, kAll, kSender | kRecipients, Argument::kSome, &Session::rcpt, "MAIL comes first"},
    {Verb::kData, kAll, kRecipients, Argument::kNone, &Session::data, "no valid recipients"},
    {Verb::kBdat, kAll, kAnyState, Argument::kSome, &Session::bdat, ""},
    {Verb::kRset, kAll, kAnyState, Argument::kNone, &Session::rset, ""},
    {Verb::kNoop, kAll, kAnyState, Argument::kAny, &Session::noop, ""},
    {Verb::kQuit, kAll, kAnyState, Argument::kNone, &Session::quit, ""},
    {Verb::kVrfy, kAll, kAnyState, Argument::kSome, &Session::vrfy, ""},
    {Verb::kHelp, kAll, kAnyState, Argument::kAny, &Session::help, ""},
    {Verb::kStartTls, kAll, kAfterHello, Argument::kNone, &Session::start_tls, ""},
    {Verb::kExpn, kAll, kAnyState, Argument::kAny, &Session::not_offered, ""},
    {Verb::kAuth, kSubmission, kReady, Argument::kSome, &Session::auth, kHelloFirst},
    {Verb::kAuth, kMx | kLmtp, kAnyState, Argument::kAny, &Session::not_offered, ""},
    {Verb::kEtrn, kAll, kAnyState, Argument::kAny, &Session::not_offered, ""},
    {Verb::kForeign, kAll, kAnyState, Argument::kAny, &Session::foreign, ""},
};

const Row* find_row(Verb verb, Mode mode) {
  const auto wanted = mode == Mode::kLmtp ? kLmtp : mode == Mode::kSubmission ? kSubmission : kMx;
  const auto row = std::ranges::find_if(kCommands, [&](const Row& r) { return r.verb == verb && (r.modes & wanted) != 0; });
  return row == std::end(kCommands) ? nullptr : row;
}

delivery::Peer peer_of(const net::ConnectionInfo& info) {
  delivery::Peer peer;
  peer.tls_version = info.tls_version;
  peer.tls_cipher = info.tls_cipher;
  if (info.peer.is_unix) {
    peer.address = "unix";
    return peer;
  }
  peer.address = info.peer.address.to_string();
  peer.literal = info.peer.address.is_v6() ? fmt::format("[IPv6:{}]", peer.address) : fmt::format("[{}]", peer.address);
  return peer;
}

prometheus::Counter& session_counter(Mode mode) {
  const auto make = [](Mode m) { return &base::counter("posthouse_smtp_sessions_total", "Sessions begun", {{"protocol", to_string(m)}}); };
  static const std::array counters = {make(Mode::kSmtp), make(Mode::kLmtp), make(Mode::kSubmission)};
  return *counters[static_cast<size_t>(mode)];
}

prometheus::Counter& error_counter() {
  static auto& counter = base::counter("posthouse_smtp_errors_total", "Commands answered with an error, other than RCPT");
  return counter;
}

}  // namespace

net::Task<> serve(std::unique_ptr<net::Stream> stream, const Services& services, Mode mode) {
  session_counter(mode).Increment();
  Session session(std::move(stream), services, mode);
  co_await session.run();
}

Session::Session(std::unique_ptr<net::Stream> stream, const Services& services, Mode mode)
    : stream_(std::move(stream)),
      services_(services),
      limits_(services.limits),
      mode_(mode),
      session_deadline_(net::Deadline::after(services.limits.session_timeout)),
      reader_(*stream_, net::LineEnds::kStrict, net::LineLimits{.buffer_bytes = 32 * 1024}),
      peer_(peer_of(stream_->info())) {}

// --- a session from beginning to end ---

net::Task<> Session::run() {
  bool write_last_reply = true;
  try {
    co_await converse();
  } catch (const net::IoError& error) {
    using Kind = net::IoError::Kind;
    write_last_reply = error.kind() == Kind::kTimeout || error.kind() == Kind::kStopping;
    if (error.kind() == Kind::kTimeout) cut({421, "4.4.2", "timeout, closing"});
    if (error.kind() == Kind::kStopping) cut({421, "4.3.2", "shutting down, try again later"});
    base::log(base::LogLevel::kDebug, "session ended", {{"protocol", to_string(mode_)}, {"peer", peer_.address}, {"cause", error.what()}});
  } catch (const base::Failure& failure) {
    cut({421, "4.3.0", "internal error, closing"});
    base::log_error("session failed", {{"protocol", to_string(mode_)}, {"peer", peer_.address}, {"cause", failure.what()}});
  }
  if (write_last_reply) co_await say_goodbye();
  stream_->close();
}

net::Task<> Session::converse() {
  co_await greet();
  while (end_ == End::kNone) co_await next_command();
}

// RFC 5321 3.1 and 4.3.1: the server speaks first. Who does not wait is a machine that does not listen either.
net::Task<> Session::greet() {
  const net::Deadline now = net::Deadline::after(std::chrono::milliseconds(0));
  const net::WaitResult early = co_await stream_->wait_input(now, nullptr);
  if (early == net::WaitResult::kStopping) {
    cut({421, "4.3.2", "shutting down, try again later"});
  } else if (early == net::WaitResult::kReadable) {
    cut({554, "5.5.1", "you spoke before the greeting"});
  } else {
    reply(220, "", fmt::format("{} {} Posthouse", services_.hostname, mode_ == Mode::kLmtp ? "LMTP" : "ESMTP"));
  }
}

net::Task<> Session::next_command() {
  const bool whole_line_waits = reader_.buffered_bytes().find('\n') != std::string_view::npos;
  if (!whole_line_waits || out_.size() > 32 * 1024) co_await flush();
  const net::Deadline until = deadline(limits_.command_timeout);
  // RFC 4954 4: a command with a response in it may have 12,288 bytes.
  const size_t most = mode_ == Mode::kSubmission ? std::max(limits_.line, kSaslLine) : limits_.line;
  const net::Line line = co_await reader_.read_command(most, until);
  switch (line.status) {
    case net::Line::Status::kComplete:
      co_await execute(line.text);
      break;
    case net::Line::Status::kTooLong:
      refuse({500, "5.5.2", "line too long"});
      break;
    case net::Line::Status::kBareLf:
    case net::Line::Status::kBareCr:
      refuse({500, "5.5.2", "lines end with CR LF"});  // RFC 5321 2.3.8
      break;
    case net::Line::Status::kEnd:
      end_ = End::kPeer;
      break;
  }
}

net::Task<> Session::execute(std::string_view line) {
  if (base::log_enabled(base::LogLevel::kTrace))
    base::log(base::LogLevel::kTrace, "command", {{"peer", peer_.address}, {"line", base::printable(line)}});
  const Command command = parse_command(line);
  const Row* row = find_row(command.verb, mode_);
  if (row == nullptr) {
    refuse({500, "5.5.1", "unknown command"});
  } else if ((row->states & state_) == 0) {
    refuse({503, "5.5.1", std::string(state_ == kNew ? kHelloFirst : state_ == kChunks ? "BDAT LAST comes first" : row->order)});
  } else if (row->argument == Argument::kNone && !command.argument.empty()) {
    refuse({501, "5.5.4", "no argument wanted"});
  } else if (row->argument == Argument::kSome && command.argument.empty()) {
    refuse({501, "5.5.4", "an argument is wanted"});
  } else {
    co_await (this->*row->run)(command.argument);
  }
}

net::Task<> Session::say_goodbye() {
  try {
    co_await flush();
    if (end_ == End::kCut) co_await linger();
  } catch (const net::IoError&) {
    // The peer did not wait for our last words.
  }
}

// A socket closed with unread input resets the connection, and the peer would lose the last reply.
net::Task<> Session::linger() {
  const net::Deadline until = net::Deadline::after(limits_.linger);
  co_await stream_->shutdown(until);
  std::array<char, 4096> rest;
  for (size_t i = 0; i < 256; ++i) {
    const std::span<char> room(rest);
    const size_t count = co_await stream_->read_some(room, until);
    if (count == 0) break;
  }
}

net::Task<> Session::flush() {
  if (out_.empty()) co_return;
  const std::string now = std::exchange(out_, {});
  const std::string_view bytes = now;
  const net::Deadline until = net::Deadline::after(limits_.write_timeout);
  co_await stream_->write(bytes, until);
}

net::Deadline Session::deadline(std::chrono::milliseconds timeout) const {
  const net::Deadline step = net::Deadline::after(timeout);
  return step.when() < session_deadline_.when() ? step : session_deadline_;
}

void Session::cut(const Reply& r) {
  reply(r);
  end_ = End::kCut;
}

void Session::refuse(const Reply& r) {
  reply(r);
  error_counter().Increment();
  if (++errors_ >= limits_.errors && end_ == End::kNone) cut({421, "4.7.0", "too many errors"});
}

void Session::count_idle_command() {
  if (++idle_commands_ >= limits_.idle_commands) cut({421, "4.7.0", "too many commands without a message"});
}

void Session::reset_transaction() {
  message_ = {};
  if (state_ != kNew) state_ = kReady;
}

// --- the commands ---

// RFC 5321 4.1.1.1; a second hello ends the message in progress (4.1.4).
bool Session::greeted(std::string_view argument, bool extended) {
  auto name = parse_helo(argument);
  if (const auto* refused = std::get_if<Reply>(&name)) {
    refuse(*refused);
    return false;
  }
  peer_.helo = std::get<std::string>(std::move(name));
  peer_.extended = extended;
  state_ = kReady;
  reset_transaction();
  count_idle_command();
  return end_ == End::kNone;
}

net::Task<> Session::helo(std::string_view argument) {
  if (greeted(argument, false)) reply(250, "", services_.hostname);
  co_return;
}

net::Task<> Session::ehlo(std::string_view argument) {
  if (!greeted(argument, true)) co_return;
  std::string text = fmt::format("{} greets {}\nPIPELINING\nSIZE {}\n8BITMIME\nBINARYMIME\nCHUNKING\nSMTPUTF8\nENHANCEDSTATUSCODES\nDSN\n",
                                 services_.hostname, peer_.helo, limits_.message_size);
  text += fmt::format("LIMITS MAILMAX={} RCPTMAX={}\n", limits_.messages, limits_.recipients);  // RFC 9422 3
  if (mode_ == Mode::kSubmission) text += submission_extensions();
  if (services_.tls != nullptr && !stream_->info().tls) text += "STARTTLS\n";
  text += "HELP";
  reply(250, "", text);
}

net::Task<> Session::mail(std::string_view argument) {
  auto parsed = parse_mail(argument);
  if (const auto* refused = std::get_if<Reply>(&parsed)) {
    refuse(*refused);
    co_return;
  }
  auto& mail = std::get<Mail>(parsed);
  const auto not_allowed = check_sender(mail.envelope);
  if (messages_ >= limits_.messages) {
    cut({421, "4.5.3", "too many messages in one session"});
  } else if (not_allowed) {
    refuse(*not_allowed);
  } else if (mail.envelope.declared_size.value_or(0) > limits_.message_size) {
    refuse({552, "5.3.4", "the message is too large"});  // RFC 1870 6.1
  } else if (mail.non_ascii && !mail.envelope.smtputf8) {
    refuse({550, "5.6.7", "a non-ASCII address needs SMTPUTF8"});  // RFC 6531 3.5
  } else {
    message_.envelope = std::move(mail.envelope);
    state_ = kSender;
    reply(250, "2.1.0", "sender ok");
  }
}

net::Task<> Session::rset(std::string_view) {
  reset_transaction();
  reply(250, "2.0.0", "ok");
  count_idle_command();
  co_return;
}

net::Task<> Session::noop(std::string_view) {
  reply(250, "2.0.0", "ok");
  count_idle_command();
  co_return;
}

net::Task<> Session::quit(std::string_view) {
  reply(221, "2.0.0", "bye");
  end_ = End::kQuit;
  co_return;
}

// RFC 5321 3.5.3: neither confirms nor denies, so that nobody collects addresses.
net::Task<> Session::vrfy(std::string_view) {
  reply(252, "2.5.2", "send mail and see");
  count_idle_command();
  co_return;
}

net::Task<> Session::help(std::string_view) {
  reply(214, "2.0.0", "commands are those of RFC 5321 and the extensions that EHLO lists");
  count_idle_command();
  co_return;
}

// RFC 3207 4.2: what was said before is forgotten, and what was sent before the handshake is not read as if it had come after it.
net::Task<> Session::start_tls(std::string_view) {
  if (stream_->info().tls) {
    refuse({503, "5.5.1", "TLS is on already"});
    co_return;
  }
  if (services_.tls == nullptr) {
    refuse({502, "5.5.1", "TLS is not offered"});
    co_return;
  }
  reply(220, "2.0.0", "begin TLS");
  co_await flush();
  reader_.discard();
  const net::Deadline until = deadline(limits_.tls_timeout);
  co_await stream_->start_tls(*services_.tls, until);
  peer_ = peer_of(stream_->info());
  state_ = kNew;
  member_ = nullptr;
  reset_transaction();
}

net::Task<> Session::not_offered(std::string_view) {
  refuse({502, "5.5.1", "not offered here"});
  co_return;
}

// A web browser can be made to post to this port; its body must not be read as commands.
net::Task<> Session::foreign(std::string_view) {
  cut({554, "5.5.1", "this is not a web server"});
  co_return;
}

}  // namespace smtp
