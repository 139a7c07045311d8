#pragma once
// SPF (RFC 7208): may this client send mail for this domain?
//
//   auto outcome = co_await check_host({.ip = client, .helo = "mail.example.org", .mail_from = "user@example.com"}, resolver, {},
//   deadline);
//
// The MAIL FROM identity is checked; with an empty reverse-path that is postmaster@helo, and so is the HELO identity (RFC 7208 2.3, 2.4).

#include <string>

#include "mailauth/spf_record.h"
#include "net/resolver.h"

namespace mailauth {

struct SpfArgs {
  net::IpAddress ip;
  std::string helo;
  std::string mail_from;  // without angle brackets; "" is the null reverse-path. Local parts may be UTF-8, domains U-labels (RFC 8616)
  std::string receiver;   // %{r}: our name
  int64_t time = 0;       // %{t}: seconds since 1970
};

// RFC 7208 4.6.4. Beyond the first three the result is permerror.
struct SpfLimits {
  unsigned lookups = 10;      // terms that ask DNS, over all records of one check
  unsigned void_lookups = 2;  // of those, with nothing in the answer
  unsigned mx_names = 10;     // hosts of one mx
  unsigned ptr_names = 10;    // names of the client that are looked at; others are ignored
  size_t explanation = 450;   // characters; the rest is cut, so that it fits an SMTP reply
  SpfRecordLimits record;
};

struct SpfOutcome {
  SpfResult result = SpfResult::kNone;
  std::string domain;       // that was checked, canonical; as given when it was malformed
  std::string mechanism;    // that matched, as written; "" for the default result
  std::string explanation;  // for kFail: the domain's own words (exp=), printable ASCII; "" when it has none
  std::string problem;      // for kTempError and kPermError, and for kNone of a malformed domain
};

// Every DNS question has this deadline: when it passes the result is kTempError. RFC 7208 4.6.4 asks for 20 seconds at least.
net::Task<SpfOutcome> check_host(SpfArgs args, net::Resolver& resolver, SpfLimits limits, net::Deadline deadline);

}  // namespace mailauth
