#include "mailauth/bimi.h"

#include <algorithm>

#include "base/text.h"
#include "mailauth/domain.h"
#include "mailauth/record_tags.h"

namespace mailauth {

namespace {

constexpr size_t kLongestRecord = 4096;
constexpr size_t kLongestSelector = 63;

base::Error invalid(std::string text) { return {base::ErrorKind::kInvalid, std::move(text), {}}; }

bool is_bimi_record(std::string_view text) { return has_version(text, "BIMI1"); }

bool is_https_or_empty(std::string_view uri) {
  if (uri.empty()) return true;
  return base::istarts_with(uri, "https://") && uri.size() > 8 &&
         std::all_of(uri.begin(), uri.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

net::Task<BimiLookup> ask(std::string domain, std::string selector, net::Resolver& resolver, net::Deadline deadline) {
  BimiLookup lookup;
  lookup.domain = domain;
  lookup.selector = selector;
  const net::DnsAnswer answer = co_await resolver.resolve(selector + "._bimi." + domain, net::DnsType::kTxt, deadline);
  if (answer.temporary()) {
    lookup.status = BimiLookup::Status::kTemporary;
    lookup.problem = answer.cause;
    co_return lookup;
  }
  const auto first = std::find_if(answer.texts.begin(), answer.texts.end(), is_bimi_record);
  if (first == answer.texts.end()) co_return lookup;
  if (std::count_if(first, answer.texts.end(), is_bimi_record) > 1) {
    lookup.problem = "more than one BIMI record";
    co_return lookup;
  }
  auto assertion = parse_bimi_record(*first);
  if (!assertion.ok()) {
    lookup.problem = assertion.error().text;
    co_return lookup;
  }
  lookup.status = BimiLookup::Status::kFound;
  lookup.assertion = std::move(*assertion);
  co_return lookup;
}

}  // namespace

bool bimi_applies(const DmarcOutcome& dmarc) {
  if (dmarc.result != DmarcResult::kPass || !dmarc.record || dmarc.published == DmarcPolicy::kNone) return false;
  const auto& record = *dmarc.record;
  if (record.policy == DmarcPolicy::kNone || record.subdomain_policy == DmarcPolicy::kNone || record.testing) return false;
  return record.percent == 100 || dmarc.published == DmarcPolicy::kReject;
}

std::string bimi_selector(std::string_view header_value) {
  const std::string otherwise = "default";
  if (header_value.size() > kLongestRecord || !has_version(header_value, "BIMI1")) return otherwise;
  const auto tags = parse_record_tags(header_value);
  const auto selector = tags.find("s");
  if (!selector || selector->empty() || selector->size() > kLongestSelector) return otherwise;
  const bool right = std::all_of(selector->begin(), selector->end(),
                                 [](char c) { return base::is_alpha(c) || base::is_digit(c) || c == '-' || c == '_' || c == '.'; });
  return right ? base::to_lower(*selector) : otherwise;
}

base::Result<BimiAssertion> parse_bimi_record(std::string_view text) {
  if (!is_bimi_record(text) || text.size() > kLongestRecord) return invalid("not a BIMI record, or too long");
  const auto tags = parse_record_tags(text);
  const auto location = tags.find("l"), authority = tags.find("a");
  if (tags.malformed || tags.repeated || !location) return invalid("BIMI record without l= or malformed");
  if (!is_https_or_empty(*location) || !is_https_or_empty(authority.value_or("")))
    return invalid("BIMI record with a URI that is not https");
  return BimiAssertion{std::string(*location), std::string(authority.value_or(""))};
}

net::Task<BimiLookup> find_bimi(std::string domain, std::string selector, net::Resolver& resolver, PublicSuffixList suffixes,
                                net::Deadline deadline) {
  const auto name = canonical_domain(domain);
  if (!name) co_return BimiLookup{};
  BimiLookup own = co_await ask(*name, selector, resolver, deadline);
  if (own.status != BimiLookup::Status::kNone) co_return own;
  const auto organization = suffixes.organizational_domain(*name);
  if (!organization || *organization == *name) co_return own;
  BimiLookup above = co_await ask(*organization, selector, resolver, deadline);
  co_return above;
}

}  // namespace mailauth
