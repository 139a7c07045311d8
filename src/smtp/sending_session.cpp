// One connection of a sending: greeting, TLS, sign-in, the message.

#include "smtp/sending.h"

namespace smtp {

using queue::Disposition;
using queue::Extent;
using queue::Outcome;
using queue::Phase;

namespace {

bool may_be_plain(const TlsPlan& plan) { return plan.level == TlsLevel::kMay || plan.testing; }

// Worth another host: this one failed as a whole, and cannot have taken the message.
bool for_another_host(const Outcome& outcome) {
  return outcome.disposition == Disposition::kTemporary && outcome.extent == Extent::kDestination && !outcome.attempt.cut_off;
}

}  // namespace

void Sending::observe(const TlsPlan& plan, TlsResult result, const Client* client, std::string reason) {
  if (parts_.observer == nullptr) return;
  TlsEvent event;
  event.policy_domain = batch_.hop.key;
  event.policy = plan.policy;
  event.result = result;
  event.mx_host = plan.name;
  if (client != nullptr) {
    event.local_address = client->info().local.address.to_string();
    event.remote_address = client->info().peer.address.to_string();
  }
  event.reason = std::move(reason);
  parts_.observer->observe(event);
}

net::Task<Sending::Next> Sending::converse(std::unique_ptr<Client> client, const TlsPlan& plan, bool plain) {
  auto preparing = prepare(*client, plan, plain);
  const Next next = co_await std::move(preparing);
  if (next == Next::kDone) {
    co_await deliver(*client);
    if (client->usable()) keep(std::move(client));
  } else {
    co_await client->quit();
  }
  co_return next;
}

// kDone: the client is ready for messages.
net::Task<Sending::Next> Sending::prepare(Client& client, const TlsPlan& plan, bool plain) {
  Client::Failure failure;
  const bool implicit = smarthost_ && smarthost_->implicit_tls;
  if (implicit) {
    failure = co_await client.begin_tls(transport_.tls_, plan.name);
    Next next = Next::kNextAddress;
    if (!failure) next = co_await accept_certificate(client, plan);
    if (!failure && next != Next::kDone) co_return next;
  }
  if (!failure) failure = co_await client.open();
  if (failure) {
    note(*failure);
    co_return Next::kNextAddress;
  }
  if (!implicit) {
    Next next = Next::kDone;
    if (!plain && client.extensions().start_tls)
      next = co_await begin_tls(client, plan);
    else
      next = without_tls(client, plan, plain);
    if (next != Next::kDone) co_return next;
  }
  if (smarthost_ && smarthost_->credentials) {
    failure = co_await client.sign_in(*smarthost_->credentials);
    if (failure) {
      note(*failure);
      co_return Next::kNextAddress;
    }
  }
  co_return Next::kDone;
}

Sending::Next Sending::without_tls(Client& client, const TlsPlan& plan, bool plain) {
  if (!plain) observe(plan, TlsResult::kStartTlsNotSupported, &client, "the server does not offer STARTTLS");
  if (may_be_plain(plan)) return Next::kDone;
  auto failure = own_outcome(Disposition::kTemporary, Extent::kDestination, Phase::kTls, "4.7.4",
                             "the server does not offer STARTTLS, which must be used with it");
  if (requires_tls()) {
    failure.disposition = Disposition::kPermanent;
    failure.attempt.enhanced = "5.7.30";  // RFC 8689 4.2.1
  }
  failure.attempt.remote_name = plan.name;
  failure.attempt.remote_address = client.info().peer.address.to_string();
  failure.attempt.local_address = client.info().local.address.to_string();
  note(std::move(failure));
  return Next::kNextAddress;
}

net::Task<Sending::Next> Sending::begin_tls(Client& client, const TlsPlan& plan) {
  auto failure = co_await client.start_tls(transport_.tls_, plan.name);
  if (failure) {
    const auto result = client.usable() ? TlsResult::kStartTlsNotSupported : TlsResult::kValidationFailure;
    observe(plan, result, &client, failure->attempt.reason);
    if (may_be_plain(plan)) co_return client.usable() ? Next::kDone : Next::kPlainText;
    note(*failure);
    co_return Next::kNextAddress;
  }
  const Next next = co_await accept_certificate(client, plan);
  if (next != Next::kDone) co_return next;
  failure = co_await client.hello();
  if (!failure) co_return Next::kDone;
  note(*failure);
  co_return Next::kNextAddress;
}

net::Task<Sending::Next> Sending::accept_certificate(Client& client, const TlsPlan& plan) {
  const auto now = static_cast<std::time_t>(base::to_seconds(parts_.clock.now()));
  const TlsCheck check = check_certificate(plan, *client.info().certificate, now);
  observe(plan, check.result, &client, check.problem);
  if (check.passed) co_return Next::kDone;
  auto failure = own_outcome(Disposition::kTemporary, Extent::kDestination, Phase::kTls, "4.7.5", check.problem);
  failure.attempt.remote_name = plan.name;
  failure.attempt.remote_address = client.info().peer.address.to_string();
  failure.attempt.local_address = client.info().local.address.to_string();
  failure.attempt.tls_version = client.info().tls_version;
  failure.attempt.tls_cipher = client.info().tls_cipher;
  note(std::move(failure));
  client.close();  // nothing more is told to a stranger
  co_return Next::kNextAddress;
}

// --- the message ---

net::Task<bool> Sending::read_message() {
  if (message_) co_return true;
  auto reading = batch_.body();
  auto read = co_await std::move(reading);
  if (read.ok()) {
    message_ = std::move(*read);
    co_return true;
  }
  const bool later = read.error().temporary();
  finish(own_outcome(later ? Disposition::kTemporary : Disposition::kPermanent, Extent::kMessage, Phase::kNone, later ? "4.3.0" : "5.3.0",
                     later ? "the message cannot be read now" : "the message is lost"));
  co_return false;
}

net::Task<> Sending::deliver(Client& client) {
  const bool readable = co_await read_message();
  if (!readable) co_return;
  if (requires_tls() && !client.extensions().require_tls) {  // another host may
    auto failure = own_outcome(Disposition::kPermanent, Extent::kDestination, Phase::kPolicy, "5.7.30",
                               "the message needs REQUIRETLS, which the server does not offer");
    failure.attempt.remote_address = client.info().peer.address.to_string();
    note(std::move(failure));
    co_return;
  }
  queue::Batch part;
  part.envelope = batch_.envelope;
  for (const size_t index : waiting_) part.recipients.push_back(batch_.recipients[index]);
  auto sending = client.send(part, *message_);
  auto outcomes = co_await std::move(sending);
  std::vector<size_t> still;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    if (for_another_host(outcomes[i])) {
      note(std::move(outcomes[i]));
      still.push_back(waiting_[i]);
    } else {
      outcomes_[waiting_[i]] = std::move(outcomes[i]);
    }
  }
  waiting_ = std::move(still);
}

void Sending::keep(std::unique_ptr<Client> client) {
  const bool wanted = client->transactions() < settings_.messages;
  const auto idle = !wanted ? 0ms : batch_.more_coming ? settings_.kept_idle : settings_.kept_idle_alone;
  const net::Executor executor = client->executor();
  // One that has done its share is only kept to say goodbye in the background.
  transport_.kept_.keep(executor, wanted ? key() : std::string(), std::move(client), net::Deadline::after(idle));
}

}  // namespace smtp
