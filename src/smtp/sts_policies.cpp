#include "smtp/sts_policies.h"

#include <algorithm>

#include "base/text.h"

namespace smtp {

namespace {

// RFC 8460 4.3.2.2.
TlsResult result_of(base::ErrorKind kind) {
  if (kind == base::ErrorKind::kDenied) return TlsResult::kStsWebpkiInvalid;
  return kind == base::ErrorKind::kInvalid ? TlsResult::kStsPolicyInvalid : TlsResult::kStsPolicyFetchError;
}

}  // namespace

base::Result<std::unique_ptr<StsPolicies>> StsPolicies::make(StsSettings settings, net::Resolver& resolver, const base::Clock& clock) {
  auto tls = net::TlsClientContext::make(net::TlsClientContext::Verify::kName, settings.ca_pem);
  if (!tls.ok()) return tls.error();
  return std::unique_ptr<StsPolicies>(new StsPolicies(std::move(settings), resolver, clock, std::move(*tls)));
}

std::optional<StsPolicies::Kept> StsPolicies::find(const std::string& domain) {
  std::lock_guard lock(mutex_);
  const auto found = kept_.find(domain);
  if (found == kept_.end()) return std::nullopt;
  return found->second;
}

void StsPolicies::keep(const std::string& domain, Kept kept) {
  std::lock_guard lock(mutex_);
  kept_[domain] = std::move(kept);
  if (kept_.size() <= settings_.policies) return;
  kept_.erase(std::min_element(kept_.begin(), kept_.end(), [](const auto& a, const auto& b) {
    return std::max(a.second.expires_at, a.second.retry_at) < std::max(b.second.expires_at, b.second.retry_at);
  }));
}

// Nothing to be fetched now.
bool StsPolicies::is_fresh(const Kept& kept, const std::string& id) const {
  const base::Time now = clock_.now();
  if (now < kept.retry_at) return true;
  return kept.policy && kept.id == id && now < kept.expires_at && now < kept.fetched_at + settings_.refresh;
}

// RFC 8461 3.3: 200, text/plain, and no redirect is followed.
net::Task<base::Result<mailauth::StsPolicy>> StsPolicies::fetch(std::string domain) {
  const http::Fetch what{"mta-sts." + domain, "/.well-known/mta-sts.txt", settings_.port};
  auto fetching = http::fetch(what, resolver_, *tls_, settings_.fetch);
  auto page = co_await std::move(fetching);
  if (!page.ok()) co_return page.error();
  if (page->status != 200)
    co_return base::Error{base::ErrorKind::kUnavailable, what.host + " answered " + std::to_string(page->status), {}};
  const auto type = base::trim(std::string_view(page->type).substr(0, page->type.find(';')));
  if (!base::iequals(type, "text/plain")) co_return base::Error{base::ErrorKind::kInvalid, "the MTA-STS policy is not text/plain", {}};
  co_return mailauth::parse_sts_policy(page->body);
}

net::Task<DomainPolicy> StsPolicies::policy_for(std::string domain, net::Deadline deadline) {
  auto looking = mailauth::find_sts_record(domain, resolver_, deadline);
  const mailauth::StsLookup record = co_await std::move(looking);
  Kept kept = find(domain).value_or(Kept{});
  // RFC 8461 5.1: a policy holds until it expires, whether or not the record can be seen.
  const bool found = record.status == mailauth::StsLookup::Status::kFound;
  if (found && !is_fresh(kept, record.id)) {
    auto fetching = fetch(domain);
    auto fetched = co_await std::move(fetching);
    const base::Time now = clock_.now();
    if (fetched.ok()) {
      kept = Kept{.id = record.id, .policy = std::move(*fetched), .fetched_at = now};
      kept.expires_at = now + std::chrono::duration_cast<base::Duration>(kept.policy->max_age);
    } else {
      kept.problem = fetched.error().text;
      kept.result = result_of(fetched.error().kind);
      kept.retry_at = now + settings_.retry;
    }
    keep(domain, kept);
  }
  DomainPolicy policy;
  if (kept.policy && clock_.now() < kept.expires_at) policy.sts = kept.policy;
  policy.sts_problem = found ? kept.problem : record.problem;
  if (found) policy.sts_result = kept.result;
  co_return policy;
}

}  // namespace smtp
