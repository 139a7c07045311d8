// Step "recipients": of the recipients that lead to one mailbox (the same address twice, an alias, two details) the first carries the copy;
// of those at other servers, of the same address.

#include <string>
#include <unordered_set>

#include "delivery/step.h"

namespace delivery {

net::Task<Verdict> merge_recipients(Message& message, Services&) {
  std::unordered_set<int64_t> seen;
  std::unordered_set<std::string> remote;
  for (auto& recipient : message.recipients) {
    if (recipient.decided) continue;
    recipient.duplicate =
        recipient.is_remote() ? !remote.insert(recipient.address).second : !seen.insert(recipient.member->account_id).second;
  }
  co_return Verdict::go_on();
}

}  // namespace delivery
