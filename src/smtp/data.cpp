// DATA and BDAT: the message itself, and what becomes of it.

#include <fmt/format.h>

#include <algorithm>

#include "base/metrics.h"
#include "smtp/dot_stuffing.h"
#include "smtp/session.h"

namespace smtp {

namespace {

constexpr uint64_t kReserved = 256 * 1024;  // of a declared size that is believed before the bytes are there

const Reply kTooLarge{552, "5.3.4", "the message is too large"};  // RFC 1870 6.3

}  // namespace

// --- DATA ---

net::Task<> Session::data(std::string_view) {
  if (message_.envelope.body == delivery::BodyType::kBinaryMime) {
    refuse({503, "5.5.1", "BINARYMIME needs BDAT"});  // RFC 3030 3
    co_return;
  }
  reply(354, "", "go on, end with a dot on a line");
  co_await flush();
  co_await receive_data();
}

net::Task<> Session::receive_data() {
  message_.body.reserve(static_cast<size_t>(std::min(message_.envelope.declared_size.value_or(0), kReserved)));
  DotUnstuffer unstuffer({.message = limits_.message_size, .line = limits_.text_line});
  while (!unstuffer.finished()) {
    const net::Deadline until = deadline(limits_.data_timeout);
    const std::string_view bytes = co_await reader_.peek(until);
    if (bytes.empty()) {
      end_ = End::kPeer;  // RFC 5321 4.1.1.4: a message without its end is no message
      co_return;
    }
    reader_.consume(unstuffer.feed(bytes, message_.body));
    if (unstuffer.too_large() && unstuffer.size() - limits_.message_size > limits_.drain) {
      refuse_message(kTooLarge);
      end_ = End::kCut;
      co_return;
    }
  }
  if (unstuffer.too_large()) {
    refuse_message(kTooLarge);
  } else if (unstuffer.has_bare_line_end()) {
    refuse_message({550, "5.6.0", "CR or LF alone in the message"});  // doc/decisions/smtp-line-endings.md
  } else if (unstuffer.has_long_line()) {
    refuse_message({554, "5.6.0", "a line of the message is too long"});
  } else {
    co_await finish_message();
  }
}

// --- BDAT (RFC 3030) ---

net::Task<> Session::bdat(std::string_view argument) {
  const auto parsed = parse_bdat(argument);
  if (const auto* refused = std::get_if<Reply>(&parsed)) {
    cut(*refused);  // how many bytes follow is unknown, and they must not be read as commands
    co_return;
  }
  const auto [size, last] = std::get<Chunk>(parsed);
  const bool in_order = state_ == kRecipients || state_ == kChunks;
  const bool fits = in_order && size <= limits_.message_size - message_.body.size();
  if (!fits && size > limits_.drain) {
    cut(kTooLarge);
    co_return;
  }
  const bool complete = co_await receive_chunk(size, fits);
  if (!complete) co_return;
  if (!in_order) {
    reply(503, "5.5.1", "no valid recipients");  // no error: chunks pipelined behind a refused one end here
    count_idle_command();
  } else if (!fits) {
    refuse_message(kTooLarge);
  } else if (last) {
    co_await finish_message();
  } else {
    state_ = kChunks;
    reply(250, "2.0.0", fmt::format("{} octets received", size));
  }
}

// Reads the chunk into the message, or past it; false when the connection ended before.
net::Task<bool> Session::receive_chunk(uint64_t size, bool keep) {
  if (size > reader_.buffered()) co_await flush();
  while (size > 0) {
    const net::Deadline until = deadline(limits_.data_timeout);
    const std::string_view bytes = co_await reader_.peek(until);
    if (bytes.empty()) {
      end_ = End::kPeer;
      co_return false;
    }
    const auto piece = bytes.substr(0, static_cast<size_t>(std::min<uint64_t>(size, bytes.size())));
    if (keep) message_.body += piece;
    size -= piece.size();
    reader_.consume(piece.size());
  }
  co_return true;
}

// --- the end of a message ---

void Session::stamp_message() {
  message_.id = fmt::format("{:x}", services_.ids.next());
  message_.protocol = mode_;
  message_.received_at = services_.clock.now();
  message_.peer = peer_;
  message_.submitter = member_;
}

// One answer for the message over SMTP, one for each recipient over LMTP (RFC 2033 4.2).
void Session::refuse_message(const Reply& r) {
  stamp_message();
  services_.delivery.note_refused(message_, r);
  const size_t times = mode_ == Mode::kLmtp ? message_.recipients.size() : 1;
  for (size_t i = 0; i < times; ++i) reply(r);
  reset_transaction();
}

net::Task<> Session::finish_message() {
  stamp_message();
  ++messages_;
  idle_commands_ = 0;
  co_await services_.delivery.deliver(message_);
  if (mode_ == Mode::kLmtp) {
    for (const auto& recipient : message_.recipients) reply(recipient.outcome);
  } else {
    reply(message_.recipients.front().outcome);
  }
  reset_transaction();
}

}  // namespace smtp
