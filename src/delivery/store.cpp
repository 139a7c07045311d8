// Step "store": the body goes to the blob store once for each enterprise, and one transaction makes a row for each mailbox, an entry of the
// queue for each recipient elsewhere, and an event for each recipient in the mail log. Its statements run while the bodies are on their way
// to disk; its commit waits for them, so that no row is ever without its bytes. The events are part of that transaction, not queued: the
// mail log is what an administrator asks "did it arrive", and it must say yes exactly when it did. The price is one more insert a copy, in
// a commit that is made anyway.
//
// A recipient that was let in at RCPT never makes others lose their copy: with several recipients over SMTP, where there is one answer for
// all, a mailbox without room for this message takes it all the same and is full afterwards. Where a recipient can be answered alone (LMTP,
// or the only one), it is refused.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/text.h"
#include "delivery/log.h"
#include "delivery/step.h"
#include "spam/brakes.h"
#include "spam/correspondents.h"

namespace delivery {

namespace {

struct Body {
  std::shared_ptr<const directory::Enterprise> enterprise;
  store::NewMessage message;
};

struct Copy {
  size_t recipient = 0;  // its place in the message
  size_t body = 0;
  std::shared_ptr<const directory::Member> member;
  std::optional<spam::Verdict> verdict;
};

// What goes to other servers, or later.
struct Outgoing {
  sql::EnterpriseScope scope;
  queue::NewMessage message;
  std::vector<queue::NewRecipient> recipients;
};

// All that the transaction needs. Shared with it: the database may still run it when the session's coroutine is gone.
struct Plan {
  Protocol protocol;
  std::vector<Body> bodies;
  std::vector<Copy> copies;                               // by account, so that two deliveries lock mailboxes in the same order
  std::vector<std::pair<size_t, journal::Event>> events;  // by copy: one for each recipient that it serves
  std::optional<Outgoing> outgoing;
  std::vector<journal::Event> outgoing_events;
  std::vector<net::Pending<void>> puts;  // the bodies on their way to disk
  Reply stored;
};

size_t body_for(Plan& plan, const Recipient& recipient) {
  for (size_t i = 0; i < plan.bodies.size(); ++i) {
    if (plan.bodies[i].enterprise->id == recipient.enterprise->id) return i;
  }
  plan.bodies.push_back({recipient.enterprise, {}});
  return plan.bodies.size() - 1;
}

std::shared_ptr<Plan> make_plan(const Message& message) {
  auto plan = std::make_shared<Plan>();
  plan->protocol = message.protocol;
  plan->stored = {250, "2.0.0", "stored as " + message.id};
  for (size_t i = 0; i < message.recipients.size(); ++i) {
    const auto& recipient = message.recipients[i];
    if (recipient.is_open() && !message.is_sent_to(recipient))
      plan->copies.push_back({i, body_for(*plan, recipient), recipient.member, recipient.verdict});
  }
  std::ranges::sort(plan->copies, {}, [](const Copy& copy) { return copy.member->account_id; });
  return plan;
}

queue::Envelope outgoing_envelope(const Message& message) {
  const Envelope& from = message.envelope;
  queue::Envelope to;
  to.return_path = from.sender;
  to.envid = from.envid;
  to.ret = from.ret == DsnReturn::kFull      ? queue::Return::kFull
           : from.ret == DsnReturn::kHeaders ? queue::Return::kHeaders
                                             : queue::Return::kUnset;
  if (from.body == BodyType::k8BitMime || !base::is_ascii(message.body)) to.flags |= queue::k8BitMime;
  if (from.body == BodyType::kBinaryMime) to.flags |= queue::kBinaryMime;
  if (from.smtputf8) to.flags |= queue::kSmtpUtf8;
  if (from.require_tls) to.flags |= queue::kRequireTls;
  if (from.deliver_by) {
    to.deliver_by = message.received_at + std::chrono::seconds(from.deliver_by->seconds);
    if (!from.deliver_by->return_late) to.flags |= queue::kDeliverByNotify;
  }
  return to;
}

// REQUIRES: somebody signed in, or nobody is elsewhere.
void plan_outgoing(Plan& plan, const Message& message) {
  Outgoing outgoing;
  const journal::Event common = message_event(message, journal::EventKind::kMessageSubmitted, plan.stored);
  for (const auto& recipient : message.recipients) {
    if (!recipient.is_open() || !message.is_sent_to(recipient)) continue;
    outgoing.recipients.push_back({.address = recipient.address, .orcpt = recipient.dsn.orcpt, .notify = recipient.dsn.notify});
    plan.outgoing_events.push_back(recipient_event(common, recipient));
  }
  if (outgoing.recipients.empty()) return;
  outgoing.scope = message.submitter->scope().enterprise();
  outgoing.message.account_id = message.submitter->account_id;
  outgoing.message.envelope = outgoing_envelope(message);
  outgoing.message.subject = common.subject;
  outgoing.message.header_id = common.message_id;
  outgoing.message.hold_until = message.envelope.hold_until;
  if (message.envelope.hold_for) outgoing.message.hold_until = message.received_at + std::chrono::seconds(*message.envelope.hold_for);
  plan.outgoing = std::move(outgoing);
}

void plan_events(Plan& plan, const Message& message) {
  const journal::Event common = message_event(message, journal::EventKind::kMessageReceived, plan.stored);
  for (const auto& recipient : message.recipients) {
    if (recipient.decided || message.is_sent_to(recipient)) continue;
    const auto copy =
        std::ranges::lower_bound(plan.copies, recipient.member->account_id, {}, [](const Copy& c) { return c.member->account_id; });
    plan.events.emplace_back(static_cast<size_t>(copy - plan.copies.begin()), recipient_event(common, recipient));
  }
}

Reply refusal(const base::Error& error, const directory::Member& member, uint64_t size) {
  switch (error.kind) {
    case base::ErrorKind::kOverQuota:
      if (std::cmp_greater(size, member.quota_bytes)) return {552, "5.2.2", "the mailbox is too small for this message"};
      return {452, "4.2.2", "the mailbox is full"};
    case base::ErrorKind::kLimit:
      return {452, "4.2.2", "the mailbox is full"};
    case base::ErrorKind::kNotFound:
      return {550, "5.1.1", "no such mailbox"};
    default:
      return {451, "4.3.0", "cannot store now"};
  }
}

// Junk where the verdict says so and there is one; else the INBOX.
std::optional<int64_t> mailbox_for(sql::Transaction& tx, Services& services, const Copy& copy) {
  const auto scope = copy.member->scope();
  if (copy.verdict && copy.verdict->action == spam::Action::kJunk) {
    for (const auto& mailbox : services.store.mailboxes(tx, scope))
      if (mailbox.special_use == store::SpecialUse::kJunk) return mailbox.id;
  }
  return services.inboxes->find(services.store, tx, scope);
}

// Why it went where it went, for whoever asks later.
void note_verdict(sql::Transaction& tx, Services& services, const Copy& copy, int64_t mailbox, uint32_t uid) {
  int64_t email_id = 0;
  services.store.for_each_message(tx, copy.member->scope(), mailbox, store::UidSet::of(uid), {},
                                  [&](const store::MessageRow& row) { email_id = row.email_id; });
  spam::note_delivered(tx, copy.member->scope(), email_id, *copy.verdict, services.clock.now());
}

// One copy into its mailbox; the refusal of this recipient, if any.
std::optional<Reply> append_copy(sql::Transaction& tx, Services& services, const Plan& plan, const Copy& copy) {
  const auto scope = copy.member->scope();
  const auto inbox = mailbox_for(tx, services, copy);
  if (!inbox) return refusal({base::ErrorKind::kNotFound}, *copy.member, 0);
  const auto& message = plan.bodies[copy.body].message;
  auto appended = services.store.append(tx, scope, *inbox, {&message, 1}, copy.member->quota_bytes);
  const bool one_answer = plan.protocol != Protocol::kLmtp && (plan.copies.size() > 1 || plan.outgoing);
  if (!appended && appended.error().kind == base::ErrorKind::kOverQuota && one_answer) {
    appended = services.store.append(tx, scope, *inbox, {&message, 1}, 0);
  }
  if (appended) {
    if (copy.verdict) note_verdict(tx, services, copy, *inbox, appended->uids.front());
    return std::nullopt;
  }
  if (appended.error().kind == base::ErrorKind::kNotFound) services.inboxes->forget(scope);
  return refusal(appended.error(), *copy.member, message.size);
}

// A refusal that must undo the copies made before it.
struct AllRefused : base::Failure {
  explicit AllRefused(Reply r) : base::Failure(base::ErrorKind::kDenied, r.text), reply(std::move(r)) {}
  Reply reply;
};

// One recipient that went away between RCPT and now is no reason to return the message of the others: RCPT will say so next time.
Reply for_all(Reply refused) {
  if (refused.temporary()) return refused;
  return {451, "4.3.0", "a recipient cannot be reached now, try again later"};
}

// Into the queue, as far as the brakes on mail to strangers let it.
void send_outgoing(sql::Transaction& tx, Services& services, const Outgoing& outgoing) {
  const sql::AccountScope scope{outgoing.scope.enterprise_id, outgoing.message.account_id};
  queue::NewMessage message = outgoing.message;
  if (services.brakes) {
    std::vector<std::string> addresses;
    for (const auto& recipient : outgoing.recipients) addresses.push_back(recipient.address);
    const auto now = services.clock.now();
    const auto answer = spam::apply_brakes(tx, scope, spam::count_strangers(tx, scope, addresses), now, *services.brakes);
    if (answer.kind == spam::BrakeAnswer::Kind::kRefuse) throw AllRefused({550, "5.7.1", answer.reason});
    message.held = answer.kind == spam::BrakeAnswer::Kind::kHold;
    message.held_reason = answer.reason;
    spam::note_sent(tx, scope, addresses, now);
  }
  services.queue->enqueue(tx, outgoing.scope, message, outgoing.recipients);
}

// One reply for each copy. Throws AllRefused over SMTP, where there is one answer.
std::vector<Reply> write_copies(sql::Transaction& tx, Services& services, const Plan& plan) {
  std::vector<Reply> replies(plan.copies.size(), plan.stored);
  for (size_t i = 0; i < plan.copies.size(); ++i) {
    auto refused = append_copy(tx, services, plan, plan.copies[i]);
    if (!refused) continue;
    if (plan.protocol != Protocol::kLmtp) throw AllRefused(plan.copies.size() > 1 ? for_all(*std::move(refused)) : *std::move(refused));
    replies[i] = *std::move(refused);
  }
  for (const auto& [copy, event] : plan.events) {
    if (replies[copy].positive()) services.journal.record(tx, event);
  }
  if (plan.outgoing) {
    send_outgoing(tx, services, *plan.outgoing);
    for (const auto& event : plan.outgoing_events) services.journal.record(tx, event);
  }
  return replies;
}

void set_outcomes(Message& message, const Plan& plan, const std::vector<Reply>& replies) {
  for (auto& recipient : message.recipients) {
    if (recipient.decided) continue;
    recipient.decided = true;
    recipient.outcome = plan.stored;
    if (message.is_sent_to(recipient)) continue;
    const auto copy =
        std::ranges::lower_bound(plan.copies, recipient.member->account_id, {}, [](const Copy& c) { return c.member->account_id; });
    recipient.outcome = replies[static_cast<size_t>(copy - plan.copies.begin())];
  }
}

void start_puts(const Message& message, Services& services, Plan& plan) {
  for (auto& body : plan.bodies) {
    std::string bytes = message.stored_bytes();
    body.message = services.store.prepare(bytes, blob::enterprise_key(body.enterprise->blob_key), message.received_at);
    plan.puts.push_back(services.store.blobs().start_put(body.enterprise->id, body.message.blob, std::move(bytes)));
  }
  if (!plan.outgoing) return;
  auto bytes = std::make_shared<const std::string>(message.sent_bytes());
  const auto sender = services.directory.enterprise(plan.outgoing->scope);
  if (!sender) throw base::Failure(base::ErrorKind::kNotFound, "the sender's enterprise is gone");
  auto& outgoing = plan.outgoing->message;
  outgoing.blob = blob::blob_id(blob::enterprise_key(sender->blob_key), *bytes);
  outgoing.envelope.size = bytes->size();
  outgoing.bytes = bytes;
  plan.puts.push_back(services.store.blobs().start_put(sender->id, outgoing.blob, *bytes));
}

}  // namespace

net::Task<Verdict> store_message(Message& message, Services& services) {
  const auto plan = make_plan(message);
  plan_outgoing(*plan, message);
  start_puts(message, services, *plan);
  plan_events(*plan, message);
  std::optional<Reply> all_refused;
  try {
    auto written = services.store.database().start_write([plan, &services](sql::Transaction& tx) {
      tx.before_commit([plan] {
        for (auto& put : plan->puts) put.get();
      });
      return write_copies(tx, services, *plan);
    });
    const std::vector<Reply> replies = co_await written.wait();
    set_outcomes(message, *plan, replies);
  } catch (const AllRefused& refused) {
    all_refused = refused.reply;
  }
  if (!all_refused) co_return Verdict::accept();
  const auto kind = all_refused->temporary() ? Verdict::Kind::kDefer : Verdict::Kind::kRefuse;
  co_return Verdict{kind, *std::move(all_refused)};
}

}  // namespace delivery
