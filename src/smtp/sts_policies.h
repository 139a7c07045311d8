#pragma once
// The PolicySource of a running server: MTA-STS policies (RFC 8461), fetched over HTTPS when a domain's record changes, and kept in memory
// for as long as they say.
//
// A policy that could not be fetched anew is used until it expires (RFC 8461 5.1). A domain without a record costs one DNS question.

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/time.h"
#include "http/fetch.h"
#include "smtp/tls_policy.h"

namespace smtp {

struct StsSettings {
  std::string ca_pem;                              // trusted instead of the system's CAs when not empty
  uint16_t port = 443;                             // tests use another
  size_t policies = 50'000;                        // kept; beyond it those that expire first go
  base::Duration retry{std::chrono::minutes(5)};   // after a policy could not be fetched (RFC 8461 3.3)
  base::Duration refresh{std::chrono::hours(24)};  // a policy older than this is fetched again although its id is the same
  http::FetchLimits fetch{};
};

class StsPolicies final : public PolicySource {
 public:
  // kInvalid: ca_pem holds no certificate. Resolver and clock outlive it.
  static base::Result<std::unique_ptr<StsPolicies>> make(StsSettings settings, net::Resolver& resolver, const base::Clock& clock);

  // Any loop.
  net::Task<DomainPolicy> policy_for(std::string domain, net::Deadline deadline) override;

 private:
  struct Kept {
    std::string id;
    std::optional<mailauth::StsPolicy> policy;  // nullopt: only the failure is known
    std::string problem;
    TlsResult result = TlsResult::kStsPolicyFetchError;  // what the problem is
    base::Time fetched_at, expires_at, retry_at;
  };
  StsPolicies(StsSettings settings, net::Resolver& resolver, const base::Clock& clock, std::shared_ptr<net::TlsClientContext> tls)
      : settings_(std::move(settings)), resolver_(resolver), clock_(clock), tls_(std::move(tls)) {}

  std::optional<Kept> find(const std::string& domain);
  void keep(const std::string& domain, Kept kept);
  net::Task<base::Result<mailauth::StsPolicy>> fetch(std::string domain);
  bool is_fresh(const Kept& kept, const std::string& id) const;

  const StsSettings settings_;
  net::Resolver& resolver_;
  const base::Clock& clock_;
  const std::shared_ptr<net::TlsClientContext> tls_;  // shared with handshakes under way
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;
};

}  // namespace smtp
