// STARTTLS, AUTHENTICATE and LOGIN: who the client is. Password checks are slow on purpose and may read the database, so they run on the
// pool.
#include <algorithm>

#include "base/metrics.h"
#include "base/text.h"
#include "imap/handlers.h"
#include "sasl/mechanism.h"

namespace imap {
namespace {

using directory::SignInFailure;

// What an exchange came to; `user` is what the client typed.
struct Outcome {
  SignInFailure failure = SignInFailure::kMalformed;
  std::shared_ptr<const directory::Member> member;
  std::string user;
};

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
  if (outcome.failure != SignInFailure::kNone || !outcome.member) co_return refusal(session, outcome.failure);
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

net::Task<Outcome> check_password(Session& session, std::string user, std::string password) {
  directory::Credentials& credentials = session.services.credentials;
  std::string client = session.peer();
  auto check = [&credentials, user, password = std::move(password), client] { return credentials.check_password(user, password, client); };
  directory::SignIn result = co_await net::run_blocking(session.services.pool, std::move(check));
  co_return Outcome{result.failure, std::move(result.member), std::move(user)};
}

// --- AUTHENTICATE ---

sasl::ChannelBindings channel_bindings(net::Stream& stream) {
  if (!stream.info().tls) return {};
  return {stream.channel_binding(net::ChannelBinding::kTlsExporter), stream.channel_binding(net::ChannelBinding::kTlsServerEndPoint),
          stream.channel_binding(net::ChannelBinding::kTlsUnique)};
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

// Runs the mechanism to its end. nullopt: the client broke it off.
net::Task<std::optional<Outcome>> run_mechanism(Session& session, sasl::Mechanism& mechanism, std::optional<std::string> initial) {
  directory::Credentials& credentials = session.services.credentials;
  const std::string client = session.peer();
  Outcome outcome;
  bool is_scram = false;
  std::optional<std::string_view> first;
  if (initial) first = *initial;
  sasl::Step step = mechanism.next(first);
  for (;;) {
    if (!step.user.empty()) outcome.user = step.user;
    switch (step.kind) {
      case sasl::StepKind::kChallenge: {
        auto answer = co_await exchange(session, std::move(step.challenge));
        if (!answer) co_return std::nullopt;
        step = mechanism.next(std::string_view(*answer));
        break;
      }
      case sasl::StepKind::kCheckPassword: {
        outcome = co_await check_password(session, step.user, std::move(step.secret));
        step = mechanism.checked(outcome.failure == SignInFailure::kNone);
        break;
      }
      case sasl::StepKind::kScramSecret: {
        is_scram = true;
        auto look_up = [&credentials, user = step.user, client] { return credentials.scram_secret(user, client); };
        auto found = co_await net::run_blocking(session.services.pool, look_up);
        outcome.member = found.member;
        outcome.failure = found.member ? SignInFailure::kWrongPassword : found.failure;
        const sasl::ScramSecret secret{found.secret.salt, found.secret.iterations, found.secret.stored_key, found.secret.server_key};
        step = mechanism.scram_secret(secret, found.member != nullptr);
        break;
      }
      case sasl::StepKind::kCheckToken:
        step = mechanism.checked(false);
        break;
      case sasl::StepKind::kDone:
      case sasl::StepKind::kFailed: {
        const bool done = step.kind == sasl::StepKind::kDone;
        if (is_scram) credentials.note_result(outcome.user, client, done);
        if (is_scram && done) outcome.failure = SignInFailure::kNone;
        if (!done && outcome.failure == SignInFailure::kNone) outcome.failure = SignInFailure::kMalformed;
        co_return outcome;
      }
    }
  }
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
  const sasl::ChannelBindings bindings = channel_bindings(*session.stream);
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
  auto outcome = co_await run_mechanism(session, *mechanism, std::move(initial));
  if (!outcome) co_return bad("Authentication cancelled");
  const Reply reply = co_await admit(session, std::move(*outcome));
  co_return reply;
}

net::Task<Reply> handle_login(Session& session, Command& command) {
  auto& arguments = std::get<LoginArguments>(command.arguments);
  if (!session.may_send_password()) co_return no("[PRIVACYREQUIRED] Use TLS first");  // RFC 9051 6.2.3 LOGINDISABLED
  Outcome outcome = co_await check_password(session, std::move(arguments.user), std::move(arguments.password));
  const Reply reply = co_await admit(session, std::move(outcome));
  co_return reply;
}

}  // namespace imap
