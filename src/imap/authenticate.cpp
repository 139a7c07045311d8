// STARTTLS, AUTHENTICATE and LOGIN: who the client is. Password checks are slow on purpose and may read the database, so they run on the
// pool.
#include "base/metrics.h"
#include "base/text.h"
#include "directory/sign_in.h"
#include "imap/handlers.h"

namespace imap {
namespace {

using directory::SignInFailure;

using Outcome = directory::SignInOutcome;

void record(const Session& session, const Outcome& outcome) {
  static auto& good = base::counter("posthouse_imap_sign_ins_total", "IMAP sign-ins", {{"result", "ok"}});
  static auto& failed = base::counter("posthouse_imap_sign_ins_total", "IMAP sign-ins", {{"result", "failed"}});
  const bool success = outcome.failure == SignInFailure::kNone;
  (success ? good : failed).Increment();
  journal::Event event{success ? journal::EventKind::kSignIn : journal::EventKind::kSignInFailed};
  if (outcome.member) {
    event.enterprise_id = outcome.member->enterprise_id;
    event.account_id = outcome.member->account_id;
  }
  event.protocol = "imap";
  event.client = session.peer();
  event.sender = outcome.user;
  event.status = static_cast<int>(outcome.failure);
  session.services.journal.record(std::move(event));
}

Reply refusal(Session& session, SignInFailure failure) {
  ++session.sign_in_failures;
  if (session.sign_in_failures >= session.limits().sign_in_failures) session.errors = static_cast<uint16_t>(session.limits().errors);
  if (failure == SignInFailure::kThrottled) return no("[UNAVAILABLE] Too many failed sign-ins, try again later");
  return no("[AUTHENTICATIONFAILED] Authentication failed");  // RFC 5530 3: the same whatever was wrong
}

// Makes the session the member's.
net::Task<Reply> admit(Session& session, Outcome outcome) {
  record(session, outcome);
  if (!outcome.ok()) co_return refusal(session, outcome.failure);
  directory::Directory& directory = session.services.directory;
  const auto scope = outcome.member->scope();
  auto look_up = [&directory, scope] { return directory.enterprise(scope.enterprise()); };
  const auto enterprise = co_await net::run_blocking(session.services.pool, look_up);
  if (!enterprise) co_return no("[SERVERBUG] Enterprise not found");
  if (!session.services.user_sessions.enter(scope.account_id, session.limits().connections_per_user))
    co_return no("[LIMIT] Too many connections");
  session.blob_key = blob::enterprise_key(enterprise->blob_key);
  session.member = std::move(outcome.member);
  session.state = State::kAuthenticated;
  co_return ok("[CAPABILITY " + capabilities(session) + "] Signed in");
}

// Sends a challenge and gives the client's answer; nullopt when it cancels or sends what is no base64.
net::Task<std::optional<std::string>> exchange(Session& session, std::string challenge) {
  session.out += "+ " + base::base64_encode(challenge) + "\r\n";
  co_await session.flush();
  const net::Line line = co_await session.reader.read_line(session.limits().line_bytes, session.login_deadline);
  if (line.status == net::Line::Status::kEnd) throw net::IoError(net::IoError::Kind::kClosed, "during sign-in");
  if (!line.complete() || line.text == "*") co_return std::nullopt;
  co_return base::base64_decode(line.text);
}

}  // namespace

net::Task<Reply> handle_starttls(Session& session, Command& command) {
  if (session.stream->info().tls) co_return bad("TLS is already active");
  if (!session.services.tls) co_return bad("STARTTLS is not available");
  // RFC 9051 6.2.1: what was sent before the handshake must not be taken for protected.
  if (session.reader.buffered() != 0) {
    session.reader.discard();
    session.errors = static_cast<uint16_t>(session.limits().errors);
    co_return bad("Commands after STARTTLS must wait for its reply");
  }
  put_reply(session.out, command.tag, ok("Begin TLS negotiation now"));
  co_await session.flush();
  co_await session.stream->start_tls(*session.services.tls, session.login_deadline);
  co_return answered();
}

net::Task<Reply> handle_authenticate(Session& session, Command& command) {
  auto& arguments = std::get<AuthenticateArguments>(command.arguments);
  const sasl::ChannelBindings bindings = directory::channel_bindings(*session.stream);
  const sasl::Offer offer{.plaintext_passwords = session.may_send_password(), .channel_bindings = bindings.any()};
  if (!sasl::is_offered(offer, arguments.mechanism)) {
    const sasl::Offer with_tls{.plaintext_passwords = true};
    if (sasl::is_offered(with_tls, arguments.mechanism)) co_return no("[PRIVACYREQUIRED] Use TLS first");
    co_return no("[CANNOT] Mechanism not supported");
  }
  std::optional<std::string> initial;
  if (arguments.initial) {
    initial = *arguments.initial == "=" ? std::string() : base::base64_decode(*arguments.initial);  // RFC 4959 3
    if (!initial) co_return bad("Invalid base64");
  }
  auto mechanism = sasl::make_mechanism(arguments.mechanism, bindings);
  if (!mechanism) co_return no("[CANNOT] Mechanism not supported");
  const directory::Exchange ask = [&session](std::string challenge) { return exchange(session, std::move(challenge)); };
  auto outcome = co_await directory::run_sign_in(session.services.credentials, session.services.pool, *mechanism, std::move(initial),
                                                 session.peer(), ask);
  if (!outcome) co_return bad("Authentication cancelled");
  const Reply reply = co_await admit(session, std::move(*outcome));
  co_return reply;
}

net::Task<Reply> handle_login(Session& session, Command& command) {
  auto& arguments = std::get<LoginArguments>(command.arguments);
  if (!session.may_send_password()) co_return no("[PRIVACYREQUIRED] Use TLS first");  // RFC 9051 6.2.3 LOGINDISABLED
  Outcome outcome = co_await directory::check_password(session.services.credentials, session.services.pool, std::move(arguments.user),
                                                       std::move(arguments.password), session.peer());
  const Reply reply = co_await admit(session, std::move(outcome));
  co_return reply;
}

}  // namespace imap
