#pragma once
// Delivery status notifications: multipart/report messages of RFC 3464 and, with UTF-8 addresses, RFC 6533. Three parts: an explanation for
// a person, in the sender's language; the status for programs; the message it is about, whole or its header.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "queue/outcome.h"

namespace queue {

struct ReportEntry {
  std::string recipient;
  std::string orcpt;  // as given
  Told told = Told::kFailed;
  Attempt attempt;                          // the last
  std::optional<base::Time> retry_until{};  // kDelayed
};

struct Report {
  std::string hostname;  // ours: Reporting-MTA and the domain of From
  base::Time now{};
  std::string language;  // of the reader; anything Chinese: Simplified Chinese, all else: English
  std::string subject;   // of the message, decoded
  base::Time arrived_at{};
  Envelope envelope;
  std::vector<ReportEntry> entries;  // at least one; all failed, all delayed, or each delivered or relayed
  std::string_view original;         // the message, or as much of its beginning as there is; empty: it could not be read
};

struct BuiltReport {
  std::string bytes;
  bool smtputf8 = false;  // it holds UTF-8 addresses, and goes only where they are taken
};

// The report to envelope.return_path. REQUIRES: that is not empty.
BuiltReport build_report(const Report& report, const Settings& settings);

// Whether the report will hold the whole message (RFC 3461 4.3, 6.2): asked for or left open, a failure, and not too large.
bool returns_whole(const Envelope& envelope, Told told, const Settings& settings);

// RFC 3461 4: "a+2Bb" -> "a+b"; what is no xtext stays.
std::string decode_xtext(std::string_view text);

}  // namespace queue
