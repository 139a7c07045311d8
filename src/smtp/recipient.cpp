// RCPT: where an address leads, and whether there is room.

#include <fmt/format.h>

#include "base/log.h"
#include "base/metrics.h"
#include "queue/entry.h"
#include "smtp/session.h"

namespace smtp {

namespace {

using directory::RouteKind;

// The refusal of a route; a positive reply for a mailbox.
Reply reply_to(RouteKind kind) {
  switch (kind) {
    case RouteKind::kMailbox:
      return {250, "2.1.5", "recipient ok"};
    case RouteKind::kUnknownUser:
      return {550, "5.1.1", "no such mailbox here"};
    case RouteKind::kDisabled:
      return {550, "5.2.1", "the mailbox is disabled"};
    case RouteKind::kForeignDomain:
      return {550, "5.7.1", "this server does not relay"};
    case RouteKind::kDomainInactive:
      return {550, "5.1.2", "the domain does not receive mail here now"};
    case RouteKind::kBadAddress:
      break;
  }
  return {553, "5.1.3", "not a valid address"};
}

// Members' mail goes to any server; a domain that is with us but does not receive here now is looked for in DNS.
bool leaves(RouteKind kind, Mode mode) {
  return mode == Mode::kSubmission && (kind == RouteKind::kForeignDomain || kind == RouteKind::kDomainInactive);
}

Reply reply_to_remote(const std::string& address) {
  return queue::next_hop_of(address) ? Reply{250, "2.1.5", "recipient ok"} : Reply{553, "5.1.3", "not an address that mail can be sent to"};
}

void count_refused(const Reply& reply) {
  static auto& permanent = base::counter("posthouse_smtp_recipients_refused_total", "Recipients refused", {{"kind", "permanent"}});
  static auto& temporary = base::counter("posthouse_smtp_recipients_refused_total", "Recipients refused", {{"kind", "temporary"}});
  (reply.temporary() ? temporary : permanent).Increment();
}

}  // namespace

// Refusals are answers about somebody else's address, so they do not count as errors; many of them do.
void Session::refuse_recipient(const std::string& address, const directory::Route& route, const Reply& r) {
  reply(r);
  count_refused(r);
  journal::Event event;
  event.kind = journal::EventKind::kMessageRefused;
  event.at = services_.clock.now();
  event.enterprise_id = route.enterprise ? route.enterprise->id : 0;
  event.account_id = route.member ? route.member->account_id : 0;
  event.protocol = to_string(mode_);
  event.client = peer_.address;
  event.sender = message_.envelope.sender;
  event.recipient = address;
  event.status = r.code;
  event.detail = r.enhanced + " " + r.text;
  services_.journal.record(std::move(event));
  if (mode_ != Mode::kSubmission && !r.temporary() && ++refused_recipients_ >= limits_.refused_recipients)
    cut({421, "4.7.0", "too many unknown recipients"});
}

// Members without a quota cost no database read.
net::Task<Reply> Session::check_quota(std::shared_ptr<const directory::Member> member) {
  const Reply fits = reply_to(RouteKind::kMailbox);
  if (member->quota_bytes <= 0) co_return fits;
  const auto quota = static_cast<uint64_t>(member->quota_bytes);
  const uint64_t size = message_.envelope.declared_size.value_or(0);
  if (size > quota) co_return Reply{552, "5.2.2", "the mailbox is too small for this message"};
  auto& store = services_.store;
  auto read = store.database().start_read([&store, scope = member->scope()](sql::Transaction& tx) { return store.usage(tx, scope); });
  const store::Usage usage = co_await read.wait();
  const auto used = static_cast<uint64_t>(std::max<int64_t>(usage.bytes, 0));
  if (used >= quota || size > quota - used) co_return Reply{452, "4.2.2", "the mailbox is full"};
  co_return fits;
}

net::Task<> Session::rcpt(std::string_view argument) {
  auto parsed = parse_rcpt(argument);
  if (const auto* refused = std::get_if<Reply>(&parsed)) {
    refuse(*refused);
    co_return;
  }
  auto& wanted = std::get<Recipient>(parsed);
  if (message_.recipients.size() >= limits_.recipients) {
    reply(452, "4.5.3", "too many recipients");  // RFC 5321 4.5.3.1.10: the client sends the rest in another message
    co_return;
  }
  if (wanted.path.non_ascii && !message_.envelope.smtputf8) {
    refuse({553, "5.6.7", "a non-ASCII address needs SMTPUTF8"});  // RFC 6531 3.5
    co_return;
  }
  directory::Route route;
  Reply answer{451, "4.3.0", "cannot look the address up now"};
  try {
    route = services_.directory.resolve(wanted.path.address);
    answer = leaves(route.kind, mode_) ? reply_to_remote(wanted.path.address) : reply_to(route.kind);
    if (answer.positive() && route.member) answer = co_await check_quota(route.member);
  } catch (const base::Failure& failure) {
    base::log_error("recipient lookup failed", {{"cause", failure.what()}});
    answer = {451, "4.3.0", "cannot look the address up now"};
  }
  if (!answer.positive()) {
    refuse_recipient(wanted.path.address, route, answer);
    co_return;
  }
  message_.recipients.push_back({.address = std::move(wanted.path.address),
                                 .dsn = std::move(wanted.dsn),
                                 .member = std::move(route.member),
                                 .enterprise = std::move(route.enterprise),
                                 .detail = std::move(route.detail),
                                 .via_catch_all = route.via_catch_all});
  state_ = kRecipients;
  reply(answer);
}

}  // namespace smtp
