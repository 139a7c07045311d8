#pragma once
// A client of rspamd's HTTP protocol (POST /checkv2; rspamd.com/doc/architecture/protocol.html).
//
//   auto result = co_await spam::ask_rspamd(settings, facts);

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "http/client.h"
#include "net/stream.h"

namespace spam {

struct RspamdSettings {
  http::ServiceUrl url;
  std::chrono::milliseconds timeout{20'000};  // of one message, connecting included
  size_t message_bytes = 25'000'000;          // larger ones are not asked about: kNotAsked
  size_t answer_bytes = 1u << 20;
  size_t symbols = 500;  // of one answer that are kept, those that weigh most
  size_t text = 500;     // bytes of a description
  size_t headers = 50;   // to add or to remove
};

// What rspamd is told about the message; empty fields are left out.
struct RspamdQuestion {
  std::string ip, helo, hostname;  // of the client; hostname by reverse DNS
  std::string from;                // envelope sender
  std::vector<std::string> recipients;
  std::string user;        // who signed in, for outgoing mail
  std::string queue_id;    // our id, so that both logs can be read together
  std::string deliver_to;  // final mailbox after aliases, when there is one alone
  std::string_view message;
};

struct RspamdSymbol {
  std::string name;
  double score = 0;
  std::string description;
};

// Text is printable; header values have no line ends.
struct RspamdAnswer {
  std::string action;  // "no action", "greylist", "add header", "rewrite subject", "soft reject", "reject"; also "quarantine", "discard"
  double score = 0;
  double required_score = 0;                                     // where rspamd rejects
  std::optional<double> junk_score;                              // where it adds a header (thresholds, rspamd 3.1 and later)
  std::vector<RspamdSymbol> symbols;                             // largest absolute score first
  std::optional<std::string> subject;                            // for "rewrite subject"; UTF-8
  std::optional<std::string> smtp_message;                       // what rspamd would tell the client
  std::vector<std::pair<std::string, std::string>> add_headers;  // milter.add_headers; valid field names only
  std::vector<std::string> remove_headers;
};

struct RspamdResult {
  enum class Kind : uint8_t { kNotAsked, kAnswered, kUnavailable };
  Kind kind = Kind::kNotAsked;
  RspamdAnswer answer;  // of kAnswered
  std::string cause;    // of kUnavailable: for the log
};

// Never throws for what rspamd or the network does.
net::Task<RspamdResult> ask_rspamd(RspamdSettings settings, RspamdQuestion question);
// The same over a connected stream; throws IoError.
net::Task<RspamdResult> ask_rspamd_over(net::Stream& stream, RspamdSettings settings, RspamdQuestion question, net::Deadline deadline);

// The JSON of an answer. kInvalid: it is none.
base::Result<RspamdAnswer> parse_rspamd_answer(std::string_view json, const RspamdSettings& limits = {});

}  // namespace spam
