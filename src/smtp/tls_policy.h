#pragma once
// How much TLS a connection to one host must have, and whether what it got is that (RFC 7435, RFC 8461, RFC 7672, RFC 8689).
//
//   DANE, when DNSSEC vouches for the host's name and it has TLSA records, decides alone (RFC 8461 2). Then comes the domain's MTA-STS
//   policy. Without either, TLS is taken where it is offered, and mail goes in plain text where it is not.

#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <string>

#include "mailauth/dane.h"
#include "mailauth/mta_sts.h"
#include "net/stream.h"
#include "queue/transport.h"

namespace smtp {

enum class TlsLevel : uint8_t {
  kMay,          // opportunistic: any certificate, and plain text when that fails
  kEncrypt,      // TLS with any certificate (RFC 7672 2.2: TLSA records, none usable)
  kCertificate,  // a certificate of a public CA for the host's name
  kDane,         // a certificate that TLSA records pin
};

// RFC 8460 4.2, 4.3.
enum class TlsPolicyType : uint8_t { kNoPolicyFound, kTlsa, kSts };
enum class TlsResult : uint8_t {
  kSuccess,
  kStartTlsNotSupported,
  kCertificateHostMismatch,
  kCertificateExpired,
  kCertificateNotTrusted,
  kValidationFailure,
  kTlsaInvalid,
  kDnssecInvalid,
  kStsPolicyFetchError,
  kStsPolicyInvalid,
  kStsWebpkiInvalid,
};
const char* to_string(TlsPolicyType type);  // "no-policy-found" and so on
const char* to_string(TlsResult result);    // "starttls-not-supported" and so on; "" for success

// What a domain says about its mail servers, or the operator in its place.
struct DomainPolicy {
  std::optional<mailauth::StsPolicy> sts;
  std::string sts_problem;  // a policy was announced and could not be had: for TLS-RPT. A cached one is used until it expires
  TlsResult sts_result = TlsResult::kStsPolicyFetchError;  // what that problem is
};

// Fetching and caching MTA-STS policies is behind this seam.
class PolicySource {
 public:
  virtual ~PolicySource() = default;
  // `domain`: canonical. Never throws for what the network does.
  virtual net::Task<DomainPolicy> policy_for(std::string domain, net::Deadline deadline) = 0;
};

// One session, for a TLS report.
struct TlsEvent {
  std::string policy_domain;  // the recipients' domain
  TlsPolicyType policy = TlsPolicyType::kNoPolicyFound;
  TlsResult result = TlsResult::kSuccess;
  std::string mx_host;
  std::string local_address, remote_address;
  std::string reason;  // ours, in words
};

class TlsObserver {
 public:
  virtual ~TlsObserver() = default;
  virtual void observe(const TlsEvent& event) = 0;  // from any loop; must not block
};

// For one host.
struct TlsPlan {
  std::optional<queue::Outcome> failure;  // the host must not be used now; phase kPolicy
  TlsLevel level = TlsLevel::kMay;
  TlsPolicyType policy = TlsPolicyType::kNoPolicyFound;
  std::optional<TlsResult> failed_as;  // with `failure`, for the observer
  bool testing = false;                // MTA-STS testing: what is wrong is observed, and the mail goes all the same
  std::string name;                    // SNI, and the name that the certificate must have
  mailauth::DaneLookup dane;
  std::vector<std::string> dane_names;
};

struct TlsQuestion {
  std::string domain;  // of the recipients
  std::string host;
  bool secure_host = false;  // Route::secure
  bool by_mx = true;         // Route::from_mx: MTA-STS applies
  bool require_tls = false;  // RFC 8689
};

// Pure. `dane` is mailauth::find_tlsa() of the host, or its default when that was not asked.
TlsPlan plan_tls(const TlsQuestion& question, const DomainPolicy& policy, mailauth::DaneLookup dane);

struct TlsCheck {
  bool passed = false;  // mail may go over this connection
  TlsResult result = TlsResult::kSuccess;
  std::string problem;  // not empty although passed: for level kMay or testing
};
TlsCheck check_certificate(const TlsPlan& plan, const net::PeerCertificate& certificate, std::time_t now);

}  // namespace smtp
