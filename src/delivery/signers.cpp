#include "delivery/signers.h"

#include <fmt/format.h>

#include "base/log.h"

namespace delivery {

namespace {
constexpr size_t kMostSets = 100'000;
}

net::Task<std::string> Signers::sign(sql::EnterpriseScope scope, std::string domain, std::shared_ptr<const std::string> message) {
  auto work = [this, scope, domain = std::move(domain), message = std::move(message)] { return sign_now(scope, domain, *message); };
  return net::run_blocking(pool_, std::move(work));
}

std::string Signers::sign_now(sql::EnterpriseScope scope, const std::string& domain, const std::string& message) {
  mailauth::CanonicalMessage canonical(message);
  if (canonical.header_too_large()) return {};
  const auto set = set_of(scope, domain);
  std::vector<const mailauth::DkimSigner*> signers;
  for (const auto& signer : set->signers) signers.push_back(&signer);
  return signers.empty() ? std::string() : mailauth::dkim_sign(canonical, signers, clock_.now());
}

std::shared_ptr<const Signers::Set> Signers::set_of(sql::EnterpriseScope scope, const std::string& domain) {
  const auto key = fmt::format("{} {}", scope.enterprise_id, domain);
  const auto now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = sets_.find(key); known != sets_.end() && now - known->second->made_at < remember_) return known->second;
  }
  auto set = std::make_shared<Set>();
  set->made_at = now;
  for (const auto& one : keys_.ensure(scope, domain)) {
    if (one.state != directory::DkimKeyState::kActive) continue;
    auto signer = mailauth::DkimSigner::make({.domain = domain, .selector = one.selector}, one.pem);
    if (signer.ok())
      set->signers.push_back(std::move(*signer));
    else
      base::log_error("a DKIM key cannot be used", {{"domain", domain}, {"selector", one.selector}, {"error", signer.error().text}});
  }
  const std::lock_guard lock(mutex_);
  if (sets_.size() >= kMostSets) sets_.clear();
  sets_[key] = set;
  return set;
}

}  // namespace delivery
