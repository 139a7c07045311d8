// Step "recipients": of the recipients that lead to one mailbox (the same address twice, an alias, two details) the first carries the copy.

#include <unordered_set>

#include "delivery/step.h"

namespace delivery {

net::Task<Verdict> merge_recipients(Message& message, Services&) {
  std::unordered_set<int64_t> seen;
  for (auto& recipient : message.recipients) {
    if (!recipient.decided) recipient.duplicate = !seen.insert(recipient.member->account_id).second;
  }
  co_return Verdict::go_on();
}

}  // namespace delivery
