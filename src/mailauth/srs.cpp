#include "mailauth/srs.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "mailauth/dkim_signature.h"
#include "mime/address.h"

namespace mailauth {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr size_t kHashLength = 8;  // 40 bits
constexpr unsigned kDayModulus = 1024;

struct Parts {
  std::string local;   // without quotes and escapes
  std::string domain;  // as given
};

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }

// The inside of a quoted local part; nullopt when the quotes do not enclose all of it.
std::optional<std::string> unquote(std::string_view local) {
  std::string plain;
  for (size_t i = 1; i < local.size(); ++i) {
    if (local[i] == '"') return i + 1 == local.size() ? std::optional(plain) : std::nullopt;
    if (local[i] == '\\' && ++i == local.size()) break;
    plain += local[i];
  }
  return std::nullopt;
}

// "local@domain", the local part perhaps quoted. nullopt when it is anything else, an address literal included.
std::optional<Parts> split_address(std::string_view address) {
  const size_t at = address.rfind('@');
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  Parts parts{std::string(address.substr(0, at)), std::string(address.substr(at + 1))};
  if (parts.local.front() == '"') {
    const auto plain = unquote(parts.local);
    if (!plain) return std::nullopt;
    parts.local = *plain;
  } else if (parts.local.find_first_of("\"()<>@,;:\\[] ") != std::string::npos) {
    return std::nullopt;
  }
  if (parts.local.empty() || std::any_of(parts.local.begin(), parts.local.end(), is_control) || !is_domain_text(parts.domain))
    return std::nullopt;
  return parts;
}

std::string join(std::string local, std::string domain) {
  mime::Address address;
  address.mailbox = std::move(local);
  address.host = std::move(domain);
  return address.addr_spec();
}

// SRS0 and SRS1 are followed by one of these.
bool is_separator(char c) { return c == '=' || c == '-' || c == '+'; }

// The number of the scheme, or -1.
int scheme(std::string_view local) {
  if (local.size() < 6 || !base::istarts_with(local, "SRS") || !is_separator(local[4])) return -1;
  return local[3] == '0' ? 0 : local[3] == '1' ? 1 : -1;
}

// Takes what is before the next "=" off `text`.
std::optional<std::string_view> take(std::string_view& text) {
  const size_t end = text.find('=');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end + 1);
  return part;
}

// What SRS1 holds behind its hash: the host that made the SRS0, "=", the rest of it from its separator on.
bool is_chained(std::string_view text) {
  const auto host = take(text);
  return host && is_domain_text(*host) && text.size() >= 2 && is_separator(text.front());
}

unsigned day_of(base::Time now) {
  const int64_t days = base::to_seconds(now) / 86'400;
  return static_cast<unsigned>(days % kDayModulus);
}

std::string day_text(unsigned day) { return {kBase32[day >> 5], kBase32[day & 31]}; }

std::optional<unsigned> parse_day(std::string_view text) {
  if (text.size() != 2) return std::nullopt;
  const size_t high = kBase32.find(base::ascii_lower(text[0])), low = kBase32.find(base::ascii_lower(text[1]));
  if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
  return static_cast<unsigned>(high * 32 + low);
}

Error malformed() { return {ErrorKind::kInvalid, "not a rewritten address"}; }
Error forged() { return {ErrorKind::kDenied, "rewritten address is not of this server"}; }

}  // namespace

base::Result<Srs> Srs::make(SrsOptions options) {
  if (options.domain.empty() || options.domain.find('@') != std::string::npos) return Error{ErrorKind::kInvalid, "SRS needs a domain"};
  if (options.secrets.empty()) return Error{ErrorKind::kInvalid, "SRS needs a secret"};
  for (const auto& secret : options.secrets)
    if (secret.size() < 16) return Error{ErrorKind::kInvalid, "an SRS secret has at least 16 bytes"};
  if (options.days == 0 || options.days > 500) return Error{ErrorKind::kInvalid, "SRS addresses serve 1 to 500 days"};
  if (sodium_init() < 0) return Error{ErrorKind::kUnavailable, "libsodium does not start"};
  options.domain = base::to_lower(options.domain);
  return Srs(std::move(options));
}

std::string Srs::hash(std::string_view secret, std::string_view text) const {
  const std::string lower = base::to_lower(text);
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac;
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(lower.data()), lower.size());
  crypto_auth_hmacsha256_final(&state, mac.data());
  std::string out;
  uint64_t bits = 0;
  for (size_t i = 0; i < 5; ++i) bits = bits << 8 | mac[i];
  for (size_t i = 0; i < kHashLength; ++i) out += kBase32[bits >> (35 - 5 * i) & 31];
  return out;
}

bool Srs::is_ours(std::string_view given, std::string_view text) const {
  if (given.size() != kHashLength) return false;
  const std::string lower = base::to_lower(given);
  bool found = false;
  for (const auto& secret : options_.secrets) found |= sodium_memcmp(hash(secret, text).data(), lower.data(), kHashLength) == 0;
  return found;
}

base::Result<std::string> Srs::forward(std::string_view sender, base::Time now) const {
  if (sender.empty()) return std::string();
  const auto parts = split_address(sender);
  if (!parts) return Error{ErrorKind::kInvalid, "not an address"};
  if (base::iequals(parts->domain, options_.domain)) return std::string(sender);

  std::string prefix = "SRS0=", rest;
  std::string_view local = parts->local;
  if (const int number = scheme(local); number == 0) {
    // What b.example made stays as it is, its separator included.
    prefix = "SRS1=";
    rest = parts->domain + "=" + std::string(local.substr(4));
  } else if (number == 1) {
    // The first who rewrote is kept, those between are left out.
    std::string_view tail = local.substr(5);
    if (take(tail) && is_chained(tail)) {
      prefix = "SRS1=";
      rest = tail;
    }
  }
  if (rest.empty()) rest = day_text(day_of(now)) + "=" + parts->domain + "=" + std::string(local);
  std::string address = join(prefix + hash(options_.secrets.front(), rest) + "=" + rest, options_.domain);
  if (address.size() > options_.max_address) return Error{ErrorKind::kLimit, "the rewritten sender would be too long"};
  return address;
}

bool Srs::is_rewritten(std::string_view recipient) const {
  const auto parts = split_address(recipient);
  return parts && base::iequals(parts->domain, options_.domain) && scheme(parts->local) >= 0;
}

base::Result<std::string> Srs::reverse(std::string_view recipient, base::Time now) const {
  const auto parts = split_address(recipient);
  if (!parts || !base::iequals(parts->domain, options_.domain)) return malformed();
  const int number = scheme(parts->local);
  if (number < 0) return malformed();
  std::string_view rest = std::string_view(parts->local).substr(5);
  const auto given = take(rest);
  if (!given) return malformed();
  const std::string_view signed_text = rest;

  if (number == 1) {
    if (!is_chained(rest)) return malformed();
    if (!is_ours(*given, signed_text)) return forged();
    const auto host = take(rest);
    return join("SRS0" + std::string(rest), std::string(*host));
  }
  const auto day_part = take(rest);
  const auto host = take(rest);
  if (!day_part || !host || !is_domain_text(*host) || rest.empty()) return malformed();
  const auto day = parse_day(*day_part);
  if (!day) return malformed();
  if (!is_ours(*given, signed_text)) return forged();
  // A day ahead is the clock of another of our servers, or midnight.
  const unsigned age = (day_of(now) + kDayModulus + 1 - *day) % kDayModulus;
  if (age > options_.days + 1) return Error{ErrorKind::kNotFound, "rewritten address has expired"};
  return join(std::string(rest), std::string(*host));
}

}  // namespace mailauth
