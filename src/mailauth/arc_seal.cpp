#include <fmt/format.h>

#include "base/text.h"
#include "mailauth/arc.h"

namespace mailauth {
namespace {

using base::Error;
using base::ErrorKind;

// "i=2; a=rsa-sha256;", which begins both signed fields.
std::string opening(std::string_view name, unsigned instance, const PrivateKey& key) {
  return fmt::format("{}: i={}; a={};", name, instance, to_string(key.algorithm()));
}

}  // namespace

base::Result<ArcSealer> ArcSealer::make(ArcSealOptions options, const std::string& pem) {
  // The same conditions hold for a signer of the same name.
  const auto signer = DkimSigner::make({.domain = options.domain, .selector = options.selector, .headers = options.headers}, pem);
  if (!signer) return signer.error();
  options.headers.present.emplace_back("DKIM-Signature");  // RFC 8617 4.1.2
  for (const auto* list : {&options.headers.oversigned, &options.headers.present})
    for (const std::string& name : *list)
      if (base::istarts_with(name, "arc-") || base::iequals(name, "Authentication-Results"))
        return Error{ErrorKind::kInvalid, "an ARC-Message-Signature does not sign " + name};
  auto key = PrivateKey::from_pem(pem);
  if (!key) return key.error();
  return ArcSealer(std::move(options), std::move(*key));
}

base::Result<std::string> ArcSealer::seal(CanonicalMessage& message, const ArcChain& chain, const AuthenticationResults& results,
                                          base::Time now) const {
  if (chain.ended) return Error{ErrorKind::kDenied, "the ARC chain has ended"};
  const unsigned instance = chain.highest + 1;
  if (instance > kMaxArcSets) return Error{ErrorKind::kLimit, "the ARC chain has 50 sets"};
  if (message.header_too_large()) return Error{ErrorKind::kLimit, "message header is too large"};
  const int64_t seconds = base::to_seconds(now);
  const std::string tail = fmt::format("\r\n\td={}; s={}; t={};", options_.domain, options_.selector, seconds);

  const std::string aar = fmt::format("ARC-Authentication-Results: i={}; {}", instance, format_payload(results));

  const auto names = headers_to_sign(message, options_.headers);
  std::string ams = opening("ARC-Message-Signature", instance, key_) + " c=relaxed/relaxed;" + tail;
  ams += "\r\n\th=" + fold_names(names, 10) + ";";
  ams += "\r\n\tbh=" + base::base64_encode(message.body_hash(Canonicalization::kRelaxed).digest) + ";\r\n\tb=";
  ams += fold_base64(key_.sign(signed_digest(message, names, Canonicalization::kRelaxed, ams)));

  std::string seal = opening("ARC-Seal", instance, key_) + fmt::format(" cv={};", to_string(chain.status)) + tail + "\r\n\tb=";
  Sha256 hash;
  // RFC 8617 5.1.2: a failed chain is not vouched for; the seal is over our set alone.
  if (chain.status == ArcStatus::kPass) {
    const ArcFieldSets before = collect_arc_fields(message);
    for (const ArcFields& set : before.sets) {
      add_sealed(set.results->text, hash);
      add_sealed(set.signature->text, hash);
      add_sealed(set.seal->text, hash);
    }
  }
  add_sealed(aar, hash);
  add_sealed(ams, hash);
  std::string last;
  append_canonical(Canonicalization::kRelaxed, seal, last);
  hash.add(last);
  seal += fold_base64(key_.sign(hash.finish()));
  return seal + "\r\n" + ams + "\r\n" + aar + "\r\n";
}

}  // namespace mailauth
