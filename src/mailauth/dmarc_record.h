#pragma once
// A DMARC record (RFC 7489 6.3, 6.4; the tags np, psd and t of its successor). Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace mailauth {

enum class DmarcPolicy { kNone, kQuarantine, kReject };
const char* to_string(DmarcPolicy policy);  // "none", "quarantine", "reject"

struct DmarcReportUri {
  std::string uri;        // "mailto:reports@example.com", without the size
  uint64_t max_size = 0;  // bytes; 0: no limit

  bool operator==(const DmarcReportUri&) const = default;
};

struct DmarcRecord {
  enum class Psd { kUnknown, kYes, kNo };

  DmarcPolicy policy = DmarcPolicy::kNone;        // p
  std::optional<DmarcPolicy> subdomain_policy;    // sp
  std::optional<DmarcPolicy> nonexistent_policy;  // np
  bool strict_dkim = false, strict_spf = false;   // adkim, aspf
  unsigned percent = 100;                         // pct
  bool testing = false;                           // t
  Psd psd = Psd::kUnknown;
  std::vector<DmarcReportUri> aggregate, failure;  // rua, ruf
  uint32_t interval = 86400;                       // ri, seconds
  std::string failure_options = "0";               // fo
  std::string text;                                // as published
};

struct DmarcRecordLimits {
  size_t size = 4096;  // bytes
  size_t uris = 20;    // of rua and of ruf; further ones are ignored
};

// The TXT record begins with v=DMARC1.
bool is_dmarc_record(std::string_view text);
// kInvalid when no policy can be read from it and nobody asks for reports (RFC 7489 6.6.3). Other mistakes give the tag its default.
// REQUIRES: is_dmarc_record().
base::Result<DmarcRecord> parse_dmarc_record(std::string_view text, const DmarcRecordLimits& limits = {});

}  // namespace mailauth
