// Step "loop" (RFC 5321 6.3): counts Received lines, and looks for a Delivered-To that names a recipient. Delivered-To is written by
// whoever forwards; meeting one's own address again means that a forward came back.

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "delivery/step.h"
#include "directory/address.h"
#include "mime/message.h"

namespace delivery {

namespace {

const Reply kLooping{554, "5.4.6", "mail loop: the message has been here before"};

void refuse_if_delivered(Message& message, std::string_view delivered_to) {
  const auto mailbox = mime::first_mailbox(delivered_to);
  const auto named = mailbox ? directory::parse_address(mailbox->addr_spec()) : std::nullopt;
  if (!named) return;
  const auto is_named = [&](std::string_view address) {
    const auto own = directory::parse_address(address);
    return own && own->key() == named->key();
  };
  for (auto& recipient : message.recipients) {
    if (recipient.decided) continue;
    if (recipient.is_remote() || (!is_named(recipient.address) && !is_named(recipient.member->address))) continue;
    recipient.outcome = kLooping;
    recipient.decided = true;
  }
}

}  // namespace

net::Task<Verdict> check_loop(Message& message, Services& services) {
  size_t hops = 0;
  mime::for_each_header(message.body, [&](const mime::Header& header) {
    if (base::iequals(header.name, "Received")) ++hops;
    if (base::iequals(header.name, "Delivered-To")) refuse_if_delivered(message, header.value);
  });
  const auto looping = [](const Recipient& r) { return r.decided; };
  const bool all = std::ranges::all_of(message.recipients, looping);
  const bool any = std::ranges::any_of(message.recipients, looping);
  const bool refused = hops > services.limits.hops || all || (any && message.protocol == Protocol::kSmtp);
  co_return refused ? Verdict{Verdict::Kind::kRefuse, kLooping} : Verdict::go_on();
}

}  // namespace delivery
