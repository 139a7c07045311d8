// The verdict itself: which check speaks when. The points are in score.cpp.

#include "spam/judge.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <map>

#include "base/log.h"
#include "net/start.h"
#include "spam/correspondents.h"
#include "spam/lists.h"
#include "spam/reputation.h"
#include "spam/score.h"
#include "spam/sender.h"

namespace spam {

namespace {

void decide(Verdict& verdict, Action action, std::string name, std::string text, bool personal = false) {
  verdict.action = action;
  verdict.reasons.push_back({std::move(name), std::move(text), 0, true, personal});
}
void refuse(Verdict& verdict, int code, std::string enhanced, std::string reply) {
  verdict.code = code;
  verdict.enhanced = std::move(enhanced);
  verdict.reply = std::move(reply);
}

// True when the message is decided for everybody.
bool judge_virus(const Scan& scan, const Settings& settings, Verdict& verdict) {
  switch (scan.clamd.kind) {
    case ClamdResult::Kind::kInfected:
      decide(verdict, Action::kReject, "virus", "the virus scanner found " + scan.clamd.signature);
      refuse(verdict, 554, "5.7.1", "the message is infected: " + scan.clamd.signature);
      return true;
    case ClamdResult::Kind::kUnavailable:
      if (settings.clamd_required) {
        decide(verdict, Action::kDefer, "engine", "the virus scanner does not answer");
        refuse(verdict, 451, "4.7.1", "the virus scanner does not answer, try again later");
        return true;
      }
      verdict.reasons.push_back({"engine", "not scanned for viruses: the scanner does not answer"});
      return false;
    case ClamdResult::Kind::kTooLarge:
      verdict.reasons.push_back({"engine", "not scanned for viruses: too large"});
      return false;
    case ClamdResult::Kind::kClean:
    case ClamdResult::Kind::kNotAsked:
      return false;
  }
  return false;
}

bool judge_lists(sql::Transaction& tx, const Facts& facts, sql::AccountScope scope, const Settings& settings, Verdict& verdict) {
  const bool forged = is_forged(facts, settings);
  const ListSubject subject{facts.client, compared_address(facts.sender), compared_address(facts.from), forged};
  const auto match = match_lists(tx, scope, subject);
  if (!match) return false;
  const std::string whose = match->personal ? "the member's own" : "the enterprise's";
  if (match->kind == ListKind::kAllow) {
    decide(verdict, Action::kAccept, "list", match->entry + " is on " + whose + " allow list", match->personal);
  } else if (match->personal || !settings.block_rejects) {
    decide(verdict, Action::kJunk, "list", match->entry + " is on " + whose + " block list", match->personal);
  } else {
    decide(verdict, Action::kReject, "list", match->entry + " is on " + whose + " block list");
    refuse(verdict, 550, "5.7.1", "the recipient's organization does not take mail from this sender");
  }
  return true;
}

bool judge_rspamd_down(const Scan& scan, const Settings& settings, Verdict& verdict) {
  if (scan.rspamd.kind != RspamdResult::Kind::kUnavailable) return false;
  if (!settings.rspamd_required) {
    verdict.reasons.push_back({"engine", "rspamd does not answer: the built-in checks decided"});
    return false;
  }
  decide(verdict, Action::kDefer, "engine", "rspamd does not answer");
  refuse(verdict, 451, "4.7.1", "the spam filter does not answer, try again later");
  return true;
}

// True when DMARC refuses the message; a wish for quarantine is left in the verdict's action.
bool judge_dmarc(const Facts& facts, const Settings& settings, Verdict& verdict) {
  if (facts.auth.dmarc != AuthResult::kFail || facts.auth.dmarc_ask == DmarcAsk::kNone) return false;
  const auto domain = domain_of(facts.from);
  if (is_trusted_arc(facts, settings)) {
    verdict.reasons.push_back({"arc", "DMARC of " + domain + " failed on the way; " + facts.auth.arc_sealer + " vouches for it (ARC)"});
    return false;
  }
  if (settings.dmarc == DmarcMode::kIgnore) return false;
  const bool rejects = facts.auth.dmarc_ask == DmarcAsk::kReject;
  const std::string asked = rejects ? " asks to reject such mail" : " asks to set such mail aside";
  const std::string text = "the message is not from " + domain + " (DMARC), which" + asked;
  if (rejects && settings.dmarc == DmarcMode::kObey) {
    decide(verdict, Action::kReject, "dmarc", text);
    refuse(verdict, 550, "5.7.1", "rejected by the DMARC policy of " + domain);
    return true;
  }
  decide(verdict, Action::kJunk, "dmarc", text);
  return false;
}

void reject_by_score(Verdict& verdict) {
  verdict.action = Action::kReject;
  refuse(verdict, 554, "5.7.1", "the message looks like spam");
}

// rspamd's action stands, unless the member's own history moves the score over or under the line.
void judge_by_rspamd(const RspamdAnswer& answer, const Settings& settings, Verdict& verdict) {
  const double line = answer.junk_score.value_or(settings.junk_score);
  if (answer.action == "reject") {
    reject_by_score(verdict);
    if (answer.smtp_message && !answer.smtp_message->empty()) verdict.reply = *answer.smtp_message;
    return;
  }
  if (answer.action == "soft reject") {
    verdict.action = Action::kDefer;
    return refuse(verdict, 451, "4.7.1", answer.smtp_message.value_or("try again later"));
  }
  const bool junk =
      answer.action == "add header" || answer.action == "rewrite subject" || answer.action == "quarantine" || answer.action == "discard";
  const bool lifted = junk && answer.score >= line && verdict.score < line;
  if ((junk && !lifted) || verdict.score >= line) verdict.action = Action::kJunk;
}

void judge_by_score(const Settings& settings, Verdict& verdict) {
  if (settings.reject_score > 0 && verdict.score >= settings.reject_score) return reject_by_score(verdict);
  if (verdict.score >= settings.junk_score) verdict.action = Action::kJunk;
}

bool wants_greylist(const Facts& facts, const Scan& scan, const Verdict& verdict, const Settings& settings) {
  if (settings.greylist_mode == GreylistMode::kOff || !facts.client || !verdict.stored()) return false;
  if (settings.greylist_spares_proven && facts.auth.proven()) return false;
  if (scan.rspamd.kind == RspamdResult::Kind::kAnswered) return scan.rspamd.answer.action == "greylist";
  for (const auto& reason : verdict.reasons) {
    if (reason.name == "correspondent") return false;
  }
  return settings.greylist_mode == GreylistMode::kAll || verdict.score >= settings.greylist_score;
}

// Mail of a signed-in member: lists and scores are about strangers.
Judgement judge_own(const Scan& scan, const Settings& settings, Judgement judgement) {
  auto& verdict = judgement.verdict;
  if (judge_rspamd_down(scan, settings, verdict) || scan.rspamd.kind != RspamdResult::Kind::kAnswered) return judgement;
  verdict.score = add_rspamd(scan.rspamd.answer, verdict);
  if (scan.rspamd.answer.action == "reject") reject_by_score(verdict);
  return judgement;
}

Judgement judge_one(sql::Transaction& tx, const Facts& facts, const Scan& scan, sql::AccountScope scope, const std::vector<int64_t>& tokens,
                    const Settings& settings) {
  Judgement judgement;
  auto& verdict = judgement.verdict;
  verdict.sender_key = sender_key(domain_of(facts.from), facts.auth.proven(), facts.client);
  if (!is_forged(facts, settings)) verdict.sender = compared_address(facts.from);
  if (facts.user.empty()) verdict.reasons.push_back(describe(facts.auth));
  if (judge_virus(scan, settings, verdict)) return judgement;
  if (!facts.user.empty()) return judge_own(scan, settings, std::move(judgement));
  if (judge_lists(tx, facts, scope, settings, verdict)) return judgement;
  if (judge_rspamd_down(scan, settings, verdict)) return judgement;
  if (judge_dmarc(facts, settings, verdict)) return judgement;

  const bool set_aside = verdict.action == Action::kJunk;
  const bool by_rspamd = scan.rspamd.kind == RspamdResult::Kind::kAnswered;
  verdict.score = by_rspamd ? add_rspamd(scan.rspamd.answer, verdict) : add_built_in(facts, scan, settings, verdict);
  verdict.score += add_history(tx, scope, facts, settings, verdict);
  if (settings.use_bayes) verdict.score += add_bayes(tx, scope, tokens, settings, verdict);
  if (by_rspamd) {
    judge_by_rspamd(scan.rspamd.answer, settings, verdict);
  } else {
    judge_by_score(settings, verdict);
  }
  judgement.greylist = !set_aside && wants_greylist(facts, scan, verdict, settings);
  return judgement;
}

net::Task<std::vector<DnsblHit>> ask_lists(Facts facts, Engines engines) {
  std::vector<DnsblHit> none;
  if (!facts.client || !facts.user.empty() || engines.dnsbl.empty() || engines.resolver == nullptr) co_return none;
  const auto deadline = net::Deadline::after(engines.dnsbl_timeout);
  auto hits = co_await ask_dnsbls(*facts.client, engines.dnsbl, *engines.resolver, deadline);
  co_return hits;
}

RspamdQuestion question_of(const Facts& facts) {
  RspamdQuestion question;
  if (facts.client) question.ip = facts.client->to_string();
  question.helo = facts.helo;
  question.hostname = facts.hostname;
  question.from = facts.sender;
  for (const auto& recipient : facts.recipients) question.recipients.push_back(recipient.address);
  question.user = facts.user;
  question.queue_id = facts.id;
  if (facts.recipients.size() == 1) question.deliver_to = facts.recipients.front().address;
  question.message = facts.bytes;
  return question;
}

}  // namespace

net::Task<Scan> scan(Facts facts, Engines engines, bool rspamd_required) {
  Scan out;
  const net::Executor executor = co_await boost::asio::this_coro::executor;
  std::optional<net::Pending<ClamdResult>> clamd;
  std::optional<net::Pending<RspamdResult>> rspamd;
  if (engines.clamd) clamd.emplace(net::start(executor, scan_for_viruses(*engines.clamd, facts.bytes)));
  if (engines.rspamd) rspamd.emplace(net::start(executor, ask_rspamd(*engines.rspamd, question_of(facts))));
  // Both borrow the message: both are waited for, whatever one of them says.
  if (clamd) out.clamd = co_await clamd->wait();
  if (rspamd) out.rspamd = co_await rspamd->wait();
  if (out.clamd.kind == ClamdResult::Kind::kUnavailable)
    base::log_error("clamd does not answer", {{"message", facts.id}, {"cause", out.clamd.cause}});
  if (out.rspamd.kind == RspamdResult::Kind::kUnavailable)
    base::log_error("rspamd does not answer", {{"message", facts.id}, {"cause", out.rspamd.cause}});

  const bool infected = out.clamd.kind == ClamdResult::Kind::kInfected;
  const bool waits = rspamd_required && out.rspamd.kind == RspamdResult::Kind::kUnavailable;
  if (infected || waits || out.rspamd.kind == RspamdResult::Kind::kAnswered) co_return out;
  out.dnsbl = co_await ask_lists(facts, engines);
  co_return out;
}

std::vector<Judgement> judge_recipients(sql::Transaction& tx, const Facts& facts, const Scan& scan, const std::vector<std::string>& words,
                                        const Settings& settings) {
  std::map<int64_t, std::vector<int64_t>> tokens;  // by enterprise
  std::vector<Judgement> out;
  for (const auto& recipient : facts.recipients) {
    auto [place, fresh] = tokens.try_emplace(recipient.scope.enterprise_id);
    if (fresh) place->second = tokens_of(recipient.scope.enterprise(), words);
    out.push_back(judge_one(tx, facts, scan, recipient.scope, place->second, settings));
    order_reasons(out.back().verdict, settings.reasons);
  }
  return out;
}

void apply_greylist(sql::Transaction& tx, const Facts& facts, std::vector<Judgement>& judgements, const Settings& settings) {
  for (size_t i = 0; i < judgements.size(); ++i) {
    if (!judgements[i].greylist) continue;
    auto& verdict = judgements[i].verdict;
    const auto answer = check_greylist(tx, facts.recipients[i].scope, *facts.client, domain_of(facts.sender), facts.now, settings.greylist);
    if (passes(answer)) continue;
    decide(verdict, Action::kDefer, "greylist",
           answer == GreylistAnswer::kFirst ? "first mail of this sender from this network: told to come back (greylisting)"
                                            : "came back too soon (greylisting)");
    refuse(verdict, 451, "4.7.1", "greylisted: come back in " + std::to_string((settings.greylist.delay.count() + 59) / 60) + " minutes");
    order_reasons(verdict, settings.reasons);
  }
}

net::Task<std::vector<Verdict>> Judge::judge(Facts facts) {
  auto found = co_await scan(facts, engines_, settings_.rspamd_required);
  std::vector<std::string> words;
  if (settings_.use_bayes && facts.user.empty()) words = words_of(mime::parse(facts.bytes), settings_.tokens);
  auto read = [&](sql::Transaction& tx) { return judge_recipients(tx, facts, found, words, settings_); };
  auto pending = database_.start_read(read);
  auto judgements = co_await pending.wait();
  if (std::ranges::any_of(judgements, &Judgement::greylist)) {
    auto write = [&](sql::Transaction& tx) {
      auto copy = judgements;  // the closure may be repeated
      apply_greylist(tx, facts, copy, settings_);
      return copy;
    };
    auto written = database_.start_write(write);
    auto greylisted = co_await written.wait();
    judgements = std::move(greylisted);
  }
  std::vector<Verdict> verdicts;
  for (auto& judgement : judgements) verdicts.push_back(std::move(judgement.verdict));
  co_return verdicts;
}

void settle(std::vector<Verdict>& verdicts, double junk_score) {
  auto by_engine = [](const Verdict& verdict) {
    return verdict.action == Action::kDefer && !verdict.reasons.empty() && verdict.reasons.front().name == "engine";
  };
  const bool waits = std::ranges::any_of(verdicts, by_engine);
  const bool stored = !waits && std::ranges::any_of(verdicts, &Verdict::stored);
  const auto deferred = std::ranges::find(verdicts, Action::kDefer, &Verdict::action);
  for (auto& verdict : verdicts) {
    if (stored && !verdict.stored()) {
      const bool refused = verdict.action == Action::kReject;
      decide(verdict, refused || verdict.score >= junk_score ? Action::kJunk : Action::kAccept, "recipients",
             "the message has other recipients who get it: one reply answers for all");
      refuse(verdict, 0, {}, {});
    } else if (!stored && deferred != verdicts.end() && verdict.action != Action::kDefer) {
      decide(verdict, Action::kDefer, "recipients", "another recipient's answer has to wait: one reply answers for all");
      refuse(verdict, deferred->code, deferred->enhanced, deferred->reply);
    }
    order_reasons(verdict);
  }
}

void note_delivered(sql::Transaction& tx, sql::AccountScope scope, int64_t email_id, const Verdict& verdict, base::Time now) {
  const bool junk = verdict.action == Action::kJunk;
  record_verdict(tx, scope, email_id, verdict, now);
  note_sender(tx, scope, verdict.sender_key, junk ? SenderEvent::kJunked : SenderEvent::kAccepted, now);
  if (!junk) note_received(tx, scope, verdict.sender, now);
}

bool note_moved(sql::Transaction& tx, sql::AccountScope scope, int64_t email_id, std::span<const int64_t> tokens, std::string_view key,
                Lesson lesson, base::Time now, const BayesSettings& settings) {
  if (!learn(tx, scope, tokens, key, lesson, now, settings)) return false;
  if (const auto stored = find_verdict(tx, scope, email_id)) {
    const bool rescued = lesson == Lesson::kHam;
    note_sender(tx, scope, stored->verdict.sender_key, rescued ? SenderEvent::kRescued : SenderEvent::kReported, now);
    // Whom the member takes out of Junk he wants to hear from.
    if (rescued) note_received(tx, scope, stored->verdict.sender, now);
  }
  return true;
}

}  // namespace spam
