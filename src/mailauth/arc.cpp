#include "mailauth/arc.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace mailauth {
namespace {

// RFC 8617 4.1.1: "i=N;" before the payload. Takes it off `value`.
std::optional<unsigned> take_instance(std::string_view& value) {
  const size_t end = value.find(';');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view tag = base::trim(value.substr(0, end));
  const size_t equals = tag.find('=');
  if (equals == std::string_view::npos || base::trim(tag.substr(0, equals)) != "i") return std::nullopt;
  const auto number = base::parse_number(base::trim(tag.substr(equals + 1)));
  if (!number || *number < 1 || *number > kMaxArcSets) return std::nullopt;
  value.remove_prefix(end + 1);
  return static_cast<unsigned>(*number);
}

// The i= of a signature or seal, whatever else is wrong with it.
std::optional<unsigned> instance_of(const HeaderField& field) {
  const auto tags = TagList::parse(field.value);
  if (!tags) return std::nullopt;
  const auto number = base::parse_number(tags->value("i").value_or(""));
  if (!number || *number < 1 || *number > kMaxArcSets) return std::nullopt;
  return static_cast<unsigned>(*number);
}

std::optional<unsigned> results_instance(const HeaderField& field) {
  std::string_view value = field.value;
  return take_instance(value);
}

// A chain with its fields read.
struct Chain {
  ArcFieldSets fields;
  std::vector<Signature> signatures, seals;
};

std::string fault_of(const Signature& signature, const char* what, size_t instance) {
  return fmt::format("{} {}: {}", what, instance, signature.fault->reason);
}

// RFC 8617 5.2 steps 2 and 3; "" when the chain is worth checking.
std::string structure_fault(const Chain& chain, bool& ended) {
  if (!chain.fields.fault.empty()) return chain.fields.fault;
  const size_t count = chain.seals.size();
  ended = chain.seals.back().chain_status == "fail";
  if (ended) return fmt::format("ARC-Seal {} says cv=fail", count);
  for (size_t i = 0; i < count; ++i) {
    if (chain.seals[i].fault) return fault_of(chain.seals[i], "ARC-Seal", i + 1);
    if (chain.seals[i].chain_status != (i == 0 ? "none" : "pass"))
      return fmt::format("ARC-Seal {} says cv={}", i + 1, chain.seals[i].chain_status);
  }
  if (chain.signatures.back().fault) return fault_of(chain.signatures.back(), "ARC-Message-Signature", count);
  return {};
}

// What each seal signed, from 1.
std::vector<std::string> seal_digests(const Chain& chain) {
  std::vector<std::string> digests;
  Sha256 before;
  for (size_t i = 0; i < chain.seals.size(); ++i) {
    const ArcFields& fields = chain.fields.sets[i];
    add_sealed(fields.results->text, before);
    add_sealed(fields.signature->text, before);
    Sha256 own = before;
    std::string last;
    append_canonical(Canonicalization::kRelaxed, chain.seals[i].unsigned_text, last);
    own.add(last);
    digests.push_back(own.finish());
    add_sealed(fields.seal->text, before);
  }
  return digests;
}

void fail(ArcChain& out, const SignatureVerdict& verdict, const char* what, size_t instance) {
  out.status = ArcStatus::kFail;
  out.temporary = verdict.result == DkimResult::kTempError;
  out.reason = fmt::format("{} {}: {}", what, instance, verdict.reason);
}

std::vector<ArcSet> describe(const Chain& chain) {
  std::vector<ArcSet> sets;
  for (size_t i = 0; i < chain.seals.size(); ++i) {
    std::string_view results = chain.fields.sets[i].results->value;
    take_instance(results);
    sets.push_back(
        {static_cast<unsigned>(i + 1), chain.seals[i].domain, chain.seals[i].selector, chain.signatures[i].domain, std::string(results)});
  }
  return sets;
}

}  // namespace

const char* to_string(ArcStatus status) {
  switch (status) {
    case ArcStatus::kNone:
      return "none";
    case ArcStatus::kPass:
      return "pass";
    case ArcStatus::kFail:
      return "fail";
  }
  return "fail";
}

ArcFieldSets collect_arc_fields(const CanonicalMessage& message) {
  ArcFieldSets found;
  std::vector<ArcFields> sets(kMaxArcSets);
  const auto collect = [&](const std::string& name, const HeaderField* ArcFields::*slot,
                           std::optional<unsigned> (*instance)(const HeaderField&)) {
    for (const uint32_t index : message.named(name)) {
      const HeaderField& field = message.fields()[index];
      const auto number = instance(field);
      if (!number) {
        if (found.fault.empty()) found.fault = "ARC field without a valid instance";
        continue;
      }
      found.highest = std::max(found.highest, *number);
      const HeaderField*& place = sets[*number - 1].*slot;
      if (place && found.fault.empty()) found.fault = fmt::format("ARC set {} has a field twice", *number);
      place = &field;
    }
  };
  collect("arc-authentication-results", &ArcFields::results, results_instance);
  collect("arc-message-signature", &ArcFields::signature, instance_of);
  collect("arc-seal", &ArcFields::seal, instance_of);
  sets.resize(found.highest);
  for (size_t i = 0; i < sets.size(); ++i) {
    const ArcFields& set = sets[i];
    if ((!set.results || !set.signature || !set.seal) && found.fault.empty())
      found.fault = fmt::format("ARC set {} is not complete", i + 1);
  }
  if (message.header_too_large() && found.highest > 0) found.fault = "message header is too large";
  if (found.fault.empty()) found.sets = std::move(sets);
  return found;
}

void add_sealed(std::string_view field_text, Sha256& hash) {
  std::string canonical;
  append_canonical(Canonicalization::kRelaxed, field_text, canonical);
  canonical += "\r\n";
  hash.add(canonical);
}

net::Task<ArcChain> verify_arc(CanonicalMessage& message, net::Resolver& resolver, base::Time now, net::Deadline deadline,
                               DkimLimits limits) {
  Chain chain;
  chain.fields = collect_arc_fields(message);
  ArcChain out;
  out.highest = chain.fields.highest;
  if (out.highest == 0 && chain.fields.fault.empty()) co_return out;
  for (const ArcFields& set : chain.fields.sets) {
    chain.signatures.push_back(parse_signature(SignatureKind::kArcMessage, *set.signature, limits.signature));
    chain.seals.push_back(parse_signature(SignatureKind::kArcSeal, *set.seal, limits.signature));
  }
  out.sets = describe(chain);
  out.reason = structure_fault(chain, out.ended);
  if (!out.reason.empty()) {
    out.status = ArcStatus::kFail;
    co_return out;
  }

  hash_signed_lengths(message, chain.signatures);
  KeyLookup keys(resolver, deadline, limits.key);
  const size_t count = chain.seals.size();
  const SignatureVerdict newest = co_await check_signature(message, chain.signatures.back(), keys, now, limits);
  if (newest.result != DkimResult::kPass) {
    fail(out, newest, "ARC-Message-Signature", count);
    co_return out;
  }
  const std::vector<std::string> digests = seal_digests(chain);
  for (size_t i = count; i-- > 0;) {
    std::string digest = digests[i];
    const SignatureVerdict seal = co_await check_digest(chain.seals[i], std::move(digest), keys, limits);
    if (seal.result != DkimResult::kPass) {
      fail(out, seal, "ARC-Seal", i + 1);
      co_return out;
    }
  }
  out.status = ArcStatus::kPass;
  for (size_t i = count - 1; i-- > 0 && out.oldest_pass == 0;) {
    const SignatureVerdict older = co_await check_signature(message, chain.signatures[i], keys, now, limits);
    if (older.result != DkimResult::kPass) out.oldest_pass = static_cast<unsigned>(i + 2);
  }
  co_return out;
}

}  // namespace mailauth
