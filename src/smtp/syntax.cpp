#include "smtp/syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "net/address.h"

namespace smtp {

namespace {

using delivery::BodyType;
using delivery::DsnReturn;

struct VerbName {
  std::string_view name;
  Verb verb;
};

constexpr VerbName kVerbs[] = {
    {"HELO", Verb::kHelo},       {"EHLO", Verb::kEhlo},         {"LHLO", Verb::kLhlo},      {"MAIL", Verb::kMail},
    {"RCPT", Verb::kRcpt},       {"DATA", Verb::kData},         {"BDAT", Verb::kBdat},      {"RSET", Verb::kRset},
    {"NOOP", Verb::kNoop},       {"QUIT", Verb::kQuit},         {"VRFY", Verb::kVrfy},      {"EXPN", Verb::kExpn},
    {"HELP", Verb::kHelp},       {"STARTTLS", Verb::kStartTls}, {"AUTH", Verb::kAuth},      {"ETRN", Verb::kEtrn},
    {"GET", Verb::kForeign},     {"POST", Verb::kForeign},      {"PUT", Verb::kForeign},    {"HEAD", Verb::kForeign},
    {"OPTIONS", Verb::kForeign}, {"CONNECT", Verb::kForeign},   {"DELETE", Verb::kForeign}, {"PATCH", Verb::kForeign},
};

bool is_non_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool is_printable(char c) { return c > 0x20 && c < 0x7f; }

// atext of RFC 5321 4.1.2 (RFC 5322 3.2.3), with UTF-8 (RFC 6531 3.3).
bool is_atext(char c) {
  return base::is_alpha(c) || base::is_digit(c) || is_non_ascii(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_dot_string(std::string_view s) {
  if (s.empty() || s.front() == '.' || s.back() == '.') return false;
  for (size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '.' ? s[i - 1] == '.' : !is_atext(s[i])) return false;
  }
  return true;
}

// A label may have underscores and hyphens anywhere: real domains do (Windows host names).
bool is_domain(std::string_view s) {
  if (s.empty() || s.front() == '.' || s.back() == '.') return false;
  for (size_t i = 0; i < s.size(); ++i) {
    const char c = s[i];
    if (c == '.' ? s[i - 1] == '.' : !(base::is_alpha(c) || base::is_digit(c) || c == '-' || c == '_' || is_non_ascii(c))) return false;
  }
  return true;
}

// RFC 5321 4.1.3, with its brackets. The general form "[tag:text]" names nothing that exists and is refused.
bool is_address_literal(std::string_view s) {
  if (s.size() < 3 || s.front() != '[' || s.back() != ']') return false;
  s = s.substr(1, s.size() - 2);
  const bool v6 = base::istarts_with(s, "IPv6:");
  if (v6) s.remove_prefix(5);
  const auto address = net::IpAddress::parse(s);
  return address && (v6 == (s.find(':') != std::string_view::npos));
}

// Takes a quoted-string off the front: its content without quotes and escapes. nullopt when it is malformed.
std::optional<std::string> take_quoted(std::string_view& in) {
  std::string content;
  for (size_t i = 1; i < in.size(); ++i) {
    char c = in[i];
    if (c == '"') {
      in.remove_prefix(i + 1);
      return content;
    }
    if (c == '\\' && ++i < in.size()) c = in[i];
    if (i >= in.size() || (c < 0x20 && !is_non_ascii(c)) || c == 0x7f) return std::nullopt;
    content += c;
  }
  return std::nullopt;
}

std::string quote(std::string_view content) {
  std::string quoted = "\"";
  for (const char c : content) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

// The local part off the front of `in`, up to '@' or the end, in its shortest writing.
std::optional<std::string> take_local_part(std::string_view& in, size_t most) {
  if (!in.empty() && in.front() == '"') {
    auto content = take_quoted(in);
    if (!content || content->empty() || content->size() > most) return std::nullopt;
    return is_dot_string(*content) ? *content : quote(*content);
  }
  const auto local = in.substr(0, in.find('@'));
  if (!is_dot_string(local) || local.size() > most) return std::nullopt;
  in.remove_prefix(local.size());
  return std::string(local);
}

// RFC 5321 4.1.1.3 and appendix C: "@a,@b:" is read over. False when it is no route.
bool drop_source_route(std::string_view& in) {
  while (!in.empty() && in.front() == '@') {
    const size_t end = in.find_first_of(",:");
    if (end == std::string_view::npos) return false;
    const auto domain = in.substr(1, end - 1);
    if (!is_domain(domain) && !is_address_literal(domain)) return false;
    const bool last = in[end] == ':';
    in.remove_prefix(end + 1);
    if (last) return true;
    if (in.empty() || in.front() != '@') return false;
  }
  return true;
}

// The end of "<...>" in `s`, which begins with '<': the offset of '>', quotes respected.
size_t find_path_end(std::string_view s) {
  bool quoted = false;
  for (size_t i = 1; i < s.size(); ++i) {
    if (s[i] == '\\' && quoted) {
      ++i;
    } else if (s[i] == '"') {
      quoted = !quoted;
    } else if (s[i] == '>' && !quoted) {
      return i;
    }
  }
  return std::string_view::npos;
}

// RFC 3461 4.
bool is_xtext(std::string_view s) {
  for (size_t i = 0; i < s.size(); ++i) {
    if (!is_printable(s[i]) || s[i] == '=') return false;
    if (s[i] != '+') continue;
    const auto is_hex = [](char c) { return base::is_digit(c) || (c >= 'A' && c <= 'F'); };
    if (i + 2 >= s.size() || !is_hex(s[i + 1]) || !is_hex(s[i + 2])) return false;
    i += 2;
  }
  return true;
}

struct Parameter {
  std::string_view name, value;
  bool has_value = false;
};

// RFC 5321 4.1.2 esmtp-param.
std::optional<Parameter> parse_parameter(std::string_view text) {
  Parameter parameter;
  const size_t equals = text.find('=');
  parameter.name = text.substr(0, equals);
  parameter.has_value = equals != std::string_view::npos;
  if (parameter.has_value) parameter.value = text.substr(equals + 1);
  const auto is_name = [](char c) { return base::is_alpha(c) || base::is_digit(c) || c == '-'; };
  const auto is_value = [](char c) { return is_non_ascii(c) || (is_printable(c) && c != '='); };
  if (parameter.name.empty() || parameter.name.front() == '-' || !std::ranges::all_of(parameter.name, is_name)) return std::nullopt;
  // "AUTH=<>" and "ORCPT=rfc822;a=b" are seen with '=' inside; each parameter checks its own value.
  if (parameter.has_value && parameter.value.empty()) return std::nullopt;
  if (!std::ranges::all_of(parameter.value, [&](char c) { return is_value(c) || c == '='; })) return std::nullopt;
  return parameter;
}

Reply bad_parameter(std::string_view name) { return {501, "5.5.4", fmt::format("bad value of {}", base::to_upper(name))}; }

Reply unknown_parameter(std::string_view name) {
  return {555, "5.5.4", fmt::format("parameter {} is not supported", base::printable(base::to_upper(name), 40))};  // RFC 5321 4.1.1.11
}

// Each takes a value into the struct; false when it is malformed.
bool take_size(delivery::Envelope& envelope, const Parameter& p) {  // RFC 1870 4
  if (!p.has_value || p.value.size() > 20) return false;
  if (!std::ranges::all_of(p.value, base::is_digit)) return false;
  envelope.declared_size = base::parse_number(p.value).value_or(UINT64_MAX);  // twenty digits may be more than 64 bits
  return true;
}

bool take_body(delivery::Envelope& envelope, const Parameter& p) {
  if (base::iequals(p.value, "7BIT")) return envelope.body = BodyType::k7Bit, true;
  if (base::iequals(p.value, "8BITMIME")) return envelope.body = BodyType::k8BitMime, true;
  if (base::iequals(p.value, "BINARYMIME")) return envelope.body = BodyType::kBinaryMime, true;
  return false;
}

bool take_smtputf8(delivery::Envelope& envelope, const Parameter& p) {  // RFC 6531 3.4
  envelope.smtputf8 = true;
  return !p.has_value;
}

bool take_ret(delivery::Envelope& envelope, const Parameter& p) {
  if (base::iequals(p.value, "FULL")) return envelope.ret = DsnReturn::kFull, true;
  if (base::iequals(p.value, "HDRS")) return envelope.ret = DsnReturn::kHeaders, true;
  return false;
}

bool take_envid(delivery::Envelope& envelope, const Parameter& p) {
  envelope.envid = p.value;
  return p.has_value && p.value.size() <= 100 && is_xtext(p.value);  // RFC 3461 4.4
}

bool take_hold_for(delivery::Envelope& envelope, const Parameter& p) {  // RFC 4865 4
  const auto seconds = p.value.size() <= 9 ? base::parse_number(p.value) : std::nullopt;
  if (!seconds || *seconds == 0 || envelope.hold_until) return false;
  envelope.hold_for = static_cast<int64_t>(*seconds);
  return true;
}

bool take_hold_until(delivery::Envelope& envelope, const Parameter& p) {
  envelope.hold_until = base::from_iso8601(p.value);
  return envelope.hold_until.has_value() && !envelope.hold_for;
}

bool take_by(delivery::Envelope& envelope, const Parameter& p) {  // RFC 2852 4: "120;R", "-120;NT"
  const size_t semicolon = p.value.find(';');
  if (semicolon == std::string_view::npos || semicolon > 10) return false;
  auto number = p.value.substr(0, semicolon);
  auto mode = p.value.substr(semicolon + 1);
  const bool negative = !number.empty() && number.front() == '-';
  if (negative || (!number.empty() && number.front() == '+')) number.remove_prefix(1);
  const auto seconds = base::parse_number(number);
  if (!mode.empty() && (mode.back() == 'T' || mode.back() == 't')) mode.remove_suffix(1);  // reports of each relay: a wish (2852 4.1.3)
  if (!seconds || *seconds > 999'999'999 || (!base::iequals(mode, "R") && !base::iequals(mode, "N"))) return false;
  delivery::DeliverBy by{static_cast<int64_t>(*seconds), base::iequals(mode, "R")};
  if (negative) by.seconds = -by.seconds;
  if (by.return_late && by.seconds <= 0) return false;
  envelope.deliver_by = by;
  return true;
}

bool take_require_tls(delivery::Envelope& envelope, const Parameter& p) {
  envelope.require_tls = true;
  return !p.has_value;
}

bool take_auth(delivery::Envelope& envelope, const Parameter& p) {
  envelope.auth = p.value;
  return p.has_value && p.value.size() <= 500 && (p.value == "<>" || is_xtext(p.value));  // RFC 4954 5
}

bool take_notify(delivery::DsnRequest& dsn, const Parameter& p) {  // RFC 3461 4.1
  for (const auto word : base::split(p.value, ',')) {
    uint8_t bit = 0;
    if (base::iequals(word, "NEVER")) bit = delivery::kNotifyNever;
    if (base::iequals(word, "SUCCESS")) bit = delivery::kNotifySuccess;
    if (base::iequals(word, "FAILURE")) bit = delivery::kNotifyFailure;
    if (base::iequals(word, "DELAY")) bit = delivery::kNotifyDelay;
    if (bit == 0) return false;
    dsn.notify |= bit;
  }
  return (dsn.notify & delivery::kNotifyNever) == 0 || dsn.notify == delivery::kNotifyNever;
}

bool take_orcpt(delivery::DsnRequest& dsn, const Parameter& p) {  // RFC 3461 4.2; of RFC 6533 the utf-8 forms pass as they are
  dsn.orcpt = p.value;
  const size_t semicolon = p.value.find(';');
  if (p.value.size() > 500 || semicolon == std::string_view::npos || semicolon == 0 || semicolon + 1 == p.value.size()) return false;
  const auto type = p.value.substr(0, semicolon);
  if (!std::ranges::all_of(type, [](char c) { return is_atext(c) && !is_non_ascii(c); })) return false;
  return base::iequals(type, "utf-8") || is_xtext(p.value.substr(semicolon + 1));
}

template <typename Target>
struct ParameterRow {
  std::string_view name;
  bool (*take)(Target&, const Parameter&);
};

constexpr ParameterRow<delivery::Envelope> kMailParameters[] = {
    {"SIZE", take_size}, {"BODY", take_body},        {"SMTPUTF8", take_smtputf8},    {"RET", take_ret}, {"ENVID", take_envid},
    {"AUTH", take_auth}, {"HOLDFOR", take_hold_for}, {"HOLDUNTIL", take_hold_until}, {"BY", take_by},   {"REQUIRETLS", take_require_tls},
};
constexpr ParameterRow<delivery::DsnRequest> kRcptParameters[] = {
    {"NOTIFY", take_notify},
    {"ORCPT", take_orcpt},
};

// All parameters of `text` into `target`; the reply that refuses, if one does.
template <typename Target, size_t N>
std::optional<Reply> take_parameters(std::string_view text, const ParameterRow<Target> (&rows)[N], Target& target,
                                     const SyntaxLimits& limits) {
  std::array<bool, N> seen{};
  size_t count = 0;
  while (!(text = base::trim(text)).empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    const auto parameter = parse_parameter(word);
    if (!parameter || ++count > limits.parameters) return Reply{501, "5.5.4", "bad parameter"};
    const auto row = std::ranges::find_if(rows, [&](const auto& r) { return base::iequals(r.name, parameter->name); });
    if (row == std::end(rows)) return unknown_parameter(parameter->name);
    if (std::exchange(seen[static_cast<size_t>(row - rows)], true)) return Reply{501, "5.5.4", "parameter given twice"};
    if (!row->take(target, *parameter)) return bad_parameter(parameter->name);
  }
  return std::nullopt;
}

// "FROM:" or "TO:", then the path; `rest` is left at the parameters. nullopt when it is not written so.
std::optional<std::string_view> take_path(std::string_view& rest, std::string_view keyword) {
  if (!base::istarts_with(rest, keyword)) return std::nullopt;
  rest.remove_prefix(keyword.size());
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);  // RFC 5321 has no space here; many scripts send one
  if (rest.empty() || rest.front() != '<') return std::nullopt;
  const size_t end = find_path_end(rest);
  if (end == std::string_view::npos) return std::nullopt;
  const auto path = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  if (!rest.empty() && rest.front() != ' ') return std::nullopt;
  return path;
}

}  // namespace

Command parse_command(std::string_view line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);  // RFC 5321 4.1.1: tolerate trailing space
  const auto word = line.substr(0, line.find(' '));
  auto argument = line.substr(word.size());
  while (!argument.empty() && argument.front() == ' ') argument.remove_prefix(1);
  for (const auto& row : kVerbs) {
    if (base::iequals(row.name, word)) return {row.verb, argument};
  }
  return {Verb::kUnknown, argument};
}

Parsed<std::string> parse_helo(std::string_view argument) {
  const bool literal = !argument.empty() && argument.front() == '[';
  const bool good =
      argument.size() <= 255 && (literal ? is_address_literal(argument) : is_domain(argument)) && base::is_valid_utf8(argument);
  if (!good) return Reply{501, "5.5.4", "a domain name or an address literal is wanted"};
  return std::string(argument);
}

std::optional<Path> parse_mailbox(std::string_view text, const SyntaxLimits& limits) {
  if (!base::is_valid_utf8(text) || !drop_source_route(text)) return std::nullopt;
  const auto local = take_local_part(text, limits.local_part);
  if (!local || text.size() < 2 || text.front() != '@') return std::nullopt;
  const auto domain = text.substr(1);
  if (domain.size() > limits.domain || !(is_domain(domain) || is_address_literal(domain))) return std::nullopt;
  Path path;
  path.address = fmt::format("{}@{}", *local, domain);
  path.non_ascii = !base::is_ascii(path.address);
  return path;
}

Parsed<Mail> parse_mail(std::string_view argument, const SyntaxLimits& limits) {
  const auto text = take_path(argument, "FROM:");
  if (!text) return Reply{501, "5.5.4", "write MAIL FROM:<address>"};
  Mail mail;
  if (!text->empty()) {
    auto path = parse_mailbox(*text, limits);
    if (!path) return Reply{501, "5.1.7", "bad sender address"};
    mail.envelope.sender = std::move(path->address);
    mail.non_ascii = path->non_ascii;
  }
  if (auto refused = take_parameters(argument, kMailParameters, mail.envelope, limits)) return *std::move(refused);
  return mail;
}

Parsed<Recipient> parse_rcpt(std::string_view argument, const SyntaxLimits& limits) {
  const auto text = take_path(argument, "TO:");
  if (!text) return Reply{501, "5.5.4", "write RCPT TO:<address>"};
  Recipient recipient;
  if (base::iequals(*text, "postmaster")) {  // RFC 5321 4.1.1.3: needs no domain
    recipient.path.address = *text;
  } else if (auto path = parse_mailbox(*text, limits)) {
    recipient.path = *std::move(path);
  } else {
    return Reply{501, "5.1.3", "bad recipient address"};
  }
  if (auto refused = take_parameters(argument, kRcptParameters, recipient.dsn, limits)) return *std::move(refused);
  return recipient;
}

Parsed<Chunk> parse_bdat(std::string_view argument) {
  const auto number = argument.substr(0, argument.find(' '));
  const auto rest = base::trim(argument.substr(number.size()));
  const auto size = number.size() <= 20 ? base::parse_number(number) : std::nullopt;
  if (!size || !(rest.empty() || base::iequals(rest, "LAST"))) return Reply{501, "5.5.4", "write BDAT size [LAST]"};
  return Chunk{*size, !rest.empty()};
}

void append_reply(std::string& out, int code, std::string_view enhanced, std::string_view text) {
  for (;;) {
    const size_t end = text.find('\n');
    const bool last = end == std::string_view::npos;
    fmt::format_to(std::back_inserter(out), "{}{}{}{}{}\r\n", code, last ? ' ' : '-', enhanced, enhanced.empty() ? "" : " ",
                   text.substr(0, end));
    if (last) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace smtp
