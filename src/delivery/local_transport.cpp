#include "delivery/local_transport.h"

#include <fmt/format.h>

namespace delivery {

namespace {

using directory::RouteKind;
using queue::Disposition;

bool is_here(RouteKind kind) {
  return kind != RouteKind::kForeignDomain && kind != RouteKind::kDomainInactive && kind != RouteKind::kBadAddress;
}

queue::Outcome outcome_of(const Reply& reply, const std::string& hostname) {
  queue::Outcome outcome;
  outcome.disposition = reply.positive() ? Disposition::kDelivered : reply.temporary() ? Disposition::kTemporary : Disposition::kPermanent;
  outcome.attempt.remote_name = hostname;
  outcome.attempt.phase = queue::Phase::kEnd;
  outcome.attempt.reply_code = reply.code;
  outcome.attempt.enhanced = reply.enhanced;
  outcome.attempt.text = reply.text;
  return outcome;
}

Reply refusal_of(const directory::Route& route) {
  return route.kind == RouteKind::kDisabled ? Reply{550, "5.2.1", "the mailbox is disabled"} : Reply{550, "5.1.1", "no such mailbox here"};
}

}  // namespace

bool LocalTransport::is_ours(const queue::Batch& batch) {
  return batch.hop.route.empty() && !batch.recipients.empty() && is_here(directory_.resolve(batch.recipients.front().address).kind);
}

net::Task<std::vector<queue::Outcome>> LocalTransport::send(queue::Batch batch) {
  if (is_ours(batch)) return deliver(std::move(batch));
  return elsewhere_.send(std::move(batch));
}

net::Task<std::vector<queue::Outcome>> LocalTransport::deliver(queue::Batch batch) {
  const auto body = co_await batch.body();
  const Reply unread{451, "4.3.0", "the message cannot be read now"};
  std::vector<queue::Outcome> outcomes(batch.recipients.size(), outcome_of(unread, hostname_));
  if (!body.ok()) co_return outcomes;
  Message message;
  message.id = fmt::format("{:x}", ids_.next());
  message.protocol = Protocol::kLmtp;
  message.received_at = clock_.now();
  message.peer.helo = hostname_;
  message.peer.extended = true;
  message.envelope.sender = batch.envelope.return_path;
  message.envelope.smtputf8 = (batch.envelope.flags & queue::kSmtpUtf8) != 0;
  message.body = **body;
  std::vector<size_t> places;
  for (size_t i = 0; i < batch.recipients.size(); ++i) {
    auto route = directory_.resolve(batch.recipients[i].address);
    if (route.kind != RouteKind::kMailbox) {
      outcomes[i] = outcome_of(refusal_of(route), hostname_);
      continue;
    }
    places.push_back(i);
    message.recipients.push_back({.address = batch.recipients[i].address,
                                  .member = std::move(route.member),
                                  .enterprise = std::move(route.enterprise),
                                  .detail = std::move(route.detail),
                                  .via_catch_all = route.via_catch_all});
  }
  if (!message.recipients.empty()) co_await delivery_.deliver(message);
  for (size_t i = 0; i < places.size(); ++i) outcomes[places[i]] = outcome_of(message.recipients[i].outcome, hostname_);
  co_return outcomes;
}

}  // namespace delivery
