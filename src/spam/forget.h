#pragma once
// The end of what is remembered: by age, with a member, with an enterprise.

#include "spam/judge.h"

namespace spam {

// What is past its time in one enterprise; to be called now and then, in a write of its own. Returns how many rows went.
int64_t expire(sql::Transaction& tx, sql::EnterpriseScope scope, base::Time now, const Settings& settings);

// All rows of a deleted member or enterprise. What a member taught the enterprise's filter stays with it.
void forget_account(sql::Transaction& tx, sql::AccountScope scope);
void forget_enterprise(sql::Transaction& tx, sql::EnterpriseScope scope);

}  // namespace spam
