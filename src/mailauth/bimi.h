#pragma once
// BIMI (draft-brand-indicators-for-message-identification): the logo that a domain which passes DMARC asks readers to be shown.
// Here the assertion record is found and read; fetching and checking the logo and its certificate are others' work.

#include "mailauth/dmarc.h"

namespace mailauth {

struct BimiAssertion {
  std::string location;   // l=: https URI of the logo; "" when the domain declines
  std::string authority;  // a=: https URI of the evidence; may be ""

  bool declined() const { return location.empty() && authority.empty(); }
  bool operator==(const BimiAssertion&) const = default;
};

struct BimiLookup {
  enum class Status { kFound, kNone, kTemporary };
  Status status = Status::kNone;
  BimiAssertion assertion;
  std::string domain, selector;  // where it was found
  std::string problem;
};

// The message may show a logo: DMARC passed, under a policy that is enforced for all of its mail.
bool bimi_applies(const DmarcOutcome& dmarc);
// "v=BIMI1; s=selector" of the header field BIMI-Selector; "default" when it is absent ("") or wrong.
std::string bimi_selector(std::string_view header_value);

// "v=BIMI1; l=…; a=…". kInvalid also for locations that are not https.
base::Result<BimiAssertion> parse_bimi_record(std::string_view text);
// <selector>._bimi.<domain>, else the same of the organizational domain.
net::Task<BimiLookup> find_bimi(std::string domain, std::string selector, net::Resolver& resolver, PublicSuffixList suffixes,
                                net::Deadline deadline);

}  // namespace mailauth
