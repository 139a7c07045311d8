#pragma once
// An SPF record as its terms (RFC 7208 4.5, 4.6, 5, 6, 12). Pure.

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/address.h"

namespace mailauth {

enum class SpfResult { kNone, kNeutral, kPass, kFail, kSoftFail, kTempError, kPermError };
const char* to_string(SpfResult result);  // "none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"

struct SpfMechanism {
  enum class Kind { kAll, kInclude, kA, kMx, kPtr, kIp4, kIp6, kExists };
  Kind kind = Kind::kAll;
  SpfResult result = SpfResult::kPass;  // the qualifier: what check_host() returns when it matches
  std::string domain_spec;              // macro-string; "" is the domain being checked
  std::string network;                  // ip4, ip6: 4 or 16 bytes in network order
  unsigned prefix4 = 32, prefix6 = 128;
  std::string text;  // as written
};

struct SpfRecord {
  std::vector<SpfMechanism> mechanisms;
  std::string redirect, exp;  // domain-specs; "" when absent
};

struct SpfRecordLimits {
  size_t size = 16384;  // bytes
  size_t terms = 512;
};

// The TXT record is an SPF record: "v=spf1", alone or before a space, in any case (RFC 7208 4.5).
bool is_spf_record(std::string_view text);
// kInvalid, with a text that names the term, when any part is wrong (RFC 7208 4.6). REQUIRES: is_spf_record().
base::Result<SpfRecord> parse_spf_record(std::string_view text, const SpfRecordLimits& limits = {});

}  // namespace mailauth
