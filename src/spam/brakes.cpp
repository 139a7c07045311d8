#include "spam/brakes.h"

namespace spam {

namespace {

constexpr int64_t kDay = 86'400;
constexpr int64_t kWholeEnterprise = 0;

struct Bucket {
  sql::AccountScope scope;
  int64_t width;
  int64_t begin;
};

// The day of `now` in the zone, or the window.
Bucket bucket_of(sql::AccountScope scope, int64_t width, int64_t now, int64_t offset) {
  const int64_t local = now + offset;
  return {scope, width, local - ((local % width) + width) % width - offset};
}

// Adds to the bucket and returns what is in it now. The row stays locked until the transaction's end, so two senders never share one place.
int64_t add(sql::Transaction& tx, const Bucket& bucket, int64_t strangers) {
  auto rows = tx.query(
      "insert into spam_outbound (enterprise_id, account_id, width, bucket, strangers, noticed) values (?, ?, ?, ?, ?, 0) "
      "on conflict (enterprise_id, account_id, width, bucket) do update set strangers = spam_outbound.strangers + excluded.strangers "
      "returning strangers",
      bucket.scope.enterprise_id, bucket.scope.account_id, bucket.width, bucket.begin, strangers);
  rows.next();
  return rows.number(0);
}

int64_t count(sql::Transaction& tx, const Bucket& bucket) {
  auto rows = tx.query("select strangers from spam_outbound where enterprise_id = ? and account_id = ? and width = ? and bucket = ?",
                       bucket.scope.enterprise_id, bucket.scope.account_id, bucket.width, bucket.begin);
  return rows.next() ? rows.number(0) : 0;
}

// True once for each bucket.
bool notice(sql::Transaction& tx, const Bucket& bucket) {
  return tx.execute(
             "update spam_outbound set noticed = 1 where enterprise_id = ? and account_id = ? and width = ? and bucket = ? and noticed = 0",
             bucket.scope.enterprise_id, bucket.scope.account_id, bucket.width, bucket.begin) > 0;
}

struct Quotas {
  int64_t enterprise;
  int64_t member;
};
Quotas quotas_of(sql::Transaction& tx, sql::AccountScope scope, const BrakeLimits& limits) {
  Quotas quotas{limits.enterprise_per_day, limits.member_per_day};
  for (const auto& row : tx.query("select account_id, strangers_per_day from spam_quota where enterprise_id = ? and account_id in (0, ?)",
                                  scope.enterprise_id, scope.account_id)) {
    (row.number(0) == kWholeEnterprise ? quotas.enterprise : quotas.member) = row.number(1);
  }
  return quotas;
}

void set_quota(sql::Transaction& tx, sql::AccountScope scope, std::optional<int64_t> quota) {
  if (!quota) {
    tx.execute("delete from spam_quota where enterprise_id = ? and account_id = ?", scope.enterprise_id, scope.account_id);
    return;
  }
  tx.execute(
      "insert into spam_quota (enterprise_id, account_id, strangers_per_day) values (?, ?, ?) "
      "on conflict (enterprise_id, account_id) do update set strangers_per_day = excluded.strangers_per_day",
      scope.enterprise_id, scope.account_id, *quota);
}

std::string refusal(const char* whose, int64_t quota, int64_t used, int64_t wanted) {
  return std::string(whose) + " daily quota of " + std::to_string(quota) + " recipients without prior exchange would be exceeded (" +
         std::to_string(used) + " used, " + std::to_string(wanted) +
         " more wanted). It begins anew at midnight. Administrators: look at the mail log for abuse";
}

}  // namespace

BrakeAnswer apply_brakes(sql::Transaction& tx, sql::AccountScope scope, size_t strangers, base::Time now, const BrakeLimits& limits) {
  if (strangers == 0) return {};
  const auto wanted = static_cast<int64_t>(strangers);
  const int64_t at = base::to_seconds(now), offset = limits.utc_offset.count();
  const auto quotas = quotas_of(tx, scope, limits);
  const auto enterprise = bucket_of({scope.enterprise_id, kWholeEnterprise}, kDay, at, offset);
  const auto member = bucket_of(scope, kDay, at, offset);

  // The enterprise's row first, always: the order in which rows are locked.
  const int64_t of_enterprise = add(tx, enterprise, wanted);
  if (of_enterprise > quotas.enterprise) {
    add(tx, enterprise, -wanted);
    return {BrakeAnswer::Kind::kRefuse, refusal("the enterprise's", quotas.enterprise, of_enterprise - wanted, wanted),
            notice(tx, enterprise)};
  }
  const int64_t of_member = add(tx, member, wanted);
  if (of_member > quotas.member) {
    add(tx, member, -wanted);
    add(tx, enterprise, -wanted);
    return {BrakeAnswer::Kind::kRefuse, refusal("the member's", quotas.member, of_member - wanted, wanted), notice(tx, member)};
  }
  // Two neighbouring windows, the older weighed by what of it still counts: a burst across their border is seen too.
  const int64_t width = limits.burst_window.count();
  const auto window = bucket_of(scope, width, at, 0);
  const int64_t fresh = add(tx, window, wanted);
  const int64_t before = count(tx, {scope, width, window.begin - width}) * (window.begin + width - at) / width;
  if (fresh + before <= limits.burst) return {};
  return {BrakeAnswer::Kind::kHold,
          "burst: mail to " + std::to_string(fresh + before) + " recipients without prior exchange within " +
              std::to_string(std::max<int64_t>(1, width / 60)) + " minutes (" + std::to_string(limits.burst) +
              " are usual at most); the message is held until an administrator or the member releases it",
          notice(tx, window)};
}

BrakeUse brake_use(sql::Transaction& tx, sql::AccountScope scope, base::Time now, const BrakeLimits& limits) {
  const int64_t at = base::to_seconds(now), offset = limits.utc_offset.count();
  const auto quotas = quotas_of(tx, scope, limits);
  return {count(tx, bucket_of({scope.enterprise_id, kWholeEnterprise}, kDay, at, offset)), quotas.enterprise,
          count(tx, bucket_of(scope, kDay, at, offset)), quotas.member};
}

void set_brake_quota(sql::Transaction& tx, sql::EnterpriseScope scope, std::optional<int64_t> strangers_per_day) {
  set_quota(tx, {scope.enterprise_id, kWholeEnterprise}, strangers_per_day);
}
void set_brake_quota(sql::Transaction& tx, sql::AccountScope scope, std::optional<int64_t> strangers_per_day) {
  set_quota(tx, scope, strangers_per_day);
}

int64_t forget_brakes(sql::Transaction& tx, sql::EnterpriseScope scope, base::Time before) {
  return tx.execute("delete from spam_outbound where enterprise_id = ? and bucket < ?", scope.enterprise_id, base::to_seconds(before));
}

}  // namespace spam
