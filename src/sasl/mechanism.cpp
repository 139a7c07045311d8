#include "sasl/mechanism.h"

#include <algorithm>

#include "base/text.h"
#include "sasl/bearer.h"
#include "sasl/plain.h"
#include "sasl/scram.h"

namespace sasl {

std::string_view ChannelBindings::find(std::string_view type) const {
  if (type == "tls-exporter") return tls_exporter;
  if (type == "tls-server-end-point") return tls_server_end_point;
  if (type == "tls-unique") return tls_unique;
  return {};
}

std::string_view to_string(Failure failure) {
  switch (failure) {
    case Failure::kNone:
      return "none";
    case Failure::kMalformed:
      return "malformed";
    case Failure::kWrongSecret:
      return "wrong password";
    case Failure::kOtherIdentity:
      return "asks to act as somebody else";
    case Failure::kChannelBinding:
      return "channel binding does not match";
    case Failure::kDowngrade:
      return "channel binding was removed from the offer";
  }
  return "";
}

// A machine that does not ask cannot be answered.
Step Mechanism::checked(bool) { return {.failure = Failure::kMalformed}; }
Step Mechanism::scram_secret(const ScramSecret&, bool) { return {.failure = Failure::kMalformed}; }

std::unique_ptr<Mechanism> make_mechanism(std::string_view name, const ChannelBindings& bindings, const Limits& limits) {
  if (base::iequals(name, "PLAIN")) return make_plain(limits);
  if (base::iequals(name, "LOGIN")) return make_login(limits);
  if (base::iequals(name, "SCRAM-SHA-256")) return make_scram(false, bindings, limits);
  if (base::iequals(name, "SCRAM-SHA-256-PLUS")) return make_scram(true, bindings, limits);
  if (base::iequals(name, "OAUTHBEARER")) return make_oauthbearer(limits);
  if (base::iequals(name, "XOAUTH2")) return make_xoauth2(limits);
  return nullptr;
}

std::vector<std::string_view> offered_mechanisms(const Offer& offer) {
  std::vector<std::string_view> names;
  if (offer.channel_bindings) names.push_back("SCRAM-SHA-256-PLUS");
  names.push_back("SCRAM-SHA-256");
  if (!offer.plaintext_passwords) return names;
  if (offer.tokens) names.insert(names.end(), {"OAUTHBEARER", "XOAUTH2"});
  names.push_back("PLAIN");
  if (offer.login) names.push_back("LOGIN");
  return names;
}

bool is_offered(const Offer& offer, std::string_view name) {
  auto names = offered_mechanisms(offer);
  return std::ranges::any_of(names, [&](std::string_view offered) { return base::iequals(offered, name); });
}

}  // namespace sasl
