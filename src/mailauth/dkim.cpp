#include "mailauth/dkim.h"

#include <fmt/format.h>

#include <algorithm>

namespace mailauth {
namespace {

using Verdict = SignatureVerdict;

std::vector<Signature> dkim_signatures(const CanonicalMessage& message, const DkimLimits& limits) {
  std::vector<Signature> signatures;
  for (const uint32_t index : message.named("dkim-signature")) {
    if (signatures.size() == limits.signatures) break;
    signatures.push_back(parse_signature(SignatureKind::kDkim, message.fields()[index], limits.signature));
  }
  return signatures;
}

// What can be said without the key.
std::optional<Verdict> refuse_early(const CanonicalMessage& message, const Signature& signature, base::Time now, const DkimLimits& limits) {
  if (signature.fault) {
    const bool permanent = signature.fault->kind == SignatureFault::Kind::kPermanent;
    return Verdict{permanent ? DkimResult::kPermError : DkimResult::kNeutral, signature.fault->reason};
  }
  if (message.header_too_large()) return Verdict{DkimResult::kPermError, "message header is too large"};
  const int64_t seconds = base::to_seconds(now);
  const auto unix_now = static_cast<uint64_t>(std::max<int64_t>(seconds, 0));
  const auto skew = static_cast<uint64_t>(limits.clock_skew.count());
  if (signature.signed_at && *signature.signed_at > unix_now + skew) return Verdict{DkimResult::kPermError, "signed in the future"};
  if (signature.expires && *signature.expires < unix_now - std::min(unix_now, skew))
    return Verdict{DkimResult::kPermError, "signature expired"};
  return std::nullopt;
}

// The key's own conditions; nullopt when the signature may be checked with it.
std::optional<Verdict> refuse_key(const Signature& signature, const PublicKey& key, const KeyLimits& limits) {
  if (key.algorithm() != signature.algorithm) return Verdict{DkimResult::kPermError, "key is of another algorithm"};
  if (key.algorithm() == SigningAlgorithm::kRsaSha256) {
    if (key.bits() < limits.min_rsa_bits) return Verdict{DkimResult::kPermError, fmt::format("key has only {} bits", key.bits())};
    if (key.bits() > limits.max_rsa_bits) return Verdict{DkimResult::kPermError, fmt::format("key has {} bits", key.bits())};
  }
  const size_t at = signature.identity.rfind('@');
  if (key.strict_domain() && at != std::string::npos && signature.identity.size() - at - 1 != signature.domain.size())
    return Verdict{DkimResult::kPermError, "key allows no subdomain in i="};
  return std::nullopt;
}

// RFC 6376 6.1.3 steps 1 to 3: the body. nullopt when it is as signed.
std::optional<Verdict> refuse_body(CanonicalMessage& message, const Signature& signature) {
  const BodyHash& hash = message.body_hash(signature.body_form, signature.body_length);
  if (signature.body_length && *signature.body_length > hash.complete) return Verdict{DkimResult::kPermError, "l= is larger than the body"};
  if (hash.digest != signature.body_hash) return Verdict{DkimResult::kFail, "body hash did not verify"};
  return std::nullopt;
}

// RFC 6008 3: eight characters, or as many as tell this signature from the others of the message.
std::string header_b(const std::vector<Signature>& all, size_t index) {
  const std::string& text = all[index].signature_text;
  size_t length = 8;
  for (size_t i = 0; i < all.size(); ++i) {
    if (i == index) continue;
    const std::string& other = all[i].signature_text;
    const auto [mine, theirs] = std::mismatch(text.begin(), text.end(), other.begin(), other.end());
    length = std::max(length, static_cast<size_t>(mine - text.begin()) + 1);
  }
  return text.substr(0, length);
}

}  // namespace

const char* to_string(DkimResult result) {
  switch (result) {
    case DkimResult::kPass:
      return "pass";
    case DkimResult::kFail:
      return "fail";
    case DkimResult::kNeutral:
      return "neutral";
    case DkimResult::kPolicy:
      return "policy";
    case DkimResult::kTempError:
      return "temperror";
    case DkimResult::kPermError:
      return "permerror";
  }
  return "neutral";
}

net::Task<Verdict> check_digest(const Signature& signature, std::string digest, KeyLookup& keys, const DkimLimits& limits) {
  const KeyAnswer answer = co_await keys.find(signature.domain, signature.selector);
  if (!answer.key) co_return Verdict{answer.temporary ? DkimResult::kTempError : DkimResult::kPermError, answer.reason};
  const PublicKey& key = *answer.key;
  Verdict verdict{DkimResult::kPass};
  if (auto refused = refuse_key(signature, key, limits.key))
    verdict = *refused;
  else if (!key.verify(digest, signature.signature))
    verdict = {DkimResult::kFail, "signature did not verify"};
  verdict.key_bits = key.bits();
  verdict.testing = key.testing();
  co_return verdict;
}

net::Task<Verdict> check_signature(CanonicalMessage& message, const Signature& signature, KeyLookup& keys, base::Time now,
                                   const DkimLimits& limits) {
  if (auto refused = refuse_early(message, signature, now, limits)) co_return *refused;
  std::string digest = signed_digest(message, signature.signed_headers, signature.header_form, signature.unsigned_text);
  Verdict verdict = co_await check_digest(signature, std::move(digest), keys, limits);
  const bool had_key = verdict.result == DkimResult::kPass || verdict.result == DkimResult::kFail;
  if (!had_key) co_return verdict;
  if (const auto refused = refuse_body(message, signature)) {
    verdict.result = refused->result;
    verdict.reason = refused->reason;
  }
  const BodyHash& hash = message.body_hash(signature.body_form, signature.body_length);
  if (verdict.result == DkimResult::kPass && hash.octets < hash.complete && !limits.trust_body_length) {
    verdict.result = DkimResult::kPolicy;
    verdict.reason = "the body goes on behind l=";
  }
  // RFC 6376 3.6.1: a failure while testing is as if there were no signature.
  if (verdict.testing && verdict.result == DkimResult::kFail) {
    verdict.result = DkimResult::kNeutral;
    verdict.reason += ", the key is in testing mode";
  }
  co_return verdict;
}

net::Task<std::vector<DkimSignatureResult>> verify_dkim(CanonicalMessage& message, net::Resolver& resolver, base::Time now,
                                                        net::Deadline deadline, DkimLimits limits) {
  const std::vector<Signature> signatures = dkim_signatures(message, limits);
  hash_signed_lengths(message, signatures);
  KeyLookup keys(resolver, deadline, limits.key);
  std::vector<DkimSignatureResult> results;
  for (size_t i = 0; i < signatures.size(); ++i) {
    const Signature& signature = signatures[i];
    Verdict verdict = co_await check_signature(message, signature, keys, now, limits);
    DkimSignatureResult result;
    result.result = verdict.result;
    result.domain = signature.domain;
    result.selector = signature.selector;
    result.identity = signature.identity;
    result.algorithm = signature.algorithm_name;
    result.key_bits = verdict.key_bits;
    result.testing = verdict.testing;
    result.header_b = header_b(signatures, i);
    result.reason = std::move(verdict.reason);
    results.push_back(std::move(result));
  }
  co_return results;
}

void hash_signed_lengths(CanonicalMessage& message, const std::vector<Signature>& signatures) {
  for (const auto form : {Canonicalization::kSimple, Canonicalization::kRelaxed}) {
    std::vector<uint64_t> lengths;
    for (const Signature& signature : signatures)
      if (!signature.fault && signature.body_length && signature.body_form == form) lengths.push_back(*signature.body_length);
    if (!lengths.empty()) message.hash_lengths(form, lengths);
  }
}

void hash_bodies(CanonicalMessage& message, const DkimLimits& limits) {
  std::vector<Signature> signatures = dkim_signatures(message, limits);
  for (const uint32_t index : message.named("arc-message-signature"))
    if (signatures.size() < limits.signatures + 50)
      signatures.push_back(parse_signature(SignatureKind::kArcMessage, message.fields()[index], limits.signature));
  hash_signed_lengths(message, signatures);
  for (const Signature& signature : signatures)
    if (!signature.fault) message.body_hash(signature.body_form, signature.body_length);
}

}  // namespace mailauth
