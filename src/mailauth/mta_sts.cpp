#include "mailauth/mta_sts.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "mailauth/domain.h"
#include "mailauth/record_tags.h"

namespace mailauth {

namespace {

constexpr std::string_view kVersion = "STSv1";
constexpr uint64_t kLongestAge = 31557600;  // RFC 8461 3.2

base::Error invalid(std::string text) { return {base::ErrorKind::kInvalid, std::move(text), {}}; }

// RFC 8461 3.1: a record that does not begin so is somebody else's.
bool is_sts_record(std::string_view text) { return has_version(text, kVersion) && text.starts_with("v=STSv1"); }

std::optional<std::string> parse_pattern(std::string_view text) {
  const bool wildcard = text.starts_with("*.");
  const auto name = canonical_domain(wildcard ? text.substr(2) : text);
  if (!name ||
      !std::all_of(name->begin(), name->end(), [](char c) { return base::is_alpha(c) || base::is_digit(c) || c == '-' || c == '.'; }))
    return std::nullopt;
  return wildcard ? "*." + *name : *name;
}

std::optional<StsPolicy::Mode> parse_mode(std::string_view text) {
  if (text == "enforce") return StsPolicy::Mode::kEnforce;
  if (text == "testing") return StsPolicy::Mode::kTesting;
  if (text == "none") return StsPolicy::Mode::kNone;
  return std::nullopt;
}

// What the fields said; of all but mx the first counts.
struct Fields {
  std::optional<std::string_view> version, mode, max_age;
  std::vector<std::string> mx;
};

base::Result<void> read_line(std::string_view line, Fields& fields, const StsPolicyLimits& limits) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return invalid("MTA-STS policy: not a field: " + base::printable(line, 100));
  const auto name = line.substr(0, colon), value = base::trim(line.substr(colon + 1));
  if (name == "version" && !fields.version) fields.version = value;
  if (name == "mode" && !fields.mode) fields.mode = value;
  if (name == "max_age" && !fields.max_age) fields.max_age = value;
  if (name != "mx") return {};
  auto pattern = parse_pattern(value);
  if (!pattern) return invalid("MTA-STS policy: wrong mx: " + base::printable(value, 100));
  if (fields.mx.size() == limits.mx) return invalid("MTA-STS policy: too many mx fields");
  fields.mx.push_back(std::move(*pattern));
  return {};
}

}  // namespace

base::Result<std::string> parse_sts_record(std::string_view text) {
  if (!is_sts_record(text)) return invalid("not an MTA-STS record");
  const auto tags = parse_record_tags(text);
  const auto id = tags.find("id");
  if (tags.malformed || !id) return invalid("MTA-STS record without id or malformed");
  const bool right = !id->empty() && id->size() <= 32 &&
                     std::all_of(id->begin(), id->end(), [](char c) { return base::is_alpha(c) || base::is_digit(c); });
  if (!right) return invalid("MTA-STS record with a wrong id");
  return std::string(*id);
}

net::Task<StsLookup> find_sts_record(std::string domain, net::Resolver& resolver, net::Deadline deadline) {
  StsLookup lookup;
  const net::DnsAnswer answer = co_await resolver.resolve("_mta-sts." + domain, net::DnsType::kTxt, deadline);
  if (answer.temporary()) {
    lookup.status = StsLookup::Status::kTemporary;
    lookup.problem = answer.cause;
    co_return lookup;
  }
  const auto first = std::find_if(answer.texts.begin(), answer.texts.end(), is_sts_record);
  if (first == answer.texts.end()) co_return lookup;
  if (std::count_if(first, answer.texts.end(), is_sts_record) > 1) {
    lookup.problem = "more than one MTA-STS record";
    co_return lookup;
  }
  auto id = parse_sts_record(*first);
  if (!id.ok()) {
    lookup.problem = id.error().text;
    co_return lookup;
  }
  lookup.status = StsLookup::Status::kFound;
  lookup.id = std::move(*id);
  co_return lookup;
}

std::string sts_policy_url(std::string_view domain) { return "https://mta-sts." + std::string(domain) + "/.well-known/mta-sts.txt"; }

base::Result<StsPolicy> parse_sts_policy(std::string_view body, const StsPolicyLimits& limits) {
  if (body.size() > limits.size) return invalid("MTA-STS policy too long");
  Fields fields;
  for (auto line : base::split(body, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (base::trim(line).empty()) continue;
    auto read = read_line(line, fields, limits);
    if (!read.ok()) return read.error();
  }
  if (fields.version != kVersion) return invalid("MTA-STS policy of another version");
  const auto mode = fields.mode ? parse_mode(*fields.mode) : std::nullopt;
  if (!mode) return invalid("MTA-STS policy without a valid mode");
  const auto age = fields.max_age ? base::parse_number(*fields.max_age) : std::nullopt;
  if (!age || fields.max_age->size() > 10 || *age > kLongestAge) return invalid("MTA-STS policy without a valid max_age");
  if (fields.mx.empty() && *mode != StsPolicy::Mode::kNone) return invalid("MTA-STS policy without mx");
  return StsPolicy{*mode, std::move(fields.mx), std::chrono::seconds(*age)};
}

bool sts_allows(const StsPolicy& policy, std::string_view host) {
  const auto name = canonical_domain(host);
  if (!name) return false;
  return std::any_of(policy.mx.begin(), policy.mx.end(), [&](const std::string& pattern) {
    if (!pattern.starts_with("*.")) return *name == pattern;
    const size_t dot = name->find('.');
    return dot != std::string::npos && std::string_view(*name).substr(dot) == std::string_view(pattern).substr(1);
  });
}

}  // namespace mailauth
