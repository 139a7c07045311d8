#include "smtp/tls_policy.h"

#include <openssl/x509_vfy.h>

#include "smtp/client_message.h"

namespace smtp {

using mailauth::DaneLookup;
using mailauth::StsPolicy;
using queue::Disposition;
using queue::Extent;
using queue::Phase;

namespace {

queue::Outcome unusable(Disposition disposition, std::string enhanced, std::string reason) {
  return own_outcome(disposition, Extent::kDestination, Phase::kPolicy, std::move(enhanced), std::move(reason));
}

void plan_dane(TlsPlan& plan, const TlsQuestion& question, DaneLookup dane) {
  plan.policy = TlsPolicyType::kTlsa;
  plan.level = dane.status == DaneLookup::Status::kUsable ? TlsLevel::kDane : TlsLevel::kEncrypt;
  plan.name = dane.base_domain;
  plan.dane_names = {dane.base_domain};
  if (question.by_mx && !question.domain.starts_with('[')) plan.dane_names.push_back(question.domain);  // RFC 7672 3.2.2
  plan.dane = std::move(dane);
}

void plan_sts(TlsPlan& plan, const TlsQuestion& question, const StsPolicy& sts) {
  if (sts.mode == StsPolicy::Mode::kNone) return;
  plan.policy = TlsPolicyType::kSts;
  plan.level = TlsLevel::kCertificate;
  plan.testing = sts.mode == StsPolicy::Mode::kTesting;
  if (mailauth::sts_allows(sts, question.host)) return;
  plan.failed_as = TlsResult::kValidationFailure;  // RFC 8460 4.3.2.2 has no word of its own for it
  if (!plan.testing)
    plan.failure = unusable(Disposition::kTemporary, "4.7.5", question.host + " is not in the MTA-STS policy of its domain");
}

// RFC 8689 4.2.1: the host's name must be vouched for, and so must its certificate.
void plan_require_tls(TlsPlan& plan, const TlsQuestion& question) {
  const bool by_sts = plan.policy == TlsPolicyType::kSts && !plan.testing;
  if (question.by_mx && !question.secure_host && !by_sts) {
    plan.failure = unusable(Disposition::kPermanent, "5.7.30", "REQUIRETLS: neither DNSSEC nor MTA-STS vouches for " + question.host);
    return;
  }
  if (plan.level != TlsLevel::kDane) plan.level = TlsLevel::kCertificate;
  plan.testing = false;
}

// RFC 8460 4.3.
TlsResult result_of(long verified) {
  switch (verified) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return TlsResult::kCertificateHostMismatch;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return TlsResult::kCertificateExpired;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
      return TlsResult::kCertificateNotTrusted;
    default:
      return TlsResult::kValidationFailure;
  }
}

}  // namespace

const char* to_string(TlsPolicyType type) {
  switch (type) {
    case TlsPolicyType::kNoPolicyFound:
      return "no-policy-found";
    case TlsPolicyType::kTlsa:
      return "tlsa";
    case TlsPolicyType::kSts:
      return "sts";
  }
  return "";
}

const char* to_string(TlsResult result) {
  switch (result) {
    case TlsResult::kSuccess:
      return "";
    case TlsResult::kStartTlsNotSupported:
      return "starttls-not-supported";
    case TlsResult::kCertificateHostMismatch:
      return "certificate-host-mismatch";
    case TlsResult::kCertificateExpired:
      return "certificate-expired";
    case TlsResult::kCertificateNotTrusted:
      return "certificate-not-trusted";
    case TlsResult::kValidationFailure:
      return "validation-failure";
    case TlsResult::kTlsaInvalid:
      return "tlsa-invalid";
    case TlsResult::kDnssecInvalid:
      return "dnssec-invalid";
    case TlsResult::kStsPolicyFetchError:
      return "sts-policy-fetch-error";
    case TlsResult::kStsPolicyInvalid:
      return "sts-policy-invalid";
    case TlsResult::kStsWebpkiInvalid:
      return "sts-webpki-invalid";
  }
  return "";
}

TlsPlan plan_tls(const TlsQuestion& question, const DomainPolicy& policy, DaneLookup dane) {
  TlsPlan plan;
  plan.name = question.host;
  switch (question.secure_host ? dane.status : DaneLookup::Status::kNone) {
    case DaneLookup::Status::kTemporary:  // RFC 7672 2.1.1: not known is not the same as none
      plan.policy = TlsPolicyType::kTlsa;
      plan.failed_as = TlsResult::kDnssecInvalid;
      plan.failure = unusable(Disposition::kTemporary, "4.7.5", "DANE of " + question.host + ": " + dane.problem);
      return plan;
    case DaneLookup::Status::kUsable:
    case DaneLookup::Status::kUnusable:
      plan_dane(plan, question, std::move(dane));
      break;
    case DaneLookup::Status::kNone:
      if (question.by_mx && policy.sts) plan_sts(plan, question, *policy.sts);
      break;
  }
  if (question.require_tls && !plan.failure) plan_require_tls(plan, question);
  return plan;
}

TlsCheck check_certificate(const TlsPlan& plan, const net::PeerCertificate& certificate, std::time_t now) {
  TlsCheck check;
  switch (plan.level) {
    case TlsLevel::kMay:
    case TlsLevel::kEncrypt:
      check.passed = true;
      break;
    case TlsLevel::kDane: {
      auto matched = mailauth::match_dane(plan.dane.records, certificate.chain, plan.dane_names, now);
      check.passed = matched.matches;
      if (!matched.matches) {
        check.result = TlsResult::kTlsaInvalid;
        check.problem = "the certificate does not match the TLSA records: " + matched.problem;
      }
      break;
    }
    case TlsLevel::kCertificate:
      check.passed = plan.testing || certificate.verified == X509_V_OK;
      if (certificate.verified != X509_V_OK) {
        check.result = result_of(certificate.verified);
        check.problem = (plan.policy == TlsPolicyType::kSts ? "the certificate does not match the MTA-STS policy: "
                                                            : "the certificate is not valid: ") +
                        certificate.problem;
      }
      break;
  }
  return check;
}

}  // namespace smtp
