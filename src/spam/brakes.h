#pragma once
// Brakes on mail to strangers (D4.13, D4.14), so that a mailbox in wrong hands cannot ruin the enterprise's name.
//
//   const size_t strangers = count_strangers(tx, scope, outside_recipients);       // spam/correspondents.h
//   const auto answer = apply_brakes(tx, scope, strangers, now, limits);
//
// Mail inside the enterprise and to known addresses is free: a message without strangers costs no statement. The rest counts against the
// daily quotas of the enterprise and the member; over one of them the message is refused and not counted. Many strangers in a short time
// are a burst: the message is to be held (it counts; it is sent when somebody releases it).

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "sql/scope.h"
#include "sql/transaction.h"

namespace spam {

struct BrakeLimits {
  int64_t enterprise_per_day = 500;  // A2.5; set_brake_quota() goes before
  int64_t member_per_day = 200;
  int64_t burst = 50;  // strangers of one member within burst_window
  std::chrono::seconds burst_window{600};
  std::chrono::seconds utc_offset{0};  // quotas begin anew at this zone's midnight (D4.13)
};

struct BrakeAnswer {
  enum class Kind : uint8_t { kOk, kHold, kRefuse };
  Kind kind = Kind::kOk;
  std::string reason;  // for the member and the administrators
  // The first of its kind today or in this window: tell the member and the administrators now.
  bool first = false;
};

// Counts unless it refuses, all within the caller's transaction. REQUIRES: a write.
BrakeAnswer apply_brakes(sql::Transaction& tx, sql::AccountScope scope, size_t strangers, base::Time now, const BrakeLimits& limits);

struct BrakeUse {
  int64_t enterprise_today = 0, enterprise_quota = 0;
  int64_t member_today = 0, member_quota = 0;
};
BrakeUse brake_use(sql::Transaction& tx, sql::AccountScope scope, base::Time now, const BrakeLimits& limits);

// Another daily quota for the enterprise or for one member; nullopt: the setting's again.
void set_brake_quota(sql::Transaction& tx, sql::EnterpriseScope scope, std::optional<int64_t> strangers_per_day);
void set_brake_quota(sql::Transaction& tx, sql::AccountScope scope, std::optional<int64_t> strangers_per_day);

// Drops counters of before that time.
int64_t forget_brakes(sql::Transaction& tx, sql::EnterpriseScope scope, base::Time before);

}  // namespace spam
