#include "delivery/received.h"

#include <fmt/format.h>

#include "mime/date.h"

namespace delivery {

namespace {

// The from-domain with what TCP says beside what the client says.
std::string from_clause(const Peer& peer) {
  const std::string helo = peer.helo.empty() ? "unknown" : peer.helo;
  return peer.literal.empty() ? fmt::format("from {} (local socket)", helo) : fmt::format("from {} ({})", helo, peer.literal);
}

}  // namespace

std::string protocol_keyword(const Message& message) {
  std::string name;
  if (message.envelope.smtputf8) {
    name = message.protocol == Protocol::kLmtp ? "UTF8LMTP" : "UTF8SMTP";
  } else if (message.protocol == Protocol::kLmtp) {
    name = "LMTP";
  } else {
    name = message.peer.extended ? "ESMTP" : "SMTP";
  }
  if (!message.peer.tls_version.empty()) name += 'S';
  if (message.submitter) name += 'A';
  return name;
}

std::string received_line(const Message& message, std::string_view hostname, bool hide_client) {
  const auto& peer = message.peer;
  const std::string from = hide_client && message.submitter ? "" : from_clause(peer) + "\r\n\t";
  std::string line = fmt::format("Received: {}by {} with {} id {}", from, hostname, protocol_keyword(message), message.id);
  if (message.recipients.size() == 1) line += fmt::format("\r\n\tfor <{}>", message.recipients.front().address);
  if (!peer.tls_version.empty()) line += fmt::format("\r\n\ttls {} ({})", peer.tls_cipher, peer.tls_version);
  line += fmt::format(";\r\n\t{}\r\n", mime::format_date(message.received_at));
  return line;
}

}  // namespace delivery
