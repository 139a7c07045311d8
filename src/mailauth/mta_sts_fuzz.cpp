// Any bytes as a policy and as a record: what parses keeps the limits, and its plain patterns allow themselves.

#include <cstdint>
#include <cstdlib>

#include "mailauth/mta_sts.h"
#include "mailauth/tls_rpt.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto id = mailauth::parse_sts_record(text);
  if (id.ok() && (id->empty() || id->size() > 32)) std::abort();
  const auto uris = mailauth::parse_tls_report_record(text);
  if (uris.ok() && (uris->empty() || uris->size() > mailauth::TlsReportLimits{}.uris)) std::abort();
  mailauth::StsPolicyLimits limits;
  limits.mx = 20;
  const auto policy = mailauth::parse_sts_policy(text, limits);
  if (!policy.ok()) return 0;
  if (policy->mx.size() > limits.mx || policy->max_age.count() > 31557600) std::abort();
  for (const auto& pattern : policy->mx) {
    const auto host = pattern.starts_with("*.") ? "a" + pattern.substr(1) : pattern;
    if (host.size() <= 253 && !mailauth::sts_allows(*policy, host)) std::abort();
  }
  return 0;
}
