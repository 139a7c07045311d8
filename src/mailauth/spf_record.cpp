#include "mailauth/spf_record.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "mailauth/spf_macro.h"

namespace mailauth {

namespace {

using Kind = SpfMechanism::Kind;

constexpr std::string_view kVersion = "v=spf1";

base::Error wrong(std::string_view term, std::string_view why) {
  return {base::ErrorKind::kInvalid, std::string(why) + ": " + base::printable(term, 100), {}};
}

// "0" or digits without a leading zero, at most `limit`.
std::optional<unsigned> parse_prefix(std::string_view digits, unsigned limit) {
  if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
  const auto number = base::parse_number(digits);
  if (!number || *number > limit) return std::nullopt;
  return static_cast<unsigned>(*number);
}

// Takes "<slashes>digits" off the end of `text`. False when it is there and wrong; leaves what has another form alone.
bool take_prefix(std::string_view& text, std::string_view slashes, unsigned limit, unsigned& prefix) {
  const size_t last = text.find_last_not_of("0123456789");
  if (last == std::string_view::npos || last + 1 == text.size()) return true;
  const auto head = text.substr(0, last + 1);
  if (!head.ends_with(slashes) || (slashes == "/" && head.ends_with("//"))) return true;
  const auto number = parse_prefix(text.substr(last + 1), limit);
  if (!number) return false;
  prefix = *number;
  text = head.substr(0, head.size() - slashes.size());
  return true;
}

// What follows the name of "a", "mx": [ ":" domain-spec ] [ dual-cidr-length ].
bool parse_domain_and_prefixes(std::string_view rest, SpfMechanism& mechanism) {
  if (!take_prefix(rest, "//", 128, mechanism.prefix6) || !take_prefix(rest, "/", 32, mechanism.prefix4)) return false;
  if (rest.empty()) return true;
  if (rest.front() != ':' || !is_domain_spec(rest.substr(1))) return false;
  mechanism.domain_spec = rest.substr(1);
  return true;
}

bool parse_domain(std::string_view rest, bool optional, SpfMechanism& mechanism) {
  if (rest.empty()) return optional;
  if (rest.front() != ':' || !is_domain_spec(rest.substr(1))) return false;
  mechanism.domain_spec = rest.substr(1);
  return true;
}

bool parse_network(std::string_view rest, int family, SpfMechanism& mechanism) {
  if (rest.empty() || rest.front() != ':') return false;
  rest.remove_prefix(1);
  const bool v4 = family == AF_INET;
  const size_t slash = rest.find('/');
  if (slash != std::string_view::npos) {
    const auto prefix = parse_prefix(rest.substr(slash + 1), v4 ? 32 : 128);
    if (!prefix) return false;
    (v4 ? mechanism.prefix4 : mechanism.prefix6) = *prefix;
  }
  // Not IpAddress, which reads a v4-mapped address as the IPv4 one: here it is an IPv6 network.
  std::array<char, 16> bytes;
  if (inet_pton(family, std::string(rest.substr(0, slash)).c_str(), bytes.data()) != 1) return false;
  mechanism.network.assign(bytes.data(), v4 ? 4 : 16);
  return true;
}

std::optional<Kind> kind_of(std::string_view name) {
  static constexpr std::pair<std::string_view, Kind> kNames[] = {{"all", Kind::kAll}, {"include", Kind::kInclude}, {"a", Kind::kA},
                                                                 {"mx", Kind::kMx},   {"ptr", Kind::kPtr},         {"ip4", Kind::kIp4},
                                                                 {"ip6", Kind::kIp6}, {"exists", Kind::kExists}};
  for (const auto& [text, kind] : kNames)
    if (base::iequals(name, text)) return kind;
  return std::nullopt;
}

bool parse_arguments(std::string_view rest, SpfMechanism& mechanism) {
  switch (mechanism.kind) {
    case Kind::kAll:
      return rest.empty();
    case Kind::kInclude:
    case Kind::kExists:
      return parse_domain(rest, false, mechanism);
    case Kind::kPtr:
      return parse_domain(rest, true, mechanism);
    case Kind::kA:
    case Kind::kMx:
      return parse_domain_and_prefixes(rest, mechanism);
    case Kind::kIp4:
      return parse_network(rest, AF_INET, mechanism);
    case Kind::kIp6:
      return parse_network(rest, AF_INET6, mechanism);
  }
  return false;
}

SpfResult result_of(char qualifier) {
  switch (qualifier) {
    case '-':
      return SpfResult::kFail;
    case '~':
      return SpfResult::kSoftFail;
    case '?':
      return SpfResult::kNeutral;
    default:
      return SpfResult::kPass;
  }
}

base::Result<SpfMechanism> parse_directive(std::string_view term) {
  SpfMechanism mechanism;
  mechanism.text = term;
  auto rest = term;
  if (std::string_view("+-?~").find(rest.front()) != std::string_view::npos) {
    mechanism.result = result_of(rest.front());
    rest.remove_prefix(1);
  }
  const size_t end = std::min(rest.find_first_of(":/"), rest.size());
  const auto kind = kind_of(rest.substr(0, end));
  if (!kind) return wrong(term, "unknown mechanism");
  mechanism.kind = *kind;
  if (!parse_arguments(rest.substr(end), mechanism)) return wrong(term, "syntax error");
  return mechanism;
}

// name "=" value, with name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ). The "=" comes before any ":" and "/".
bool is_modifier(std::string_view term) {
  const size_t equals = term.find('=');
  if (equals == std::string_view::npos || equals == 0 || !base::is_alpha(term.front())) return false;
  return std::all_of(term.begin(), term.begin() + static_cast<ptrdiff_t>(equals),
                     [](char c) { return base::is_alpha(c) || base::is_digit(c) || c == '-' || c == '_' || c == '.'; });
}

base::Result<void> parse_modifier(std::string_view term, SpfRecord& record) {
  const size_t equals = term.find('=');
  const auto name = term.substr(0, equals), value = term.substr(equals + 1);
  const bool redirect = base::iequals(name, "redirect");
  if (!redirect && !base::iequals(name, "exp")) {
    if (!is_macro_string(value, SpfMacroPlace::kModifier)) return wrong(term, "syntax error");
    return {};
  }
  auto& target = redirect ? record.redirect : record.exp;
  if (!target.empty()) return wrong(term, "modifier given twice");
  if (!is_domain_spec(value)) return wrong(term, "syntax error");
  target = value;
  return {};
}

}  // namespace

const char* to_string(SpfResult result) {
  switch (result) {
    case SpfResult::kNone:
      return "none";
    case SpfResult::kNeutral:
      return "neutral";
    case SpfResult::kPass:
      return "pass";
    case SpfResult::kFail:
      return "fail";
    case SpfResult::kSoftFail:
      return "softfail";
    case SpfResult::kTempError:
      return "temperror";
    case SpfResult::kPermError:
      return "permerror";
  }
  return "none";
}

bool is_spf_record(std::string_view text) {
  if (!base::istarts_with(text, kVersion)) return false;
  return text.size() == kVersion.size() || text[kVersion.size()] == ' ';
}

base::Result<SpfRecord> parse_spf_record(std::string_view text, const SpfRecordLimits& limits) {
  if (text.size() > limits.size) return wrong(text, "record too long");
  SpfRecord record;
  size_t terms = 0;
  for (const auto term : base::split(text.substr(kVersion.size()), ' ')) {
    if (term.empty()) continue;
    if (++terms > limits.terms) return wrong(term, "too many terms");
    if (!std::all_of(term.begin(), term.end(), [](char c) { return c > 0x20 && c < 0x7f; })) return wrong(term, "syntax error");
    if (is_modifier(term)) {
      auto parsed = parse_modifier(term, record);
      if (!parsed.ok()) return parsed.error();
      continue;
    }
    auto mechanism = parse_directive(term);
    if (!mechanism.ok()) return mechanism.error();
    record.mechanisms.push_back(std::move(*mechanism));
  }
  return record;
}

}  // namespace mailauth
