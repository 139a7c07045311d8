#include "spam/forget.h"

#include "spam/brakes.h"
#include "spam/correspondents.h"
#include "spam/reputation.h"

namespace spam {

namespace {

// migrations/0050_spam.sql; all but spam_client have an account_id.
constexpr const char* kAccountTables[] = {"spam_list",   "spam_correspondent", "spam_sender",   "spam_greylist", "spam_token",
                                          "spam_corpus", "spam_lesson",        "spam_outbound", "spam_quota",    "spam_verdict"};
constexpr std::chrono::hours kOutbound{48};  // a day's counters, in every time zone

}  // namespace

int64_t expire(sql::Transaction& tx, sql::EnterpriseScope scope, base::Time now, const Settings& settings) {
  const auto before = now - settings.keep;
  return expire_greylist(tx, scope, now, settings.greylist) + expire_bayes(tx, scope, now, settings.bayes) +
         forget_correspondents(tx, scope, before) + forget_senders(tx, scope, before) + forget_verdicts(tx, scope, before) +
         forget_brakes(tx, scope, now - kOutbound);
}

void forget_account(sql::Transaction& tx, sql::AccountScope scope) {
  for (const auto* table : kAccountTables) {
    tx.execute(std::string("delete from ") + table + " where enterprise_id = ? and account_id = ?", scope.enterprise_id, scope.account_id);
  }
}

void forget_enterprise(sql::Transaction& tx, sql::EnterpriseScope scope) {
  for (const auto* table : kAccountTables)
    tx.execute(std::string("delete from ") + table + " where enterprise_id = ?", scope.enterprise_id);
  tx.execute("delete from spam_client where enterprise_id = ?", scope.enterprise_id);
}

}  // namespace spam
