// Settings of spam/, rspamd and clamd as its structs.
#include <ctime>

#include "server/limits.h"

namespace server {

namespace {

[[noreturn]] void invalid(std::string text) { throw base::Failure(base::ErrorKind::kInvalid, std::move(text)); }

std::optional<spam::ClamdSettings> clamd_settings(const config::Settings& s) {
  const auto& address = s.text("clamd.address");
  if (address.empty()) return std::nullopt;
  const auto endpoint = net::Endpoint::parse(address);
  const bool usable = endpoint && (endpoint->is_unix || (endpoint->port != 0 && !endpoint->address.is_unspecified()));
  if (!usable) invalid("clamd.address must be address:port or unix:/path, not \"" + address + "\"");
  spam::ClamdSettings out;
  out.address = *endpoint;
  out.timeout = millis(s.duration("clamd.timeout"));
  out.message_bytes = static_cast<size_t>(s.bytes("clamd.message_size"));
  return out;
}

std::optional<spam::RspamdSettings> rspamd_settings(const config::Settings& s) {
  const auto& url = s.text("rspamd.url");
  if (url.empty()) return std::nullopt;
  auto parsed = http::parse_service_url(url);
  if (!parsed) invalid("rspamd.url must be http://address:port or unix:/path, not \"" + url + "\"");
  spam::RspamdSettings out;
  out.url = std::move(*parsed);
  out.timeout = millis(s.duration("rspamd.timeout"));
  out.message_bytes = static_cast<size_t>(s.bytes("rspamd.message_size"));
  return out;
}

spam::GreylistSettings greylist_settings(const config::Settings& s) {
  spam::GreylistSettings out;
  out.delay = seconds(s.duration("spam.greylist_delay"));
  out.window = seconds(s.duration("spam.greylist_window"));
  out.keep = seconds(s.duration("spam.greylist_keep"));
  out.returns = s.number("spam.greylist_returns");
  return out;
}

spam::BayesSettings bayes_settings(const config::Settings& s) {
  spam::BayesSettings out;
  out.minimum = s.number("spam.bayes_minimum");
  out.member_tokens = static_cast<size_t>(s.number("spam.bayes_member_words"));
  out.enterprise_tokens = static_cast<size_t>(s.number("spam.bayes_enterprise_words"));
  out.keep = seconds(s.duration("spam.bayes_keep"));
  return out;
}

}  // namespace

spam::Engines spam_engines(const config::Settings& s, net::Resolver& resolver) {
  spam::Engines out;
  out.clamd = clamd_settings(s);
  out.rspamd = rspamd_settings(s);
  for (const auto& text : s.list("spam.dnsbl")) {
    auto zone = spam::parse_dnsbl_zone(text);
    if (!zone.ok()) invalid("spam.dnsbl: " + zone.error().text);
    out.dnsbl.push_back(std::move(*zone));
  }
  out.dnsbl_timeout = millis(s.duration("spam.dnsbl_timeout"));
  out.resolver = &resolver;
  return out;
}

spam::Settings spam_settings(const config::Settings& s) {
  spam::Settings out;
  out.junk_score = static_cast<double>(s.number("spam.junk_score"));
  out.reject_score = static_cast<double>(s.number("spam.reject_score"));
  const auto& dmarc = s.text("spam.dmarc");
  out.dmarc = dmarc == "obey" ? spam::DmarcMode::kObey : dmarc == "junk" ? spam::DmarcMode::kJunk : spam::DmarcMode::kIgnore;
  out.arc_trusted = s.list("spam.arc_trusted");
  out.block_rejects = s.text("spam.blocked") == "reject";
  out.clamd_required = s.flag("clamd.required");
  out.rspamd_required = s.flag("rspamd.required");
  const auto& greylist = s.text("spam.greylist");
  out.greylist_mode = greylist == "off"   ? spam::GreylistMode::kOff
                      : greylist == "all" ? spam::GreylistMode::kAll
                                          : spam::GreylistMode::kSuspicious;
  out.greylist_score = static_cast<double>(s.number("spam.greylist_score"));
  out.greylist_spares_proven = s.flag("spam.greylist_spare_proven");
  out.greylist = greylist_settings(s);
  out.use_bayes = s.flag("spam.bayes");
  out.bayes = bayes_settings(s);
  out.keep = seconds(s.duration("spam.keep"));
  out.tokens.tokens = static_cast<size_t>(s.number("spam.bayes_words"));
  return out;
}

spam::ListLimits spam_list_limits(const config::Settings& s) { return {.entries = static_cast<size_t>(s.number("spam.list_entries"))}; }

spam::BrakeLimits brake_limits(const config::Settings& s, base::Time now) {
  spam::BrakeLimits out;
  out.enterprise_per_day = s.number("spam.strangers_per_day");
  out.member_per_day = s.number("spam.member_strangers_per_day");
  out.burst = s.number("spam.burst");
  out.burst_window = seconds(s.duration("spam.burst_window"));
  const std::time_t at = base::to_seconds(now);
  std::tm local{};
  if (localtime_r(&at, &local) != nullptr) out.utc_offset = std::chrono::seconds(local.tm_gmtoff);
  return out;
}

}  // namespace server
