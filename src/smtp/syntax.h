#pragma once
// The language of SMTP and LMTP: bytes of one command line to structs, and replies to bytes (RFC 5321, 2033, 3030, 3461, 6531). Pure.
//
// A parser returns the struct or the reply that refuses the line. Views in a Command point into the line.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "delivery/envelope.h"
#include "delivery/verdict.h"

namespace smtp {

using delivery::Reply;

enum class Verb {
  kHelo,
  kEhlo,
  kLhlo,
  kMail,
  kRcpt,
  kData,
  kBdat,
  kRset,
  kNoop,
  kQuit,
  kVrfy,
  kExpn,
  kHelp,
  kStartTls,
  kAuth,
  kEtrn,
  kForeign,
  kUnknown
};

struct Command {
  Verb verb = Verb::kUnknown;
  std::string_view argument;  // after the verb and its spaces, without spaces at the end
};

struct SyntaxLimits {
  size_t local_part =
      256;              // RFC 5321 4.5.3.1.1 says 64; senders' VERP addresses are longer. The directory has the limit of our own addresses
  size_t domain = 255;  // RFC 5321 4.5.3.1.2
  size_t parameters = 16;  // of one command
};

struct Path {
  std::string address;     // see delivery::Envelope::sender; "postmaster" alone is allowed for a recipient
  bool non_ascii = false;  // needs SMTPUTF8
};

struct Recipient {
  Path path;
  delivery::DsnRequest dsn;
};

struct Chunk {
  uint64_t size = 0;
  bool last = false;
};

struct Mail {
  delivery::Envelope envelope;
  bool non_ascii = false;  // the sender's address needs SMTPUTF8
};

template <typename T>
using Parsed = std::variant<T, Reply>;

// `line` without its line end. kForeign: the first line of another protocol (an HTTP request made by a browser that was led to this port).
Command parse_command(std::string_view line);

// The name or address literal that a client gives itself. Lenient about underscores and single labels, which real clients send.
Parsed<std::string> parse_helo(std::string_view argument);
// "FROM:<a@b> SIZE=1 ..." (RFC 5321 4.1.1.2); "TO:<a@b> ..." (4.1.1.3). 501 for syntax, 555 for unknown parameters.
Parsed<Mail> parse_mail(std::string_view argument, const SyntaxLimits& limits = {});
Parsed<Recipient> parse_rcpt(std::string_view argument, const SyntaxLimits& limits = {});
// "1024 LAST" (RFC 3030 2).
Parsed<Chunk> parse_bdat(std::string_view argument);

// What is between the angle brackets, without a source route; nullopt when it is no mailbox. `<>` is not for this function.
std::optional<Path> parse_mailbox(std::string_view text, const SyntaxLimits& limits = {});

// "250-first\r\n250 2.0.0 last\r\n": a line for each line of the text ('\n' divides). The enhanced code is left out when empty.
void append_reply(std::string& out, int code, std::string_view enhanced, std::string_view text);
inline void append_reply(std::string& out, const Reply& reply) { append_reply(out, reply.code, reply.enhanced, reply.text); }

}  // namespace smtp
