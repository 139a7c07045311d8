#pragma once
// Verifying DKIM signatures: RFC 6376 with RFC 8301 (SHA-256, RSA of 1024 bits at least), RFC 8463 (Ed25519) and RFC 8616 (UTF-8).
//
//   mailauth::CanonicalMessage message(bytes);
//   auto results = co_await mailauth::verify_dkim(message, resolver, clock.now(), net::Deadline::after(20s));
//
// Signing is in dkim_sign.h.

#include <chrono>
#include <string>
#include <vector>

#include "base/time.h"
#include "mailauth/canonical_message.h"
#include "mailauth/dkim_key.h"
#include "mailauth/dkim_signature.h"
#include "net/resolver.h"

namespace mailauth {

struct DkimLimits {
  size_t signatures = 10;  // checked per message, from the top; others are not reported
  SignatureLimits signature;
  KeyLimits key;
  std::chrono::seconds clock_skew{3600};  // how far t= may be ahead of us, and x= behind
  // l= lets anybody add to the body, so a body that goes on behind it makes the result kPolicy. True: such a signature may pass.
  bool trust_body_length = false;
};

// RFC 8601 2.7.1.
enum class DkimResult {
  kPass,
  kFail,       // the body or a signed field is not what was signed, or the signature is not this key's
  kNeutral,    // the signature cannot be understood, or fails with a key that is only being tested (t=y)
  kPolicy,     // it verifies and is not good enough here: see DkimLimits::trust_body_length
  kTempError,  // the key could not be had now
  kPermError,  // it can never verify: no key, revoked, rsa-sha1, short key, From not signed, expired...
};
const char* to_string(DkimResult result);  // "pass", "fail"...

struct DkimSignatureResult {
  DkimResult result = DkimResult::kNeutral;
  std::string domain, selector, identity;  // d=, s=, i=; "" when it could not be read
  std::string algorithm;                   // a=
  unsigned key_bits = 0;                   // 0 when no key was read
  bool testing = false;                    // the key says t=y
  std::string header_b;                    // the first eight characters of b=, more when needed to tell two signatures apart (RFC 6008)
  std::string reason;                      // for people; "" for a pass
};

// One result per DKIM-Signature field, from the top. Empty: the message is not signed. `message` and `resolver` must outlive the task; the
// cost on the loop is one SHA-256 over the body per canonicalization (see hash_bodies) and a few public-key operations.
net::Task<std::vector<DkimSignatureResult>> verify_dkim(CanonicalMessage& message, net::Resolver& resolver, base::Time now,
                                                        net::Deadline deadline, DkimLimits limits = {});

// Does the part of verify_dkim (and of verify_arc) that takes long for a large message, so that it can be done on another thread before.
void hash_bodies(CanonicalMessage& message, const DkimLimits& limits = {});

// Hashes the body for all l= of some signatures at once; for verify_dkim and arc.h.
void hash_signed_lengths(CanonicalMessage& message, const std::vector<Signature>& signatures);

// What became of one signature; for verify_dkim and arc.h.
struct SignatureVerdict {
  DkimResult result = DkimResult::kNeutral;
  std::string reason;
  unsigned key_bits = 0;
  bool testing = false;
};
// A DKIM-Signature or ARC-Message-Signature.
net::Task<SignatureVerdict> check_signature(CanonicalMessage& message, const Signature& signature, KeyLookup& keys, base::Time now,
                                            const DkimLimits& limits);
// Any signature over a digest: the key is there, fits the algorithm, is strong enough, and made it.
net::Task<SignatureVerdict> check_digest(const Signature& signature, std::string digest, KeyLookup& keys, const DkimLimits& limits);

}  // namespace mailauth
