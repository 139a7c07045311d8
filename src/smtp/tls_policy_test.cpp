// Which policy wins, without a network; the handshakes themselves are in transport_test.cpp.

#include "smtp/tls_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>

namespace smtp {
namespace {

using mailauth::DaneLookup;
using mailauth::StsPolicy;
using queue::Disposition;
using ::testing::ElementsAre;

struct TlsPolicy : ::testing::Test {
  TlsQuestion question{"b.example", "mx.b.example", true, true, false};
  DomainPolicy policy;
  DaneLookup dane;

  TlsPlan plan() { return plan_tls(question, policy, dane); }
  void sts(StsPolicy::Mode mode, std::string mx) { policy.sts = StsPolicy{mode, {std::move(mx)}, std::chrono::hours(1)}; }
  void has_tlsa(DaneLookup::Status status) {
    dane.status = status;
    dane.base_domain = "real.b.example";
    dane.records = {{3, 1, 1, std::string(32, 'x')}};
  }
};

TEST_F(TlsPolicy, OpportunisticByDefault) {
  EXPECT_EQ(plan().level, TlsLevel::kMay);
  EXPECT_EQ(plan().policy, TlsPolicyType::kNoPolicyFound);
  EXPECT_EQ(plan().name, "mx.b.example");
  sts(StsPolicy::Mode::kNone, "mx.b.example");
  EXPECT_EQ(plan().level, TlsLevel::kMay);
}

TEST_F(TlsPolicy, Sts) {
  sts(StsPolicy::Mode::kEnforce, "*.b.example");
  EXPECT_EQ(plan().level, TlsLevel::kCertificate);
  sts(StsPolicy::Mode::kEnforce, "mx.elsewhere.example");
  ASSERT_TRUE(plan().failure);
  EXPECT_EQ(plan().failure->disposition, Disposition::kTemporary);
  EXPECT_EQ(plan().failed_as, TlsResult::kValidationFailure);
  sts(StsPolicy::Mode::kTesting, "mx.elsewhere.example");
  EXPECT_FALSE(plan().failure);
  EXPECT_TRUE(plan().testing);
  EXPECT_EQ(plan().failed_as, TlsResult::kValidationFailure);
  question.by_mx = false;  // an operator's route has no MTA-STS
  EXPECT_EQ(plan().level, TlsLevel::kMay);
}

TEST_F(TlsPolicy, DaneComesBeforeSts) {
  sts(StsPolicy::Mode::kEnforce, "mx.elsewhere.example");
  has_tlsa(DaneLookup::Status::kUsable);
  EXPECT_EQ(plan().level, TlsLevel::kDane);
  EXPECT_EQ(plan().name, "real.b.example");
  EXPECT_THAT(plan().dane_names, ElementsAre("real.b.example", "b.example"));
  has_tlsa(DaneLookup::Status::kUnusable);
  EXPECT_EQ(plan().level, TlsLevel::kEncrypt);
  has_tlsa(DaneLookup::Status::kTemporary);
  EXPECT_EQ(plan().failure->disposition, Disposition::kTemporary);
  question.secure_host = false;  // then TLSA records mean nothing
  sts(StsPolicy::Mode::kNone, "");
  EXPECT_EQ(plan().level, TlsLevel::kMay);
}

TEST_F(TlsPolicy, RequireTls) {
  question.require_tls = true;
  EXPECT_EQ(plan().level, TlsLevel::kCertificate);
  question.secure_host = false;
  EXPECT_EQ(plan().failure->attempt.enhanced, "5.7.30");
  sts(StsPolicy::Mode::kTesting, "mx.b.example");
  EXPECT_TRUE(plan().failure);
  sts(StsPolicy::Mode::kEnforce, "mx.b.example");
  EXPECT_FALSE(plan().failure);
  question.secure_host = true;
  has_tlsa(DaneLookup::Status::kUnusable);  // any certificate is not enough
  EXPECT_EQ(plan().level, TlsLevel::kCertificate);
}

TEST_F(TlsPolicy, WhatIsWrongWithACertificate) {
  sts(StsPolicy::Mode::kEnforce, "mx.b.example");
  struct {
    long verified;
    TlsResult result;
  } const cases[] = {{X509_V_OK, TlsResult::kSuccess},
                     {X509_V_ERR_HOSTNAME_MISMATCH, TlsResult::kCertificateHostMismatch},
                     {X509_V_ERR_CERT_HAS_EXPIRED, TlsResult::kCertificateExpired},
                     {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, TlsResult::kCertificateNotTrusted},
                     {X509_V_ERR_CERT_REVOKED, TlsResult::kValidationFailure}};
  for (const auto& c : cases) {
    const net::PeerCertificate shown{{"der"}, c.verified, "problem"};
    EXPECT_EQ(check_certificate(plan(), shown, 0).result, c.result);
    EXPECT_EQ(check_certificate(plan(), shown, 0).passed, c.verified == X509_V_OK);
  }
  EXPECT_STREQ(to_string(TlsResult::kCertificateHostMismatch), "certificate-host-mismatch");
}

}  // namespace
}  // namespace smtp
