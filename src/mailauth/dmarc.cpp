#include "mailauth/dmarc.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "mailauth/domain.h"
#include "mailauth/record_tags.h"
#include "mime/address.h"

namespace mailauth {

namespace {

using net::DnsAnswer;
using net::DnsType;
using net::Task;

constexpr size_t kWalkLabels = 8;  // longer names are cut to one label less after the first question

// What _dmarc.<domain> has.
struct Found {
  enum class Kind { kNone, kRecord, kInvalid, kTemporary };
  Kind kind = Kind::kNone;
  DmarcRecord record = {};
  std::string problem = {};
};

struct Walk {
  std::vector<std::pair<std::string, DmarcRecord>> records;  // longest name first
  std::string organizational_domain;
  bool temporary = false;
  std::string problem;
};

std::string parent(const std::string& domain) {
  const size_t dot = domain.find('.');
  return dot == std::string::npos ? std::string() : domain.substr(dot + 1);
}

size_t labels(const std::string& domain) { return static_cast<size_t>(std::count(domain.begin(), domain.end(), '.')) + 1; }

std::string last_labels(std::string domain, size_t count) {
  while (labels(domain) > count) domain = parent(domain);
  return domain;
}

class Evaluation {
 public:
  Evaluation(DmarcArgs args, net::Resolver& resolver, PublicSuffixList suffixes, DmarcSettings settings, net::Deadline deadline)
      : args_(std::move(args)), resolver_(resolver), suffixes_(std::move(suffixes)), settings_(settings), deadline_(deadline) {}

  Task<DmarcOutcome> run();

 private:
  Task<Found> find(std::string domain);
  Task<Walk> walk(std::string domain);
  Task<bool> discover();
  Task<bool> discover_by_list();
  Task<bool> discover_by_walk();
  Task<bool> aligned(DmarcIdentifier identifier, bool strict);
  Task<std::string> organizational_domain(std::string domain);
  Task<bool> nonexistent(std::string domain);
  Task<void> choose_policy();
  void apply_policy();
  bool take(Found found, const std::string& domain);
  bool give_up(DmarcResult result, std::string problem);

  const DmarcArgs args_;
  net::Resolver& resolver_;
  const PublicSuffixList suffixes_;
  const DmarcSettings settings_;
  const net::Deadline deadline_;
  DmarcOutcome outcome_;
  std::map<std::string, Found> asked_;
  bool temporary_ = false;  // an organizational domain could not be found out
};

bool Evaluation::give_up(DmarcResult result, std::string problem) {
  outcome_.result = result;
  outcome_.problem = std::move(problem);
  return false;
}

Task<Found> Evaluation::find(std::string domain) {
  const auto known = asked_.find(domain);
  if (known != asked_.end()) co_return known->second;
  const DnsAnswer answer = co_await resolver_.resolve("_dmarc." + domain, DnsType::kTxt, deadline_);
  Found found;
  if (answer.temporary()) {
    found = {Found::Kind::kTemporary, {}, "DNS: _dmarc." + domain + ": " + answer.cause};
  } else {
    const auto first = std::find_if(answer.texts.begin(), answer.texts.end(), is_dmarc_record);
    const auto count = std::count_if(first, answer.texts.end(), is_dmarc_record);
    if (count > 1) found = {Found::Kind::kInvalid, {}, "more than one DMARC record: " + domain};
    if (count == 1) {
      auto record = parse_dmarc_record(*first, settings_.record);
      if (record.ok())
        found = {Found::Kind::kRecord, std::move(*record), {}};
      else
        found = {Found::Kind::kInvalid, {}, record.error().text + ": " + domain};
    }
  }
  asked_[domain] = found;
  co_return found;
}

// Up the tree, and which name on the way is the organizational domain.
Task<Walk> Evaluation::walk(std::string start) {
  Walk result;
  result.organizational_domain = start;
  auto at = start;
  while (!at.empty()) {
    const Found found = co_await find(at);
    if (found.kind == Found::Kind::kTemporary) {
      result.temporary = true;
      result.problem = found.problem;
      co_return result;
    }
    if (found.kind == Found::Kind::kRecord) {
      result.records.emplace_back(at, found.record);
      const bool suffix = found.record.psd == DmarcRecord::Psd::kYes && at != start;
      result.organizational_domain = suffix ? last_labels(start, labels(at) + 1) : at;
      if (suffix || found.record.psd == DmarcRecord::Psd::kNo) co_return result;
    }
    at = last_labels(parent(at), kWalkLabels - 1);
  }
  co_return result;
}

bool Evaluation::take(Found found, const std::string& domain) {
  switch (found.kind) {
    case Found::Kind::kTemporary:
      return give_up(DmarcResult::kTempError, found.problem);
    case Found::Kind::kInvalid:
      return give_up(DmarcResult::kPermError, found.problem);
    case Found::Kind::kNone:
      return give_up(DmarcResult::kNone, {});
    case Found::Kind::kRecord:
      break;
  }
  outcome_.record = std::move(found.record);
  outcome_.record_domain = domain;
  return true;
}

// RFC 7489 6.6.3.
Task<bool> Evaluation::discover_by_list() {
  const auto& from = outcome_.from_domain;
  outcome_.organizational_domain = suffixes_.organizational_domain(from).value_or(from);
  const Found own = co_await find(from);
  if (own.kind != Found::Kind::kNone || outcome_.organizational_domain == from) co_return take(own, from);
  const Found above = co_await find(outcome_.organizational_domain);
  co_return take(above, outcome_.organizational_domain);
}

// The author's own record, else that of its organization, else that of the public suffix.
Task<bool> Evaluation::discover_by_walk() {
  const Walk found = co_await walk(outcome_.from_domain);
  if (found.temporary) co_return give_up(DmarcResult::kTempError, found.problem);
  outcome_.organizational_domain = found.organizational_domain;
  const std::pair<std::string, DmarcRecord>* best = nullptr;
  for (const auto& entry : found.records) {
    const bool own = entry.first == outcome_.from_domain;
    const bool right = own || entry.first == found.organizational_domain || entry.second.psd == DmarcRecord::Psd::kYes;
    if (right && !best) best = &entry;
  }
  if (!best) {
    const Found own = co_await find(outcome_.from_domain);  // known: why it has none
    const bool invalid = own.kind == Found::Kind::kInvalid;
    co_return give_up(invalid ? DmarcResult::kPermError : DmarcResult::kNone, own.problem);
  }
  outcome_.record = best->second;
  outcome_.record_domain = best->first;
  co_return true;
}

Task<std::string> Evaluation::organizational_domain(std::string domain) {
  if (!settings_.tree_walk) co_return suffixes_.organizational_domain(domain).value_or(domain);
  const Walk found = co_await walk(domain);
  if (found.temporary) {
    temporary_ = true;
    co_return "";
  }
  co_return found.organizational_domain;
}

// RFC 7489 3.1.
Task<bool> Evaluation::aligned(DmarcIdentifier identifier, bool strict) {
  const auto domain = canonical_domain(identifier.domain);
  if (!identifier.pass || !domain) co_return false;
  if (*domain == outcome_.from_domain) co_return true;
  if (strict) co_return false;
  const auto organization = co_await organizational_domain(*domain);
  co_return organization == outcome_.organizational_domain;
}

// Neither A, AAAA nor MX (RFC 9091 2.6).
Task<bool> Evaluation::nonexistent(std::string domain) {
  for (const auto type : {DnsType::kA, DnsType::kAaaa, DnsType::kMx}) {
    const DnsAnswer answer = co_await resolver_.resolve(domain, type, deadline_);
    if (!answer.none()) co_return false;
  }
  co_return true;
}

Task<void> Evaluation::choose_policy() {
  const auto& record = *outcome_.record;
  outcome_.published = record.policy;
  if (outcome_.record_domain == outcome_.from_domain) co_return;
  outcome_.published = record.subdomain_policy.value_or(record.policy);
  if (!settings_.tree_walk || !record.nonexistent_policy) co_return;
  const bool missing = co_await nonexistent(outcome_.from_domain);
  if (missing) outcome_.published = *record.nonexistent_policy;
}

// RFC 7489 6.6.4: what is not sampled gets the next lower policy. t=y of the successor means the same for every message.
void Evaluation::apply_policy() {
  const auto& record = *outcome_.record;
  const bool lower = settings_.tree_walk ? record.testing : args_.random >= record.percent;
  outcome_.apply = outcome_.published;
  if (!lower) return;
  outcome_.apply = outcome_.published == DmarcPolicy::kReject ? DmarcPolicy::kQuarantine : DmarcPolicy::kNone;
}

Task<DmarcOutcome> Evaluation::run() {
  const auto from = canonical_domain(args_.from_domain);
  if (!from) {
    give_up(DmarcResult::kPermError, "malformed author domain: " + base::printable(args_.from_domain));
    co_return outcome_;
  }
  outcome_.from_domain = *from;
  bool found = false;
  if (settings_.tree_walk)
    found = co_await discover_by_walk();
  else
    found = co_await discover_by_list();
  if (!found) co_return outcome_;

  co_await choose_policy();
  outcome_.spf_aligned = co_await aligned(args_.spf, outcome_.record->strict_spf);
  size_t compared = 0;
  bool temporary = args_.spf.temporary;
  for (const auto& signature : args_.dkim) {
    temporary = temporary || signature.temporary;
    if (!signature.pass || outcome_.dkim_aligned || ++compared > settings_.identifiers) continue;
    outcome_.dkim_aligned = co_await aligned(signature, outcome_.record->strict_dkim);
  }
  if (outcome_.spf_aligned || outcome_.dkim_aligned) {
    outcome_.result = DmarcResult::kPass;
  } else if (temporary || temporary_) {
    give_up(DmarcResult::kTempError, "a check that might have passed could not be made");
  } else {
    outcome_.result = DmarcResult::kFail;
    apply_policy();
  }
  co_return outcome_;
}

// The host of a "mailto:local@host" URI, canonical.
std::optional<std::string> mailto_host(std::string_view uri) {
  if (!base::istarts_with(uri, "mailto:")) return std::nullopt;
  const auto address = uri.substr(7, uri.find('?') == std::string_view::npos ? std::string_view::npos : uri.find('?') - 7);
  const size_t at = address.rfind('@');
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  return canonical_domain(address.substr(at + 1));
}

}  // namespace

const char* to_string(DmarcResult result) {
  switch (result) {
    case DmarcResult::kNone:
      return "none";
    case DmarcResult::kPass:
      return "pass";
    case DmarcResult::kFail:
      return "fail";
    case DmarcResult::kTempError:
      return "temperror";
    case DmarcResult::kPermError:
      return "permerror";
  }
  return "none";
}

DmarcAuthor find_author(std::span<const std::string> from_values) {
  DmarcAuthor author;
  if (from_values.size() != 1) {
    author.problem = from_values.empty() ? "no From field" : "more than one From field";
    return author;
  }
  constexpr size_t kMailboxes = 100;
  for (const auto& mailbox : mime::parse_addresses(from_values.front(), kMailboxes)) {
    if (mailbox.kind != mime::Address::Kind::kMailbox) continue;
    const auto domain = canonical_domain(mailbox.host);
    if (!domain) {
      author.problem = "From with an address that has no domain";
      author.domains.clear();
      return author;
    }
    if (std::find(author.domains.begin(), author.domains.end(), *domain) == author.domains.end()) author.domains.push_back(*domain);
  }
  if (author.domains.empty()) author.problem = "From without an address";
  return author;
}

net::Task<DmarcOutcome> evaluate_dmarc(DmarcArgs args, net::Resolver& resolver, PublicSuffixList suffixes, DmarcSettings settings,
                                       net::Deadline deadline) {
  Evaluation evaluation(std::move(args), resolver, std::move(suffixes), settings, deadline);
  DmarcOutcome outcome = co_await evaluation.run();
  co_return outcome;
}

net::Task<std::vector<DmarcReportUri>> verify_report_uris(std::string record_domain, std::vector<DmarcReportUri> uris,
                                                          net::Resolver& resolver, PublicSuffixList suffixes, DmarcSettings settings,
                                                          net::Deadline deadline) {
  std::vector<DmarcReportUri> right;
  const auto organization = suffixes.organizational_domain(record_domain).value_or(record_domain);
  size_t external = 0;
  for (const auto& uri : uris) {
    const auto host = mailto_host(uri.uri);
    if (!host) continue;
    if (suffixes.organizational_domain(*host).value_or(*host) == organization) {
      right.push_back(uri);
      continue;
    }
    if (++external > settings.external_reports) continue;
    const DnsAnswer answer = co_await resolver.resolve(record_domain + "._report._dmarc." + *host, DnsType::kTxt, deadline);
    const auto consent = std::find_if(answer.texts.begin(), answer.texts.end(), is_dmarc_record);
    if (consent == answer.texts.end()) continue;
    // "v=DMARC1; rua=…" has no policy, which parse_dmarc_record() lets pass for the sake of its rua.
    const auto instead = parse_dmarc_record(*consent, settings.record);
    if (!instead.ok() || instead->aggregate.empty()) {
      right.push_back(uri);
      continue;
    }
    for (const auto& other : instead->aggregate)
      if (mailto_host(other.uri) == host) right.push_back(other);
  }
  co_return right;
}

}  // namespace mailauth
