#pragma once
// MTA-STS (RFC 8461): a domain says over DNS and HTTPS that its mail servers have TLS with valid certificates, and which they are.
// The policy is fetched from sts_policy_url() by whoever sends mail; the record's id tells when to fetch it again.

#include <chrono>

#include "base/error.h"
#include "net/resolver.h"

namespace mailauth {

struct StsLookup {
  enum class Status { kFound, kNone, kTemporary };
  Status status = Status::kNone;
  std::string id;       // for kFound
  std::string problem;  // why there is none although something was published, or the cause of kTemporary
};

struct StsPolicy {
  enum class Mode { kNone, kTesting, kEnforce };
  Mode mode = Mode::kNone;
  std::vector<std::string> mx;  // lower case; "*.example.com" stands for one label
  std::chrono::seconds max_age{0};

  bool operator==(const StsPolicy&) const = default;
};

struct StsPolicyLimits {
  size_t size = 65536;  // bytes; RFC 8461 3.3 suggests 64 KB
  size_t mx = 1000;
};

// "v=STSv1; id=…" (RFC 8461 3.1): the id.
base::Result<std::string> parse_sts_record(std::string_view text);
// _mta-sts.<domain>. Several STSv1 records are none.
net::Task<StsLookup> find_sts_record(std::string domain, net::Resolver& resolver, net::Deadline deadline);

// "https://mta-sts.<domain>/.well-known/mta-sts.txt"
std::string sts_policy_url(std::string_view domain);
// The body that was fetched (RFC 8461 3.2).
base::Result<StsPolicy> parse_sts_policy(std::string_view body, const StsPolicyLimits& limits = {});
// RFC 8461 4.1. `host` is an MX host as A-labels.
bool sts_allows(const StsPolicy& policy, std::string_view host);

}  // namespace mailauth
