#include "spam/score.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "spam/correspondents.h"
#include "spam/reputation.h"
#include "spam/sender.h"

namespace spam {

namespace {

constexpr size_t kSymbols = 15;  // of rspamd's that are named as reasons

// Adds a reason unless it weighs nothing; its points.
double weigh(Verdict& verdict, double points, std::string name, std::string text, bool personal = false) {
  if (points != 0) verdict.reasons.push_back({std::move(name), std::move(text), points, false, personal});
  return points;
}

const char* to_string(AuthResult result) {
  switch (result) {
    case AuthResult::kNone:
      return "none";
    case AuthResult::kPass:
      return "pass";
    case AuthResult::kFail:
      return "fail";
    case AuthResult::kSoftFail:
      return "softfail";
    case AuthResult::kNeutral:
      return "neutral";
    case AuthResult::kTempError:
      return "temperror";
    case AuthResult::kPermError:
      return "permerror";
  }
  return "none";
}

double add_authentication(const Facts& facts, const Weights& weights, Verdict& verdict) {
  const auto& auth = facts.auth;
  const auto domain = domain_of(facts.from);
  double points = 0;
  if (facts.from.empty()) points += weigh(verdict, weights.no_from, "sender", "the message names no author (From)");
  if (auth.spf == AuthResult::kFail)
    points += weigh(verdict, weights.spf_fail, "spf", "the sender's domain does not send from this client (SPF fail)");
  if (auth.spf == AuthResult::kSoftFail) {
    points += weigh(verdict, weights.spf_soft_fail, "spf", "the sender's domain probably does not send from this client (SPF softfail)");
  }
  if (auth.dkim == AuthResult::kFail) points += weigh(verdict, weights.dkim_fail, "dkim", "the signature is wrong (DKIM fail)");
  if (auth.dmarc == AuthResult::kFail)
    points += weigh(verdict, weights.dmarc_fail, "dmarc", "the author's domain " + domain + " is not proven (DMARC fail)");
  if (auth.dmarc == AuthResult::kPass)
    points += weigh(verdict, weights.dmarc_pass, "dmarc", "the author's domain " + domain + " is proven (DMARC pass)");
  const bool unproven =
      !auth.proven() && auth.spf != AuthResult::kPass && auth.dkim != AuthResult::kPass && auth.dmarc != AuthResult::kFail;
  const bool temporary = auth.spf == AuthResult::kTempError || auth.dkim == AuthResult::kTempError || auth.dmarc == AuthResult::kTempError;
  if (unproven && !temporary) points += weigh(verdict, weights.unproven, "sender", "nothing proves who sent it (no SPF or DKIM pass)");
  return points;
}

// A name of a machine on the Internet has a dot; an address literal is allowed, and rare (RFC 5321 4.1.3).
bool is_odd_helo(std::string_view helo) { return !helo.empty() && !helo.starts_with('[') && helo.find('.') == std::string_view::npos; }

}  // namespace

Reason describe(const Authentication& auth) {
  auto text = fmt::format("SPF {}, DKIM {}, DMARC {}", to_string(auth.spf), to_string(auth.dkim), to_string(auth.dmarc));
  if (auth.arc != AuthResult::kNone) text += fmt::format(", ARC {}", to_string(auth.arc));
  return {std::string(kAuthReason), std::move(text)};
}

bool is_trusted_arc(const Facts& facts, const Settings& settings) {
  if (facts.auth.arc != AuthResult::kPass) return false;
  const auto sealer = compared_domain(facts.auth.arc_sealer);
  return std::ranges::any_of(settings.arc_trusted, [&](const std::string& trusted) { return compared_domain(trusted) == sealer; });
}

bool is_forged(const Facts& facts, const Settings& settings) {
  return facts.auth.dmarc == AuthResult::kFail && facts.auth.dmarc_ask != DmarcAsk::kNone && !is_trusted_arc(facts, settings);
}

double add_rspamd(const RspamdAnswer& answer, Verdict& verdict) {
  verdict.reasons.push_back({"rspamd", fmt::format("rspamd says \"{}\" with a score of {:.1f}", answer.action, answer.score), 0, true});
  for (size_t i = 0; i < std::min(kSymbols, answer.symbols.size()); ++i) {
    const auto& symbol = answer.symbols[i];
    weigh(verdict, symbol.score, "rspamd", symbol.description.empty() ? symbol.name : symbol.name + ": " + symbol.description);
  }
  return answer.score;
}

double add_built_in(const Facts& facts, const Scan& scan, const Settings& settings, Verdict& verdict) {
  double points = add_authentication(facts, settings.weights, verdict);
  if (is_odd_helo(facts.helo))
    points +=
        weigh(verdict, settings.weights.bad_helo, "sender", "the client gives no full name (HELO " + base::printable(facts.helo, 60) + ")");
  for (const auto& hit : scan.dnsbl) {
    points += weigh(verdict, hit.weight, "dnsbl", "the client is listed by " + hit.zone + (hit.text.empty() ? "" : ": " + hit.text));
  }
  return points;
}

double add_history(sql::Transaction& tx, sql::AccountScope scope, const Facts& facts, const Settings& settings, Verdict& verdict) {
  const auto& weights = settings.weights;
  double points = 0;
  if (!verdict.sender.empty()) {
    // An address alone can be forged: it counts in full only when its domain is proven.
    const bool proven = facts.auth.proven();
    const auto known = find_correspondent(tx, scope, verdict.sender);
    if (known.written) {
      points += weigh(verdict, proven ? weights.written_proven : weights.written, "correspondent",
                      "the member has written to " + verdict.sender, true);
    } else if (proven && known.wrote) {
      points += weigh(verdict, weights.wrote, "correspondent", verdict.sender + " has written to the member before", true);
    }
    if (proven && !known.written && known.written_by_enterprise) {
      points += weigh(verdict, weights.enterprise_written, "correspondent", "somebody of the enterprise has written to " + verdict.sender);
    }
  }
  const double reputation = reputation_points(find_reputation(tx, scope, verdict.sender_key), weights.reputation);
  if (std::abs(reputation) >= 0.05) {
    points +=
        weigh(verdict, reputation, "history",
              reputation > 0 ? "earlier mail of this sender was mostly unwanted" : "earlier mail of this sender was mostly wanted", true);
  }
  return points;
}

double add_bayes(sql::Transaction& tx, sql::AccountScope scope, const std::vector<int64_t>& tokens, const Settings& settings,
                 Verdict& verdict) {
  const auto answer = classify(tx, scope, tokens, settings.bayes);
  if (!answer || std::abs(answer->spam - 0.5) < 0.15) return 0;
  return weigh(verdict, (answer->spam - 0.5) * 2 * settings.weights.bayes, "bayes",
               fmt::format("its words are like those of {} mail ({:.0f} %, {})", answer->spam > 0.5 ? "unwanted" : "wanted",
                           answer->spam * 100, answer->personal ? "what the member taught" : "what the enterprise taught"),
               answer->personal);
}

}  // namespace spam
