#pragma once
// Is this message wanted? Facts in, a verdict with its reasons for each recipient out. doc/decisions/spam.md says the rules in plain words.
//
//   spam::Judge judge(database, engines, settings);
//   auto verdicts = co_await judge.judge(facts);          // one for each of facts.recipients, in their order
//   spam::settle(verdicts);                               // SMTP: one reply for all; LMTP does without
//   ... after the message was stored, in its transaction: spam::note_delivered(tx, scope, email_id, verdict, now);
//   ... when the member moves it into or out of Junk:      spam::note_moved(tx, scope, email_id, ...);
//
// The order in which things decide: virus, virus scanner down, lists, rspamd down, DMARC, score, greylisting. No message is dropped.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "net/resolver.h"
#include "spam/bayes.h"
#include "spam/clamd.h"
#include "spam/dnsbl.h"
#include "spam/greylist.h"
#include "spam/rspamd.h"
#include "spam/tokens.h"
#include "spam/verdict.h"
#include "sql/database.h"

namespace spam {

enum class AuthResult : uint8_t { kNone, kPass, kFail, kSoftFail, kNeutral, kTempError, kPermError };
enum class DmarcAsk : uint8_t { kNone, kQuarantine, kReject };

// What mailauth/ found.
struct Authentication {
  AuthResult spf = AuthResult::kNone;
  AuthResult dkim = AuthResult::kNone;  // the best of all signatures
  AuthResult dmarc = AuthResult::kNone;
  AuthResult arc = AuthResult::kNone;
  bool spf_aligned = false, dkim_aligned = false;  // passed and aligned with From
  DmarcAsk dmarc_ask = DmarcAsk::kNone;            // for a failed DMARC: what the domain asks for, after pct
  std::string arc_sealer;                          // d= of the newest seal of a chain that passes

  bool proven() const { return spf_aligned || dkim_aligned || dmarc == AuthResult::kPass; }
};

struct JudgedRecipient {
  sql::AccountScope scope;
  std::string address;
};

struct Facts {
  std::string id;                        // of the message in our logs
  std::optional<net::IpAddress> client;  // nullopt: none (unix socket)
  std::string helo, hostname;            // hostname: by reverse DNS, "" when unknown
  std::string sender;                    // envelope; "" for the null sender
  std::string from;                      // address of From; "" when the message has none
  Authentication auth;
  std::string user;  // a member who signed in and sends: only viruses and rspamd's rejection count then
  std::vector<JudgedRecipient> recipients;
  std::string_view bytes;  // the caller's until the verdict is there
  base::Time now{};
};

// Who is asked outside this process.
struct Engines {
  std::optional<ClamdSettings> clamd;
  std::optional<RspamdSettings> rspamd;
  std::vector<DnsblZone> dnsbl;  // asked when rspamd does not answer or is not there
  std::chrono::milliseconds dnsbl_timeout{5'000};
  net::Resolver* resolver = nullptr;
};
struct Scan {
  ClamdResult clamd;
  RspamdResult rspamd;
  std::vector<DnsblHit> dnsbl;
};

enum class DmarcMode : uint8_t { kObey, kJunk, kIgnore };
enum class GreylistMode : uint8_t { kOff, kSuspicious, kAll };

// Points of the built-in checks.
struct Weights {
  double spf_fail = 3, spf_soft_fail = 1.5, dkim_fail = 0.5, dmarc_fail = 1.5, unproven = 1, dmarc_pass = -1, no_from = 2, bad_helo = 1;
  double written_proven = -4, written = -1.5;  // the member has written to the sender
  double wrote = -1, enterprise_written = -1;  // the sender has written before; a colleague has written to it
  double reputation = 3;                       // at most, either way
  double bayes = 5;                            // at most, either way
};

struct Settings {
  double junk_score = 6;
  double reject_score = 15;  // 0: never by score
  DmarcMode dmarc = DmarcMode::kObey;
  std::vector<std::string> arc_trusted;  // sealers whose word excuses a failed DMARC: domains of mailing lists and forwarders
  bool block_rejects = true;             // the enterprise's block list; otherwise Junk
  bool clamd_required = true;            // down: defer; otherwise pass, and say so
  bool rspamd_required = false;
  GreylistMode greylist_mode = GreylistMode::kSuspicious;
  double greylist_score = 3;           // what is suspicious
  bool greylist_spares_proven = true;  // senders with aligned SPF or DKIM
  GreylistSettings greylist;
  bool use_bayes = true;
  BayesSettings bayes;
  TokenLimits tokens;
  Weights weights;
  size_t reasons = 30;                      // kept of one verdict
  std::chrono::seconds keep{400 * 86'400};  // senders, correspondents and verdicts, after their last message
};

// Asks clamd and rspamd at once, then the DNS lists where they are needed. Never throws for what they do.
net::Task<Scan> scan(Facts facts, Engines engines, bool rspamd_required);

// A verdict that still waits for the greylist, which wants to write.
struct Judgement {
  Verdict verdict;
  bool greylist = false;
};
// Reads only. `words`: words_of the message, or empty without Bayes.
std::vector<Judgement> judge_recipients(sql::Transaction& tx, const Facts& facts, const Scan& scan, const std::vector<std::string>& words,
                                        const Settings& settings);
// REQUIRES: a write. Turns those that must come back into kDefer.
void apply_greylist(sql::Transaction& tx, const Facts& facts, std::vector<Judgement>& judgements, const Settings& settings);

class Judge {
 public:
  // All outlive the judge.
  Judge(sql::Database& database, Engines engines, Settings settings)
      : database_(database), engines_(std::move(engines)), settings_(std::move(settings)) {}
  // Throws base::Failure for what the database does.
  net::Task<std::vector<Verdict>> judge(Facts facts);
  const Settings& settings() const { return settings_; }

 private:
  sql::Database& database_;
  const Engines engines_;
  const Settings settings_;
};

// Makes verdicts that one reply can answer: what is refused for some and delivered to others goes into Junk; who alone would have to come
// back is let through with the others, unless an engine is down: then all wait.
void settle(std::vector<Verdict>& verdicts, double junk_score = 6);

// In the transaction that stores the message: the record, the sender's history, the correspondent. REQUIRES: verdict.stored().
void note_delivered(sql::Transaction& tx, sql::AccountScope scope, int64_t email_id, const Verdict& verdict, base::Time now);
// The member moved the message into Junk (kSpam) or out of it (kHam). `tokens` and `key` as for learn(). False: nothing new was learned.
bool note_moved(sql::Transaction& tx, sql::AccountScope scope, int64_t email_id, std::span<const int64_t> tokens, std::string_view key,
                Lesson lesson, base::Time now, const BayesSettings& settings);

}  // namespace spam
