#include "mailauth/dmarc_record.h"

#include <algorithm>

#include "base/text.h"
#include "mailauth/record_tags.h"

namespace mailauth {

namespace {

std::optional<DmarcPolicy> parse_policy(std::string_view text) {
  for (const auto policy : {DmarcPolicy::kNone, DmarcPolicy::kQuarantine, DmarcPolicy::kReject})
    if (base::iequals(text, to_string(policy))) return policy;
  return std::nullopt;
}

// "!" 1*DIGIT [ "k" / "m" / "g" / "t" ] at the end of a URI. nullopt when it is not that.
std::optional<uint64_t> parse_size(std::string_view text) {
  unsigned shift = 0;
  if (!text.empty()) {
    const size_t unit = std::string_view("kmgt").find(base::ascii_lower(text.back()));
    if (unit != std::string_view::npos) {
      shift = 10 * (static_cast<unsigned>(unit) + 1);
      text.remove_suffix(1);
    }
  }
  const auto number = base::parse_number(text);
  if (!number || *number > (UINT64_MAX >> shift)) return std::nullopt;
  return *number << shift;
}

bool is_uri(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size() || !base::is_alpha(text.front())) return false;
  const auto scheme = text.substr(0, colon);
  return std::all_of(scheme.begin(), scheme.end(),
                     [](char c) { return base::is_alpha(c) || base::is_digit(c) || c == '+' || c == '-' || c == '.'; }) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// Comma and "!" inside a URI are percent-encoded (RFC 7489 6.2).
std::vector<DmarcReportUri> parse_uris(std::string_view text, size_t limit) {
  std::vector<DmarcReportUri> uris;
  for (auto piece : base::split(text, ',')) {
    if (uris.size() == limit) break;
    piece = base::trim(piece);
    DmarcReportUri uri;
    if (const size_t mark = piece.rfind('!'); mark != std::string_view::npos) {
      const auto size = parse_size(piece.substr(mark + 1));
      if (!size) continue;
      uri.max_size = *size;
      piece = piece.substr(0, mark);
    }
    if (!is_uri(piece)) continue;
    uri.uri = piece;
    uris.push_back(std::move(uri));
  }
  return uris;
}

uint64_t number_or(const RecordTags& tags, std::string_view name, uint64_t most, uint64_t otherwise) {
  const auto text = tags.find(name);
  const auto number = text ? base::parse_number(*text) : std::nullopt;
  return number && *number <= most ? *number : otherwise;
}

bool is_letter(const RecordTags& tags, std::string_view name, std::string_view letter) {
  const auto text = tags.find(name);
  return text && base::iequals(*text, letter);
}

}  // namespace

const char* to_string(DmarcPolicy policy) {
  switch (policy) {
    case DmarcPolicy::kNone:
      return "none";
    case DmarcPolicy::kQuarantine:
      return "quarantine";
    case DmarcPolicy::kReject:
      return "reject";
  }
  return "none";
}

bool is_dmarc_record(std::string_view text) { return has_version(text, "DMARC1"); }

base::Result<DmarcRecord> parse_dmarc_record(std::string_view text, const DmarcRecordLimits& limits) {
  if (text.size() > limits.size) return base::Error{base::ErrorKind::kInvalid, "DMARC record too long", {}};
  const auto tags = parse_record_tags(text);
  // RFC 6376 3.2, whose syntax this is: a tag given twice makes the whole list invalid.
  if (tags.repeated) return base::Error{base::ErrorKind::kInvalid, "DMARC record with a tag given twice", {}};
  DmarcRecord record;
  record.text = text;
  if (const auto rua = tags.find("rua")) record.aggregate = parse_uris(*rua, limits.uris);
  if (const auto ruf = tags.find("ruf")) record.failure = parse_uris(*ruf, limits.uris);
  record.strict_dkim = is_letter(tags, "adkim", "s");
  record.strict_spf = is_letter(tags, "aspf", "s");
  record.testing = is_letter(tags, "t", "y");
  if (is_letter(tags, "psd", "y")) record.psd = DmarcRecord::Psd::kYes;
  if (is_letter(tags, "psd", "n")) record.psd = DmarcRecord::Psd::kNo;
  record.percent = static_cast<unsigned>(number_or(tags, "pct", 100, 100));
  record.interval = static_cast<uint32_t>(number_or(tags, "ri", UINT32_MAX, 86400));
  if (const auto fo = tags.find("fo"); fo && !fo->empty() && fo->find_first_not_of("01dsDS:") == std::string_view::npos)
    record.failure_options = base::to_lower(*fo);

  const auto p = tags.find("p"), sp = tags.find("sp"), np = tags.find("np");
  const auto policy = p ? parse_policy(*p) : std::nullopt;
  if (sp) record.subdomain_policy = parse_policy(*sp);
  if (np) record.nonexistent_policy = parse_policy(*np);
  const bool right = policy && (!sp || record.subdomain_policy) && (!np || record.nonexistent_policy);
  if (right) {
    record.policy = *policy;
    return record;
  }
  if (record.aggregate.empty()) return base::Error{base::ErrorKind::kInvalid, "DMARC record without a valid policy", {}};
  record.policy = DmarcPolicy::kNone;  // RFC 7489 6.6.3, step 6: somebody is setting it up and wants to see reports
  record.subdomain_policy.reset();
  record.nonexistent_policy.reset();
  return record;
}

}  // namespace mailauth
