#pragma once
// Is what comes from other servers genuine? SPF, DKIM, ARC and DMARC of one message, as step "authenticate" finds them.

#include <memory>
#include <string>
#include <vector>

#include "mailauth/arc.h"
#include "mailauth/authentication_results.h"
#include "mailauth/dkim.h"
#include "mailauth/dmarc.h"
#include "mailauth/public_suffix.h"
#include "mailauth/spf.h"
#include "net/address.h"
#include "net/loop.h"
#include "net/resolver.h"
#include "spam/judge.h"

namespace delivery {

struct AuthenticationSettings {
  std::vector<net::Cidr> trusted;             // what they bring is not asked about: relays of our own
  std::chrono::milliseconds timeout{20'000};  // for all of one message; RFC 7208 4.6.4
  mailauth::SpfLimits spf;
  mailauth::DkimLimits dkim;
  mailauth::DmarcSettings dmarc;
  size_t pool_bytes = 256 * 1024;  // of a larger body the hashes are computed on the pool
};

struct Authenticated {
  mailauth::SpfOutcome spf;
  std::vector<mailauth::DkimSignatureResult> dkim;
  mailauth::ArcChain arc;
  mailauth::DmarcOutcome dmarc;
  std::string from_domain;  // canonical; empty: no usable author
};

struct AuthenticationArgs {
  net::IpAddress client;
  std::string helo;
  std::string sender;                          // envelope
  std::string receiver;                        // our name
  std::shared_ptr<const std::string> message;  // as it came. Shared with the pool
  base::Time now{};
};

// Thread-safe. Never throws for what others say.
class Authenticator {
 public:
  // All outlive it.
  Authenticator(net::Resolver& resolver, net::ThreadPool& pool, mailauth::PublicSuffixList suffixes, AuthenticationSettings settings)
      : resolver_(resolver), pool_(pool), suffixes_(std::move(suffixes)), settings_(std::move(settings)) {}

  bool is_trusted(const net::IpAddress& client) const { return net::contains(settings_.trusted, client); }
  net::Task<Authenticated> authenticate(AuthenticationArgs args);

 private:
  net::Task<mailauth::DmarcOutcome> check_dmarc(std::string from_domain, const Authenticated& found, net::Deadline deadline);

  net::Resolver& resolver_;
  net::ThreadPool& pool_;
  const mailauth::PublicSuffixList suffixes_;
  const AuthenticationSettings settings_;
};

// Our Authentication-Results field.
std::string results_field(const Authenticated& found, const AuthenticationArgs& args);
// For the judge.
spam::Authentication for_judge(const Authenticated& found);

}  // namespace delivery
