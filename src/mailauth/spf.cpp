#include "mailauth/spf.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/text.h"
#include "mailauth/domain.h"
#include "mailauth/spf_macro.h"

namespace mailauth {

namespace {

using Kind = SpfMechanism::Kind;
using net::DnsAnswer;
using net::DnsType;
using net::Task;

// Of check_host() for one domain, inside include and redirect too.
struct Verdict {
  SpfResult result = SpfResult::kNone;
  std::string mechanism = {};
  std::string problem = {};
  std::string exp = {};     // the record's, for kFail
  std::string domain = {};  // whose record that was
};

// Whether one mechanism matches, or why the whole check ends.
struct Match {
  bool matches = false;
  std::optional<SpfResult> error = {};
  std::string problem = {};
};

bool same_prefix(std::string_view a, std::string_view b, unsigned bits) {
  const size_t whole = bits / 8;
  if (a.substr(0, whole) != b.substr(0, whole)) return false;
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<uint8_t>(0xff << (8 - bits % 8));
  return ((static_cast<uint8_t>(a[whole]) ^ static_cast<uint8_t>(b[whole])) & mask) == 0;
}

class Check {
 public:
  Check(SpfArgs args, net::Resolver& resolver, SpfLimits limits, net::Deadline deadline)
      : args_(std::move(args)), resolver_(resolver), limits_(limits), deadline_(deadline) {}

  Task<SpfOutcome> run();

 private:
  Task<Verdict> check_domain(std::string domain);
  Task<Verdict> evaluate(SpfRecord record, std::string domain);
  Task<Match> match(const SpfMechanism& mechanism, std::string domain);
  Task<Match> match_include(std::string target);
  Task<Match> match_a(const SpfMechanism& mechanism, std::string target);
  Task<Match> match_mx(const SpfMechanism& mechanism, std::string target);
  Task<Match> match_ptr(std::string target);
  Task<Match> match_exists(std::string target);
  bool match_network(const SpfMechanism& mechanism) const;
  bool match_addresses(const std::vector<net::IpAddress>& addresses, const SpfMechanism& mechanism) const;

  Task<std::string> expand(std::string text, std::string domain);
  Task<std::string> explain(std::string exp, std::string domain);
  Task<std::string> validated_name(std::string domain);
  Task<bool> validates(std::string name);
  Task<void> find_ptr_names();
  Task<DnsAnswer> ask(std::string name, DnsType type) { return resolver_.resolve(std::move(name), type, deadline_); }

  SpfMacroValues values_for(const std::string& domain) const;
  std::optional<Match> count_lookup();
  std::optional<Match> problem_of(const DnsAnswer& answer, const std::string& name);
  DnsType address_type() const { return args_.ip.is_v4() ? DnsType::kA : DnsType::kAaaa; }

  const SpfArgs args_;
  net::Resolver& resolver_;
  const SpfLimits limits_;
  const net::Deadline deadline_;
  std::string local_, sender_domain_;
  unsigned lookups_ = 0, void_lookups_ = 0;
  std::optional<std::vector<std::string>> ptr_names_;  // of the client, not validated; asked for once
  bool ptr_void_ = false;
  std::map<std::string, bool> validated_;
};

Match error(SpfResult result, std::string problem) { return {false, result, std::move(problem)}; }

std::optional<Match> Check::count_lookup() {
  if (++lookups_ > limits_.lookups) return error(SpfResult::kPermError, "more than " + std::to_string(limits_.lookups) + " DNS lookups");
  return std::nullopt;
}

// A term's own answer: trouble ends the check, nothing counts as a void lookup.
std::optional<Match> Check::problem_of(const DnsAnswer& answer, const std::string& name) {
  if (answer.temporary()) return error(SpfResult::kTempError, "DNS: " + base::printable(name) + ": " + answer.cause);
  if (answer.none() && ++void_lookups_ > limits_.void_lookups)
    return error(SpfResult::kPermError, "more than " + std::to_string(limits_.void_lookups) + " void DNS lookups");
  return std::nullopt;
}

SpfMacroValues Check::values_for(const std::string& domain) const {
  SpfMacroValues values;
  values.local = local_;
  values.sender_domain = sender_domain_;
  values.domain = domain;
  values.ip = args_.ip;
  values.helo = args_.helo;
  values.receiver = args_.receiver;
  values.time = args_.time;
  return values;
}

// The name that a domain-spec stands for; "" stands for the domain itself.
Task<std::string> Check::expand(std::string text, std::string domain) {
  if (text.empty()) co_return domain;
  auto values = values_for(domain);
  if (uses_macro(text, 'p')) values.validated = co_await validated_name(domain);
  co_return expand_domain(text, values);
}

Task<void> Check::find_ptr_names() {
  if (ptr_names_) co_return;
  const DnsAnswer answer = co_await ask(net::reverse_name(args_.ip), DnsType::kPtr);
  ptr_names_.emplace(answer.names);
  ptr_void_ = answer.none();
  if (ptr_names_->size() > limits_.ptr_names) ptr_names_->resize(limits_.ptr_names);
}

// The name has the client's address.
Task<bool> Check::validates(std::string name) {
  const auto known = validated_.find(name);
  if (known != validated_.end()) co_return known->second;
  const DnsAnswer answer = co_await ask(name, address_type());
  const bool right = std::find(answer.addresses.begin(), answer.addresses.end(), args_.ip) != answer.addresses.end();
  validated_[name] = right;
  co_return right;
}

// RFC 7208 7.3, %{p}: the domain itself is preferred, then a name below it, then any.
Task<std::string> Check::validated_name(std::string domain) {
  co_await find_ptr_names();
  auto names = *ptr_names_;
  auto rank = [&](const std::string& name) { return name == domain ? 0 : is_within(name, domain) ? 1 : 2; };
  std::stable_sort(names.begin(), names.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  for (const auto& name : names) {
    const bool right = co_await validates(name);
    if (right) co_return name;
  }
  co_return "unknown";
}

// RFC 7208 6.2: anything unusual means no explanation.
Task<std::string> Check::explain(std::string exp, std::string domain) {
  const std::string name = co_await expand(exp, domain);
  const DnsAnswer answer = co_await ask(name, DnsType::kTxt);
  if (answer.texts.size() != 1) co_return "";
  const auto& text = answer.texts.front();
  if (text.size() > limits_.record.size || !is_macro_string(text, SpfMacroPlace::kExplanation)) co_return "";
  auto values = values_for(domain);
  if (uses_macro(text, 'p')) values.validated = co_await validated_name(domain);
  auto words = expand_macros(text, values);
  if (!std::all_of(words.begin(), words.end(), [](char c) { return c >= 0x20 && c < 0x7f; })) co_return "";
  if (words.size() > limits_.explanation) words.resize(limits_.explanation);
  co_return words;
}

bool Check::match_network(const SpfMechanism& mechanism) const {
  const bool v4 = mechanism.kind == Kind::kIp4;
  return args_.ip.is_v4() == v4 && same_prefix(args_.ip.bytes(), mechanism.network, v4 ? mechanism.prefix4 : mechanism.prefix6);
}

bool Check::match_addresses(const std::vector<net::IpAddress>& addresses, const SpfMechanism& mechanism) const {
  const unsigned bits = args_.ip.is_v4() ? mechanism.prefix4 : mechanism.prefix6;
  return std::any_of(addresses.begin(), addresses.end(), [&](const net::IpAddress& address) {
    return address.is_v4() == args_.ip.is_v4() && same_prefix(args_.ip.bytes(), address.bytes(), bits);
  });
}

// RFC 7208 5.2, the table.
Task<Match> Check::match_include(std::string target) {
  const Verdict inner = co_await check_domain(target);
  switch (inner.result) {
    case SpfResult::kPass:
      co_return Match{true};
    case SpfResult::kFail:
    case SpfResult::kSoftFail:
    case SpfResult::kNeutral:
      co_return Match{};
    case SpfResult::kTempError:
    case SpfResult::kPermError:
      co_return error(inner.result, inner.problem);
    case SpfResult::kNone:
      break;
  }
  co_return error(SpfResult::kPermError, "include of a domain without SPF record: " + base::printable(target));
}

Task<Match> Check::match_a(const SpfMechanism& mechanism, std::string target) {
  const DnsAnswer answer = co_await ask(target, address_type());
  if (auto problem = problem_of(answer, target)) co_return *problem;
  co_return Match{match_addresses(answer.addresses, mechanism)};
}

Task<Match> Check::match_mx(const SpfMechanism& mechanism, std::string target) {
  DnsAnswer answer = co_await ask(target, DnsType::kMx);
  if (auto problem = problem_of(answer, target)) co_return *problem;
  if (answer.mx.size() > limits_.mx_names) co_return error(SpfResult::kPermError, "too many MX hosts: " + base::printable(target));
  for (const auto& mx : answer.mx) {
    if (mx.host.empty()) continue;  // RFC 7505: no host
    const DnsAnswer host = co_await ask(mx.host, address_type());
    if (host.temporary()) co_return error(SpfResult::kTempError, "DNS: " + base::printable(mx.host) + ": " + host.cause);
    if (match_addresses(host.addresses, mechanism)) co_return Match{true};
  }
  co_return Match{};
}

// RFC 7208 5.5: an error of DNS is no match.
Task<Match> Check::match_ptr(std::string target) {
  const bool first = !ptr_names_;
  co_await find_ptr_names();
  if (first && ptr_void_ && ++void_lookups_ > limits_.void_lookups)
    co_return error(SpfResult::kPermError, "more than " + std::to_string(limits_.void_lookups) + " void DNS lookups");
  const auto domain = base::to_lower(target);
  for (const auto& name : *ptr_names_) {
    if (!is_within(name, domain)) continue;
    const bool right = co_await validates(name);
    if (right) co_return Match{true};
  }
  co_return Match{};
}

// RFC 7208 5.7: A, also for a client with IPv6.
Task<Match> Check::match_exists(std::string target) {
  const DnsAnswer answer = co_await ask(target, DnsType::kA);
  if (auto problem = problem_of(answer, target)) co_return *problem;
  co_return Match{answer.ok()};
}

Task<Match> Check::match(const SpfMechanism& mechanism, std::string domain) {
  if (mechanism.kind == Kind::kAll) co_return Match{true};
  if (mechanism.kind == Kind::kIp4 || mechanism.kind == Kind::kIp6) co_return Match{match_network(mechanism)};
  const auto& spec = mechanism.domain_spec;
  // RFC 8616 4: no name is published with such a local part in it.
  if (!base::is_ascii(local_) && (uses_macro(spec, 's') || uses_macro(spec, 'l'))) co_return Match{};
  if (auto problem = count_lookup()) co_return *problem;
  if (uses_macro(spec, 'p') && !ptr_names_) {
    if (auto problem = count_lookup()) co_return *problem;  // RFC 7208 4.6.4 counts the PTR question too
  }
  const std::string target = co_await expand(spec, domain);
  Match found;
  switch (mechanism.kind) {
    case Kind::kInclude:
      found = co_await match_include(target);
      break;
    case Kind::kA:
      found = co_await match_a(mechanism, target);
      break;
    case Kind::kMx:
      found = co_await match_mx(mechanism, target);
      break;
    case Kind::kPtr:
      found = co_await match_ptr(target);
      break;
    default:
      found = co_await match_exists(target);
  }
  co_return found;
}

Task<Verdict> Check::evaluate(SpfRecord record, std::string domain) {
  for (const auto& mechanism : record.mechanisms) {
    const Match found = co_await match(mechanism, domain);
    if (found.error) co_return Verdict{*found.error, mechanism.text, found.problem};
    if (found.matches) co_return Verdict{mechanism.result, mechanism.text, {}, record.exp, domain};
  }
  if (record.redirect.empty()) co_return Verdict{SpfResult::kNeutral};
  if (auto problem = count_lookup()) co_return Verdict{*problem->error, "redirect=" + record.redirect, problem->problem};
  const std::string target = co_await expand(record.redirect, domain);
  Verdict other = co_await check_domain(target);
  if (other.result != SpfResult::kNone) co_return other;
  co_return Verdict{SpfResult::kPermError, "redirect=" + record.redirect,
                    "redirect to a domain without SPF record: " + base::printable(target)};
}

Task<Verdict> Check::check_domain(std::string given) {
  const auto domain = fully_qualified(given);
  if (!domain) co_return Verdict{SpfResult::kNone, {}, "malformed domain: " + base::printable(given)};
  const DnsAnswer answer = co_await ask(*domain, DnsType::kTxt);
  if (answer.temporary()) co_return Verdict{SpfResult::kTempError, {}, "DNS: " + *domain + ": " + answer.cause};
  const auto& texts = answer.texts;
  const auto found = std::find_if(texts.begin(), texts.end(), is_spf_record);
  if (found == texts.end()) co_return Verdict{SpfResult::kNone};
  if (std::count_if(found, texts.end(), is_spf_record) > 1)
    co_return Verdict{SpfResult::kPermError, {}, "more than one SPF record: " + *domain};
  auto record = parse_spf_record(*found, limits_.record);
  if (!record.ok()) co_return Verdict{SpfResult::kPermError, {}, *domain + ": " + record.error().text};
  Verdict verdict = co_await evaluate(std::move(*record), *domain);
  co_return verdict;
}

Task<SpfOutcome> Check::run() {
  const auto& from = args_.mail_from;
  const size_t at = from.rfind('@');
  auto domain = from.empty() ? args_.helo : at == std::string::npos ? from : from.substr(at + 1);
  if (at != std::string::npos) local_ = from.substr(0, at);
  if (local_.empty()) local_ = "postmaster";  // RFC 7208 4.3
  sender_domain_ = canonical_domain(domain).value_or(domain);

  Verdict verdict = co_await check_domain(domain);
  SpfOutcome outcome;
  outcome.result = verdict.result;
  outcome.domain = sender_domain_;
  outcome.mechanism = std::move(verdict.mechanism);
  outcome.problem = std::move(verdict.problem);
  if (verdict.result == SpfResult::kFail && !verdict.exp.empty()) outcome.explanation = co_await explain(verdict.exp, verdict.domain);
  co_return outcome;
}

}  // namespace

net::Task<SpfOutcome> check_host(SpfArgs args, net::Resolver& resolver, SpfLimits limits, net::Deadline deadline) {
  Check check(std::move(args), resolver, limits, deadline);
  SpfOutcome outcome = co_await check.run();
  co_return outcome;
}

}  // namespace mailauth
