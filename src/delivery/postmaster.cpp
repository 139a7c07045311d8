#include "delivery/postmaster.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "base/log.h"
#include "delivery/log.h"
#include "delivery/received.h"

namespace delivery {

net::Task<queue::PostNotice> Postmaster::deliver(queue::Notice notice) {
  const auto route = services_.directory.resolve(notice.to);
  if (route.kind == directory::RouteKind::kMailbox) co_return to_member(notice, route);
  const bool ours = route.kind != directory::RouteKind::kForeignDomain && route.kind != directory::RouteKind::kDomainInactive;
  if (!ours) co_return to_queue(notice);
  base::log_info("a report has nobody to go to", {{"to", notice.to}});  // RFC 5321 6.1: not to be reported again
  co_return [](sql::Transaction&) {};
}

// A full mailbox takes it all the same: a report is short, and the only one there will be.
queue::PostNotice Postmaster::to_member(const queue::Notice& notice, const directory::Route& route) {
  struct Ready {
    std::shared_ptr<const directory::Member> member;
    store::NewMessage message;
    journal::Event event;
    net::Pending<void> put;
  };
  Message message;
  message.id = fmt::format("{:x}", ids_.next());
  message.protocol = Protocol::kLmtp;
  message.received_at = services_.clock.now();
  message.peer.helo = services_.hostname;
  message.peer.extended = true;
  message.body = notice.bytes;
  message.return_path = "Return-Path: <>\r\n";
  message.trace = received_line(message, services_.hostname);
  std::string bytes = message.stored_bytes();
  auto prepared = services_.store.prepare(bytes, blob::enterprise_key(route.enterprise->blob_key), message.received_at);
  const Recipient recipient{.address = notice.to, .member = route.member, .enterprise = route.enterprise};
  const auto common = message_event(message, journal::EventKind::kMessageReceived, {250, "2.0.0", "stored as " + message.id});
  auto put = services_.store.blobs().start_put(route.enterprise->id, prepared.blob, std::move(bytes));
  auto ready = std::make_shared<Ready>(Ready{route.member, std::move(prepared), recipient_event(common, recipient), std::move(put)});
  return [this, ready](sql::Transaction& tx) {
    const auto scope = ready->member->scope();
    const auto inbox = services_.inboxes->find(services_.store, tx, scope);
    if (!inbox) return;  // the member has gone meanwhile
    tx.before_commit([ready] { ready->put.get(); });
    const auto appended = services_.store.append(tx, scope, *inbox, {&ready->message, 1}, 0);
    if (appended.ok()) services_.journal.record(tx, ready->event);
  };
}

queue::PostNotice Postmaster::to_queue(const queue::Notice& notice) {
  struct Ready {
    sql::EnterpriseScope scope;
    queue::NewMessage message;
    std::vector<queue::NewRecipient> recipients;
    net::Pending<void> put;
  };
  const auto enterprise = services_.directory.enterprise({notice.enterprise_id});
  if (!enterprise) throw base::Failure(base::ErrorKind::kNotFound, "the report's enterprise is gone");
  auto bytes = std::make_shared<const std::string>(notice.bytes);
  queue::NewMessage message;
  message.blob = blob::blob_id(blob::enterprise_key(enterprise->blob_key), *bytes);
  message.envelope.size = bytes->size();
  if (notice.smtputf8) message.envelope.flags |= queue::kSmtpUtf8;
  message.envelope.flags |= queue::k8BitMime;
  message.bytes = bytes;
  auto put = services_.store.blobs().start_put(enterprise->id, message.blob, *bytes);
  auto ready = std::make_shared<Ready>(
      Ready{{enterprise->id}, std::move(message), {{.address = notice.to, .notify = queue::kNotifyNever}}, std::move(put)});
  return [this, ready](sql::Transaction& tx) {
    tx.before_commit([ready] { ready->put.get(); });
    services_.queue->enqueue(tx, ready->scope, ready->message, ready->recipients);
  };
}

}  // namespace delivery
