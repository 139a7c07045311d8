#pragma once
// What was decided about a message for one recipient, and why, in words: the value, its header line and its stored record
// (doc/formats/verdict.md).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "sql/scope.h"
#include "sql/transaction.h"

namespace spam {

// Stored numbers: DO NOT CHANGE.
enum class Action : uint8_t { kAccept = 1, kJunk = 2, kDefer = 3, kReject = 4 };
const char* to_string(Action action);  // "accept", "junk", "defer", "reject"

// The name of the reason that tells the results of SPF, DKIM, DMARC and ARC: never left out.
inline constexpr std::string_view kAuthReason = "auth";

struct Reason {
  // The check that speaks, a word for programs: "auth", "virus", "engine", "list", "dmarc", "arc", "spf", "dkim", "sender", "dnsbl",
  // "rspamd", "correspondent", "history", "bayes", "greylist", "recipients".
  std::string name;
  std::string text;       // for people
  double points = 0;      // towards the score
  bool decisive = false;  // decided by itself, whatever the score
  bool personal = false;  // rests on the member's own lists, history or filter: not for others' eyes
};

struct Verdict {
  Action action = Action::kAccept;
  double score = 0;
  std::vector<Reason> reasons;  // decisive ones first, then by weight

  // The SMTP reply of kDefer and kReject.
  int code = 0;
  std::string enhanced;
  std::string reply;

  std::string sender_key;  // whose history it counts for (reputation.h)
  std::string sender;      // the correspondent: address of From, compared; "" when it is proven false

  bool stored() const { return action == Action::kAccept || action == Action::kJunk; }
};

// Puts the reasons into their order and drops those beyond `most`.
void order_reasons(Verdict& verdict, size_t most = 30);

inline constexpr std::string_view kVerdictHeader = "X-Posthouse-Verdict";  // lines of this name in what others send are to be removed
// "X-Posthouse-Verdict: junk; score=7.5; SPF ... (3.0); ...", ASCII, folded, with its line end. The stored bytes are shared by recipients,
// so with several verdicts it says only what holds for all of them, and nothing personal. With one it is whole.
std::string verdict_header(std::span<const Verdict> verdicts);

std::string encode_verdict(const Verdict& verdict);
// nullopt: no such record.
std::optional<Verdict> decode_verdict(std::string_view record);

struct StoredVerdict {
  base::Time at{};
  Verdict verdict;
};
// email_id as store/ gives it. Writing again replaces.
void record_verdict(sql::Transaction& tx, sql::AccountScope scope, int64_t email_id, const Verdict& verdict, base::Time now);
std::optional<StoredVerdict> find_verdict(sql::Transaction& tx, sql::AccountScope scope, int64_t email_id);
int64_t forget_verdicts(sql::Transaction& tx, sql::EnterpriseScope scope, base::Time before);

}  // namespace spam
