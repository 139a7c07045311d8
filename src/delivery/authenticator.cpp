#include "delivery/authenticator.h"

#include <algorithm>
#include <random>

#include "base/text.h"
#include "mime/message.h"

namespace delivery {

namespace {

using spam::AuthResult;

unsigned random_percent() {
  static thread_local std::minstd_rand random(std::random_device{}());
  return static_cast<unsigned>(random() % 100);
}

std::vector<std::string> from_values(std::string_view message) {
  std::vector<std::string> values;
  mime::for_each_header(message, [&](const mime::Header& header) {
    if (base::iequals(header.name, "From")) values.emplace_back(header.value);
  });
  return values;
}

// RFC 7489 6.6.3: of several authors the one whose domain asks for the most.
bool is_stricter(const mailauth::DmarcOutcome& one, const mailauth::DmarcOutcome& than) {
  const auto rank = [](const mailauth::DmarcOutcome& outcome) {
    return outcome.result == mailauth::DmarcResult::kFail ? 1 + static_cast<int>(outcome.apply) : 0;
  };
  return rank(one) > rank(than);
}

AuthResult judged(mailauth::SpfResult result) {
  using mailauth::SpfResult;
  switch (result) {
    case SpfResult::kPass:
      return AuthResult::kPass;
    case SpfResult::kFail:
      return AuthResult::kFail;
    case SpfResult::kSoftFail:
      return AuthResult::kSoftFail;
    case SpfResult::kNeutral:
      return AuthResult::kNeutral;
    case SpfResult::kTempError:
      return AuthResult::kTempError;
    case SpfResult::kPermError:
      return AuthResult::kPermError;
    case SpfResult::kNone:
      break;
  }
  return AuthResult::kNone;
}

AuthResult judged(mailauth::DkimResult result) {
  using mailauth::DkimResult;
  switch (result) {
    case DkimResult::kPass:
      return AuthResult::kPass;
    case DkimResult::kFail:
      return AuthResult::kFail;
    case DkimResult::kTempError:
      return AuthResult::kTempError;
    case DkimResult::kPermError:
      return AuthResult::kPermError;
    case DkimResult::kNeutral:
    case DkimResult::kPolicy:
      break;
  }
  return AuthResult::kNeutral;
}

// The best of all signatures: one that holds is enough.
AuthResult judged(const std::vector<mailauth::DkimSignatureResult>& signatures) {
  if (signatures.empty()) return AuthResult::kNone;
  const auto passes = [](const auto& s) { return s.result == mailauth::DkimResult::kPass; };
  const auto best = std::ranges::find_if(signatures, passes);
  return judged(best != signatures.end() ? best->result : signatures.front().result);
}

AuthResult judged(mailauth::DmarcResult result) {
  using mailauth::DmarcResult;
  switch (result) {
    case DmarcResult::kPass:
      return AuthResult::kPass;
    case DmarcResult::kFail:
      return AuthResult::kFail;
    case DmarcResult::kTempError:
      return AuthResult::kTempError;
    case DmarcResult::kPermError:
      return AuthResult::kPermError;
    case DmarcResult::kNone:
      break;
  }
  return AuthResult::kNone;
}

spam::DmarcAsk asked(const mailauth::DmarcOutcome& dmarc) {
  if (dmarc.result != mailauth::DmarcResult::kFail) return spam::DmarcAsk::kNone;
  if (dmarc.apply == mailauth::DmarcPolicy::kReject) return spam::DmarcAsk::kReject;
  return dmarc.apply == mailauth::DmarcPolicy::kQuarantine ? spam::DmarcAsk::kQuarantine : spam::DmarcAsk::kNone;
}

}  // namespace

net::Task<mailauth::DmarcOutcome> Authenticator::check_dmarc(std::string from_domain, const Authenticated& found, net::Deadline deadline) {
  mailauth::DmarcArgs args;
  args.from_domain = std::move(from_domain);
  args.spf = {found.spf.domain, found.spf.result == mailauth::SpfResult::kPass, found.spf.result == mailauth::SpfResult::kTempError};
  for (const auto& signature : found.dkim)
    args.dkim.push_back(
        {signature.domain, signature.result == mailauth::DkimResult::kPass, signature.result == mailauth::DkimResult::kTempError});
  args.random = random_percent();
  return mailauth::evaluate_dmarc(std::move(args), resolver_, suffixes_, settings_.dmarc, deadline);
}

net::Task<Authenticated> Authenticator::authenticate(AuthenticationArgs args) {
  const auto deadline = net::Deadline::after(settings_.timeout);
  auto canonical = std::make_shared<mailauth::CanonicalMessage>(*args.message);
  if (args.message->size() > settings_.pool_bytes) {
    auto hash = [canonical, message = args.message, limits = settings_.dkim] { mailauth::hash_bodies(*canonical, limits); };
    co_await net::run_blocking(pool_, std::move(hash));
  }
  Authenticated found;
  mailauth::SpfArgs spf{args.client, args.helo, args.sender, args.receiver, base::to_seconds(args.now)};
  found.spf = co_await mailauth::check_host(std::move(spf), resolver_, settings_.spf, deadline);
  found.dkim = co_await mailauth::verify_dkim(*canonical, resolver_, args.now, deadline, settings_.dkim);
  found.arc = co_await mailauth::verify_arc(*canonical, resolver_, args.now, deadline, settings_.dkim);
  const auto values = from_values(*args.message);
  const auto author = mailauth::find_author(values);
  for (const auto& domain : author.domains) {
    auto outcome = co_await check_dmarc(domain, found, deadline);
    if (found.from_domain.empty() || is_stricter(outcome, found.dmarc)) {
      found.from_domain = domain;
      found.dmarc = std::move(outcome);
    }
  }
  co_return found;
}

std::string results_field(const Authenticated& found, const AuthenticationArgs& args) {
  mailauth::AuthenticationResults results{.authserv_id = args.receiver};
  results.results = mailauth::dkim_auth_results(found.dkim);
  results.results.push_back(mailauth::spf_auth_result(mailauth::to_string(found.spf.result), args.sender, args.helo, found.spf.problem));
  if (!found.from_domain.empty()) {
    const auto done = for_judge(found).dmarc_ask;
    const char* disposition = done == spam::DmarcAsk::kReject ? "reject" : done == spam::DmarcAsk::kQuarantine ? "quarantine" : "none";
    results.results.push_back(mailauth::dmarc_auth_result(mailauth::to_string(found.dmarc.result), found.from_domain,
                                                          mailauth::to_string(found.dmarc.published), disposition));
  }
  if (found.arc.status != mailauth::ArcStatus::kNone)
    results.results.push_back(mailauth::arc_auth_result(found.arc, args.client.to_string()));
  return mailauth::format_field(results);
}

spam::Authentication for_judge(const Authenticated& found) {
  spam::Authentication out;
  out.spf = judged(found.spf.result);
  out.dkim = judged(found.dkim);
  out.dmarc = judged(found.dmarc.result);
  out.spf_aligned = found.dmarc.spf_aligned;
  out.dkim_aligned = found.dmarc.dkim_aligned;
  out.dmarc_ask = asked(found.dmarc);
  using mailauth::ArcStatus;
  out.arc = found.arc.status == ArcStatus::kPass   ? AuthResult::kPass
            : found.arc.status == ArcStatus::kFail ? AuthResult::kFail
                                                   : AuthResult::kNone;
  if (found.arc.status == ArcStatus::kPass && !found.arc.sets.empty()) out.arc_sealer = found.arc.sets.back().seal_domain;
  return out;
}

}  // namespace delivery
