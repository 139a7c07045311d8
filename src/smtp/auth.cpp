// AUTH (RFC 4954), and what a member may say in MAIL: submission alone (RFC 6409).

#include <fmt/format.h>

#include "base/metrics.h"
#include "base/text.h"
#include "smtp/session.h"

namespace smtp {

namespace {

using directory::SignInFailure;

constexpr int64_t kShortestDelivery = 60;  // seconds; promised by DELIVERBY (RFC 2852 4)

void count(bool success) {
  static auto& good = base::counter("posthouse_smtp_sign_ins_total", "Sign-ins to submit mail", {{"result", "ok"}});
  static auto& failed = base::counter("posthouse_smtp_sign_ins_total", "Sign-ins to submit mail", {{"result", "failed"}});
  (success ? good : failed).Increment();
}

}  // namespace

bool Session::may_send_password() const {
  const net::ConnectionInfo& info = stream_->info();
  if (info.tls || services_.sign_in->allow_plaintext_login) return true;
  return services_.sign_in->plaintext_on_loopback && !info.proxied && info.peer.address.is_loopback();
}

std::string Session::submission_extensions() const {
  std::string text;
  const bool bindings = stream_->info().tls;
  const sasl::Offer offer{.plaintext_passwords = may_send_password(), .channel_bindings = bindings};
  if (const auto mechanisms = sasl::offered_mechanisms(offer); !mechanisms.empty()) {
    text += "AUTH";
    for (const auto name : mechanisms) text += fmt::format(" {}", name);
    text += '\n';
  }
  const auto until = base::from_seconds(base::to_seconds(services_.clock.now()) + limits_.hold.count());
  text += fmt::format("FUTURERELEASE {} {}\n", limits_.hold.count(), base::to_iso8601(until));  // RFC 4865 4
  text += fmt::format("DELIVERBY {}\n", kShortestDelivery);
  if (stream_->info().tls) text += "REQUIRETLS\n";  // RFC 8689 4
  return text;
}

// --- AUTH ---

// Sends a challenge and gives the client's answer; nullopt when it cancels or sends what is no base64.
net::Task<std::optional<std::string>> Session::exchange(std::string challenge) {
  reply(334, "", base::base64_encode(challenge));
  co_await flush();
  const net::Deadline until = deadline(limits_.command_timeout);
  const net::Line line = co_await reader_.read_command(kSaslLine, until);
  if (line.status == net::Line::Status::kEnd) throw net::IoError(net::IoError::Kind::kClosed, "during sign-in");
  if (line.status != net::Line::Status::kComplete || line.text == "*") co_return std::nullopt;
  co_return base::base64_decode(line.text);
}

net::Task<> Session::auth(std::string_view argument) {
  const std::string name(argument.substr(0, argument.find(' ')));
  const auto response = base::trim(argument.substr(name.size()));
  const sasl::ChannelBindings bindings = directory::channel_bindings(*stream_);
  if (member_) {
    refuse({503, "5.5.1", "signed in already"});  // RFC 4954 4
    co_return;
  }
  if (!sasl::is_offered({.plaintext_passwords = may_send_password(), .channel_bindings = bindings.any()}, name)) {
    const bool with_tls = sasl::is_offered({.plaintext_passwords = true}, name);
    refuse(with_tls ? Reply{538, "5.7.11", "use STARTTLS first"} : Reply{504, "5.5.4", "mechanism not supported"});
    co_return;
  }
  std::optional<std::string> initial;
  if (!response.empty()) {
    initial = response == "=" ? std::string() : base::base64_decode(response);
    if (!initial) {
      refuse({501, "5.5.2", "not base64"});
      co_return;
    }
  }
  auto mechanism = sasl::make_mechanism(name, bindings);
  if (!mechanism) {
    refuse({504, "5.5.4", "mechanism not supported"});
    co_return;
  }
  const directory::Exchange ask = [this](std::string challenge) { return exchange(std::move(challenge)); };
  auto outcome = co_await directory::run_sign_in(services_.sign_in->credentials, services_.sign_in->pool, *mechanism, std::move(initial),
                                                 peer_.address, ask);
  if (outcome)
    finish_sign_in(*std::move(outcome));
  else
    refuse({501, "5.7.0", "sign-in cancelled"});
}

void Session::finish_sign_in(directory::SignInOutcome outcome) {
  count(outcome.ok());
  journal::Event event{outcome.ok() ? journal::EventKind::kSignIn : journal::EventKind::kSignInFailed};
  if (outcome.member) {
    event.enterprise_id = outcome.member->enterprise_id;
    event.account_id = outcome.member->account_id;
  }
  event.protocol = to_string(mode_);
  event.client = peer_.address;
  event.sender = outcome.user;
  event.status = static_cast<int>(outcome.failure);
  services_.journal.record(std::move(event));
  if (outcome.ok()) {
    member_ = std::move(outcome.member);
    reply(235, "2.7.0", "signed in");
    return;
  }
  const bool throttled = outcome.failure == SignInFailure::kThrottled;
  refuse(throttled ? Reply{454, "4.7.0", "too many failed sign-ins, try again later"}
                   : Reply{535, "5.7.8", "user name or password is wrong"});  // the same whatever was wrong
  if (++sign_in_failures_ >= limits_.sign_in_failures && end_ == End::kNone) cut({421, "4.7.0", "too many failed sign-ins"});
}

// --- MAIL ---

std::optional<Reply> Session::check_sender(const delivery::Envelope& envelope) {
  if (mode_ == Mode::kSubmission) return check_submission(envelope);
  const char* name = envelope.hold_for ? "HOLDFOR" : envelope.hold_until ? "HOLDUNTIL" : envelope.deliver_by ? "BY" : "REQUIRETLS";
  if (!envelope.hold_for && !envelope.hold_until && !envelope.deliver_by && !envelope.require_tls) return std::nullopt;
  return Reply{555, "5.5.4", fmt::format("parameter {} is not supported", name)};
}

std::optional<Reply> Session::check_submission(const delivery::Envelope& envelope) {
  if (!member_) return Reply{530, "5.7.0", "sign in first"};
  // The null sender is for notifications, such as a receipt for having read a message (RFC 8098 3).
  if (!envelope.sender.empty() && !services_.directory.may_send_as(*member_, envelope.sender))
    return Reply{
        550, "5.7.1",
        fmt::format("you may not send as {}: use {} or an alias of yours", base::printable(envelope.sender, 200), member_->address)};
  const auto now = services_.clock.now();
  const auto latest = now + limits_.hold;
  if (envelope.hold_for.value_or(0) > limits_.hold.count() || envelope.hold_until.value_or(now) > latest)
    return Reply{501, "5.5.4", fmt::format("a message is held until {} at most", base::to_iso8601(latest))};
  if (envelope.hold_until.value_or(now) < now) return Reply{501, "5.5.4", "HOLDUNTIL is in the past"};
  if (envelope.require_tls && !stream_->info().tls) return Reply{530, "5.7.10", "REQUIRETLS needs TLS here too"};  // RFC 8689 4.1
  if (envelope.deliver_by && envelope.deliver_by->return_late && envelope.deliver_by->seconds < kShortestDelivery)
    return Reply{501, "5.5.4", fmt::format("no delivery within {} seconds can be promised", kShortestDelivery)};
  return std::nullopt;
}

}  // namespace smtp
