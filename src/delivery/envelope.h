#pragma once
// What travels around a message and not in it: sender, recipients as they were named, and what the sender asked for (RFC 5321, RFC 3461).

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"

namespace delivery {

enum class Protocol { kSmtp, kLmtp, kSubmission };

// For logs and metrics: "smtp", "lmtp", "submission".
inline const char* to_string(Protocol protocol) {
  return protocol == Protocol::kLmtp ? "lmtp" : protocol == Protocol::kSubmission ? "submission" : "smtp";
}

enum class BodyType { k7Bit, k8BitMime, kBinaryMime };  // RFC 6152, RFC 3030

enum class DsnReturn { kUnset, kFull, kHeaders };  // RFC 3461 4.3

// NOTIFY of one recipient (RFC 3461 4.1), a set; 0: not given.
enum DsnNotify : uint8_t { kNotifyNever = 1, kNotifySuccess = 2, kNotifyFailure = 4, kNotifyDelay = 8 };

// BY= (RFC 2852 4).
struct DeliverBy {
  int64_t seconds = 0;       // may be over already, for notification
  bool return_late = false;  // mode R; else N: late mail is delivered all the same, and the sender is told
};

// An address as in an SMTP path, without angle brackets and source route: "tom@example.com", "\"a b\"@example.com", "tom@[192.0.2.1]".
// The local part is quoted only where it must be. Empty: the null sender, MAIL FROM:<>.
struct Envelope {
  std::string sender;
  std::optional<uint64_t> declared_size;  // SIZE=
  BodyType body = BodyType::k7Bit;
  bool smtputf8 = false;
  DsnReturn ret = DsnReturn::kUnset;
  std::string envid;  // xtext as given
  std::string auth;   // AUTH= as given (RFC 4954 5); never believed on the MX port
  // Of submission alone.
  std::optional<int64_t> hold_for;       // HOLDFOR= in seconds (RFC 4865)
  std::optional<base::Time> hold_until;  // HOLDUNTIL=
  std::optional<DeliverBy> deliver_by;
  bool require_tls = false;  // REQUIRETLS (RFC 8689)
};

// DSN parameters of one recipient.
struct DsnRequest {
  uint8_t notify = 0;  // DsnNotify
  std::string orcpt;   // "rfc822;xtext" as given
};

// The peer of the session that brought the message.
struct Peer {
  std::string address;                  // IP address or unix path as text, for logs
  std::string literal;                  // "[192.0.2.1]", "[IPv6:2001:db8::1]"; empty for a unix socket
  std::string helo;                     // as given, checked by smtp/syntax
  bool extended = false;                // EHLO or LHLO
  std::string tls_version, tls_cipher;  // empty: plain text
};

}  // namespace delivery
