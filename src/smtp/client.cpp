#include "smtp/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace smtp {

using queue::Disposition;
using queue::Extent;
using queue::Outcome;
using queue::Phase;

namespace {

std::string describe(const net::IoError& error) {
  using Kind = net::IoError::Kind;
  switch (error.kind()) {
    case Kind::kTimeout:
      return "no answer in time";
    case Kind::kClosed:
      return "connection lost";
    default:
      return error.error().cause.empty() ? error.what() : error.error().cause;
  }
}

}  // namespace

Client::Client(std::unique_ptr<net::Stream> stream, std::string remote_name, ClientSettings settings, const base::Clock& clock)
    : stream_(std::move(stream)),
      remote_name_(std::move(remote_name)),
      settings_(std::move(settings)),
      limits_(settings_.limits),
      clock_(clock),
      reader_(*stream_, net::LineEnds::kLenient) {}

// --- outcomes ---

queue::Attempt Client::attempt(Phase phase) const {
  const auto& info = stream_->info();
  queue::Attempt attempt;
  attempt.remote_name = remote_name_;
  attempt.remote_address = info.peer.is_unix ? info.peer.unix_path : info.peer.address.to_string();
  attempt.local_address = info.local.is_unix ? info.local.unix_path : info.local.address.to_string();
  attempt.tls_version = info.tls_version;
  attempt.tls_cipher = info.tls_cipher;
  attempt.phase = phase;
  return attempt;
}

Outcome Client::fill(Outcome own) const {
  auto filled = attempt(own.attempt.phase);
  filled.enhanced = std::move(own.attempt.enhanced);
  filled.reason = std::move(own.attempt.reason);
  own.attempt = std::move(filled);
  return own;
}

Outcome Client::outcome(const RemoteReply& reply, Phase phase, Extent extent) const {
  Outcome result;
  result.extent = extent;
  result.attempt = attempt(phase);
  result.attempt.reply_code = reply.code;
  result.attempt.text = reply.text;
  result.attempt.enhanced = reply.enhanced.empty() ? fmt::format("{}.0.0", reply.kind()) : reply.enhanced;
  if (reply.positive()) {
    result.disposition = Disposition::kRelayed;
  } else if (reply.permanent()) {
    result.disposition = Disposition::kPermanent;
  } else {
    result.disposition = Disposition::kTemporary;
    if (!reply.temporary()) {
      result.attempt.enhanced = "4.5.0";
      result.attempt.reason = "the server gave a reply that does not belong here";
    }
  }
  return result;
}

Client::Failure Client::fail(const RemoteReply& reply, Phase phase) {
  if (reply.code == 0) return broken_;
  return outcome(reply, phase, Extent::kDestination);
}

void Client::lose(Phase phase, std::string reason) {
  if (broken_) return;
  broken_ = fill(own_outcome(Disposition::kTemporary, Extent::kDestination, phase, "4.4.2", std::move(reason)));
  broken_->attempt.cut_off = phase == Phase::kEnd;
  stream_->close();
}

// --- bytes ---

net::Deadline Client::deadline(std::chrono::milliseconds timeout) const {
  const auto step = net::Deadline::after(timeout);
  return step.when() < until_.when() ? step : until_;
}

net::Task<RemoteReply> Client::read_reply(Phase phase, std::chrono::milliseconds timeout) {
  if (broken_) co_return RemoteReply{};
  RemoteReplyParser parser(limits_.reply);
  const net::Deadline until = deadline(timeout);
  auto state = RemoteReplyParser::State::kMore;
  try {
    while (state == RemoteReplyParser::State::kMore) {
      const net::Line line = co_await reader_.read_line(limits_.reply.line, until);
      if (line.status == net::Line::Status::kEnd) {
        lose(phase, "the server closed the connection");
        co_return RemoteReply{};
      }
      state = parser.take_line(line.text);
    }
  } catch (const net::IoError& error) {
    lose(phase, describe(error));
    co_return RemoteReply{};
  }
  if (state == RemoteReplyParser::State::kBad) {
    lose(phase, "the server does not speak SMTP");
    broken_->attempt.enhanced = "4.5.0";
    co_return RemoteReply{};
  }
  if (parser.reply().code == 421) {  // RFC 5321 3.8: the connection ends, whatever was asked
    broken_ = outcome(parser.reply(), phase, Extent::kDestination);
    stream_->close();
    co_return RemoteReply{};
  }
  co_return parser.reply();
}

net::Task<bool> Client::write(std::string bytes, Phase phase, std::chrono::milliseconds timeout) {
  if (broken_) co_return false;
  const std::string_view all = bytes;
  const net::Deadline until = deadline(timeout);
  try {
    co_await stream_->write(all, until);
    co_return true;
  } catch (const net::IoError& error) {
    lose(phase, describe(error));
  }
  co_return false;
}

net::Task<RemoteReply> Client::ask(std::string line, Phase phase, std::chrono::milliseconds timeout) {
  line += "\r\n";
  co_await write(std::move(line), phase, timeout);
  RemoteReply reply = co_await read_reply(phase, timeout);
  co_return reply;
}

// --- the beginning of a session ---

net::Task<Client::Failure> Client::open() {
  const RemoteReply greeting = co_await read_reply(Phase::kGreeting, limits_.greeting);
  if (!greeting.positive()) co_return fail(greeting, Phase::kGreeting);
  auto answer = co_await hello();
  co_return answer;
}

net::Task<Client::Failure> Client::hello() {
  extensions_ = {};
  const RemoteReply extended = co_await ask("EHLO " + settings_.hello_name, Phase::kHello, limits_.hello);
  if (extended.positive()) {
    extensions_ = parse_extensions(extended.text);
    co_return std::nullopt;
  }
  // RFC 5321 3.2: an old server says 500, 501, 502 or 550. One that has no time now is asked again later.
  if (!extended.permanent() || stream_->info().tls) co_return fail(extended, Phase::kHello);
  const RemoteReply simple = co_await ask("HELO " + settings_.hello_name, Phase::kHello, limits_.hello);
  if (!simple.positive()) co_return fail(simple, Phase::kHello);
  co_return std::nullopt;
}

net::Task<Client::Failure> Client::start_tls(std::shared_ptr<net::TlsClientContext> context, std::string name) {
  const RemoteReply ready = co_await ask("STARTTLS", Phase::kTls, limits_.tls);
  if (ready.code == 0) co_return broken_;
  if (!ready.positive()) {
    auto refused = outcome(ready, Phase::kTls, Extent::kDestination);
    refused.disposition = Disposition::kTemporary;  // the server refuses TLS, not the mail
    refused.attempt.reason = "the server refused STARTTLS";
    co_return refused;
  }
  if (reader_.buffered() != 0) {  // RFC 3207 4.2: plain text must not pass for protected
    lose(Phase::kTls, "the server sent more than its answer to STARTTLS");
    co_return broken_;
  }
  auto done = co_await handshake(std::move(context), std::move(name));
  co_return done;
}

net::Task<Client::Failure> Client::begin_tls(std::shared_ptr<net::TlsClientContext> context, std::string name) {
  return handshake(std::move(context), std::move(name));
}

net::Task<Client::Failure> Client::handshake(std::shared_ptr<net::TlsClientContext> context, std::string name) {
  const net::Deadline until = net::Deadline::after(limits_.tls);
  try {
    co_await stream_->start_tls(*context, std::move(name), until);
    extensions_ = {};  // RFC 3207 4.2: what was said before does not count
    co_return std::nullopt;
  } catch (const net::IoError& error) {
    lose(Phase::kTls, error.error().cause.empty() ? error.what() : error.error().cause);
    broken_->attempt.enhanced = "4.7.5";
  }
  co_return broken_;
}

// --- the end ---

net::Task<> Client::quit() {
  if (broken_) co_return;
  until_ = net::Deadline::none();
  co_await ask("QUIT", Phase::kNone, limits_.quit);
  close();
}

void Client::close() {
  stream_->close();
  lose(Phase::kNone, "closed");
}

}  // namespace smtp
