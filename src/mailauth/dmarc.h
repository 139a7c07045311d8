#pragma once
// DMARC (RFC 7489): does the author's domain stand behind this message, and what does it ask for when not?
//
//   auto author = find_author(from_header_values);
//   auto outcome = co_await evaluate_dmarc({author.domains[0], spf, dkim, random}, resolver, suffixes, {}, deadline);

#include <span>

#include "mailauth/dmarc_record.h"
#include "mailauth/public_suffix.h"
#include "net/resolver.h"

namespace mailauth {

enum class DmarcResult { kNone, kPass, kFail, kTempError, kPermError };
const char* to_string(DmarcResult result);  // "none", "pass", "fail", "temperror", "permerror"

// What SPF or one DKIM signature found. SPF: the domain of MAIL FROM, or of HELO for the null reverse-path (RFC 7489 3.1.2). DKIM: d=.
struct DmarcIdentifier {
  std::string domain;
  bool pass = false;
  bool temporary = false;  // temperror: the message may pass another time
};

struct DmarcArgs {
  std::string from_domain;
  DmarcIdentifier spf;
  std::vector<DmarcIdentifier> dkim;
  unsigned random = 0;  // 0..99, drawn for this message: the policy is applied in full below pct
};

struct DmarcSettings {
  // The rules of RFC 7489's successor: organizational domains by a walk up the DNS instead of the public suffix list, np=, psd=, t=, and no
  // pct.
  bool tree_walk = false;
  size_t identifiers = 10;       // passing identifiers that are compared at most
  size_t external_reports = 10;  // report destinations that are verified at most
  DmarcRecordLimits record;
};

struct DmarcOutcome {
  DmarcResult result = DmarcResult::kNone;
  DmarcPolicy published = DmarcPolicy::kNone;      // of p, sp or np, for this message's domain
  DmarcPolicy apply = DmarcPolicy::kNone;          // for kFail: after pct or t
  bool spf_aligned = false, dkim_aligned = false;  // passed and aligned
  std::string from_domain;                         // canonical
  std::string record_domain;                       // where the record was found
  std::string organizational_domain;
  std::optional<DmarcRecord> record;
  std::string problem;  // for kTempError and kPermError
};

// RFC 7489 6.6.1. Usually one domain. Several: evaluate each and apply the strictest policy. None, with a problem: the message has no
// usable author.
struct DmarcAuthor {
  std::vector<std::string> domains;  // canonical, distinct
  std::string problem;
};
// The values of all From fields of the message.
DmarcAuthor find_author(std::span<const std::string> from_values);

net::Task<DmarcOutcome> evaluate_dmarc(DmarcArgs args, net::Resolver& resolver, PublicSuffixList suffixes, DmarcSettings settings,
                                       net::Deadline deadline);

// RFC 7489 7.1: the destinations of `uris` that are the record's own organization or have agreed to get its reports. Only mailto: URIs.
// A destination may name another address at the same host in its place. What DNS does not answer is left out.
net::Task<std::vector<DmarcReportUri>> verify_report_uris(std::string record_domain, std::vector<DmarcReportUri> uris,
                                                          net::Resolver& resolver, PublicSuffixList suffixes, DmarcSettings settings,
                                                          net::Deadline deadline);

}  // namespace mailauth
