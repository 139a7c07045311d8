#include "spam/reputation.h"

#include <algorithm>

#include "spam/sender.h"

namespace spam {

namespace {

constexpr int64_t kWholeEnterprise = 0;

// In -1..1, with the confidence that the number of events allows.
double opinion(const SenderHistory& history, double& confidence) {
  const double bad = 4 * static_cast<double>(history.reported) + 0.25 * static_cast<double>(history.junked);
  const double good = 4 * static_cast<double>(history.rescued) + 0.25 * static_cast<double>(history.accepted);
  confidence = (bad + good) / (bad + good + 4);
  return bad + good > 0 ? (bad - good) / (bad + good) : 0;
}

void count(sql::Transaction& tx, sql::AccountScope scope, std::string_view key, const SenderHistory& by, int64_t now) {
  tx.execute_later(
      "insert into spam_sender (enterprise_id, account_id, sender, accepted, junked, rescued, reported, seen_at) values (?, ?, ?, ?, ?, ?, "
      "?, ?) "
      "on conflict (enterprise_id, account_id, sender) do update set accepted = spam_sender.accepted + excluded.accepted, "
      "junked = spam_sender.junked + excluded.junked, rescued = spam_sender.rescued + excluded.rescued, "
      "reported = spam_sender.reported + excluded.reported, seen_at = excluded.seen_at",
      scope.enterprise_id, scope.account_id, key, by.accepted, by.junked, by.rescued, by.reported, now);
}

}  // namespace

std::string sender_key(std::string_view from_domain, bool proven, const std::optional<net::IpAddress>& client) {
  const auto domain = compared_domain(from_domain);
  if (domain.empty()) return {};
  if (proven) return domain;
  return client ? domain + " " + network_of(*client) : std::string();
}

void note_sender(sql::Transaction& tx, sql::AccountScope scope, std::string_view key, SenderEvent event, base::Time now) {
  if (key.empty()) return;
  SenderHistory by;
  switch (event) {
    case SenderEvent::kAccepted:
      by.accepted = 1;
      break;
    case SenderEvent::kJunked:
      by.junked = 1;
      break;
    case SenderEvent::kRescued:
      by.rescued = 1;
      break;
    case SenderEvent::kReported:
      by.reported = 1;
      break;
  }
  count(tx, {scope.enterprise_id, kWholeEnterprise}, key, by, base::to_seconds(now));
  count(tx, scope, key, by, base::to_seconds(now));
}

Reputation find_reputation(sql::Transaction& tx, sql::AccountScope scope, std::string_view key) {
  Reputation out;
  if (key.empty()) return out;
  for (const auto& row : tx.query("select account_id, accepted, junked, rescued, reported from spam_sender where enterprise_id = ? and "
                                  "account_id in (0, ?) and sender = ?",
                                  scope.enterprise_id, scope.account_id, key)) {
    (row.number(0) == kWholeEnterprise ? out.enterprise : out.member) = {row.number(1), row.number(2), row.number(3), row.number(4)};
  }
  return out;
}

double reputation_points(const Reputation& reputation, double most) {
  double sure_of_own = 0, sure_of_all = 0;
  const double own = opinion(reputation.member, sure_of_own);
  const double all = opinion(reputation.enterprise, sure_of_all);
  // The enterprise speaks where the member's own experience is thin.
  return std::clamp(most * (own * sure_of_own + all * sure_of_all * (1 - sure_of_own)), -most, most);
}

int64_t forget_senders(sql::Transaction& tx, sql::EnterpriseScope scope, base::Time before) {
  return tx.execute("delete from spam_sender where enterprise_id = ? and seen_at < ?", scope.enterprise_id, base::to_seconds(before));
}

}  // namespace spam
