// Step "sign": what a member sends to other servers is signed for the author's domain, so that it passes DMARC there.

#include <algorithm>

#include "delivery/step.h"
#include "directory/address.h"
#include "mime/address.h"
#include "mime/message.h"

namespace delivery {

net::Task<Verdict> sign_outgoing(Message& message, Services& services) {
  const bool leaves = std::ranges::any_of(message.recipients, [&](const Recipient& r) { return r.is_open() && message.is_sent_to(r); });
  if (!leaves || services.signers == nullptr || !message.submitter) co_return Verdict::go_on();
  const auto from = mime::find_header(message.body, "From");
  const auto author = from ? mime::first_mailbox(*from) : std::nullopt;
  const auto address = author ? directory::parse_address(author->addr_spec()) : std::nullopt;
  if (!address) co_return Verdict::go_on();  // the step "submission" has seen to it that there is one
  auto bytes = std::make_shared<const std::string>(message.body);
  message.signatures = co_await services.signers->sign(message.submitter->scope().enterprise(), address->domain, std::move(bytes));
  co_return Verdict::go_on();
}

}  // namespace delivery
