// AUTH (RFC 4954) as a client: SCRAM-SHA-256 (RFC 5802, 7677), PLAIN (RFC 4616), LOGIN.

#include "base/text.h"
#include "sasl/scram_client.h"
#include "smtp/client.h"

namespace smtp {

using queue::Disposition;
using queue::Extent;
using queue::Phase;

net::Task<Client::Failure> Client::sign_in(Credentials credentials) {
  const bool plain_text = stream_->info().tls || credentials.plaintext_without_tls;
  RemoteReply reply;
  if (extensions_.has_auth("SCRAM-SHA-256")) {
    reply = co_await sign_in_scram(credentials);
  } else if (plain_text && extensions_.has_auth("PLAIN")) {
    reply = co_await sign_in_plain(credentials);
  } else if (plain_text && extensions_.has_auth("LOGIN")) {
    reply = co_await sign_in_login(credentials);
  } else {
    co_return fill(own_outcome(
        Disposition::kTemporary, Extent::kDestination, Phase::kAuth, "4.7.0",
        plain_text ? "the server offers no way to sign in that we know" : "the server offers no way to sign in that is safe without TLS"));
  }
  if (reply.code == 0) co_return broken_;
  if (reply.positive()) co_return std::nullopt;
  auto refused = outcome(reply, Phase::kAuth, Extent::kDestination);
  refused.disposition = Disposition::kTemporary;
  if (refused.attempt.reason.empty()) refused.attempt.reason = "the server refused our user name and password";
  co_return refused;
}

net::Task<RemoteReply> Client::sign_in_plain(const Credentials& credentials) {
  const std::string response = std::string(1, '\0') + credentials.user + std::string(1, '\0') + credentials.password;
  RemoteReply reply = co_await ask("AUTH PLAIN " + base::base64_encode(response), Phase::kAuth, limits_.sign_in);
  co_return reply;
}

net::Task<RemoteReply> Client::sign_in_login(const Credentials& credentials) {
  RemoteReply reply = co_await ask("AUTH LOGIN", Phase::kAuth, limits_.sign_in);
  if (!reply.go_ahead()) co_return reply;
  reply = co_await ask(base::base64_encode(credentials.user), Phase::kAuth, limits_.sign_in);
  if (!reply.go_ahead()) co_return reply;
  reply = co_await ask(base::base64_encode(credentials.password), Phase::kAuth, limits_.sign_in);
  co_return reply;
}

// A server that cannot prove that it knows the password is not believed.
net::Task<RemoteReply> Client::sign_in_scram(const Credentials& credentials) {
  sasl::ScramClient::Options options;
  options.user = credentials.user;
  options.password = credentials.password;
  const std::string binding = stream_->channel_binding(net::ChannelBinding::kTlsExporter);
  if (extensions_.has_auth("SCRAM-SHA-256-PLUS") && !binding.empty()) {
    options.binding_type = "tls-exporter";
    options.binding_data = binding;
  } else {
    options.saw_no_plus = !binding.empty() && !extensions_.has_auth("SCRAM-SHA-256-PLUS");
  }
  options.max_iterations = 1'000'000;
  const std::string mechanism = options.binding_type.empty() ? "SCRAM-SHA-256" : "SCRAM-SHA-256-PLUS";
  sasl::ScramClient scram(std::move(options));
  RemoteReply reply = co_await ask("AUTH " + mechanism + " " + base::base64_encode(scram.first()), Phase::kAuth, limits_.sign_in);
  if (!reply.go_ahead() && !reply.positive()) co_return reply;
  const auto server_first = reply.go_ahead() ? base::base64_decode(reply.text) : std::nullopt;
  const auto answer = server_first ? scram.final(*server_first) : std::nullopt;
  if (!answer) {
    lose(Phase::kAuth, "the server's SCRAM challenge is malformed or missing");
    co_return RemoteReply{};
  }
  reply = co_await ask(base::base64_encode(*answer), Phase::kAuth, limits_.sign_in);
  // RFC 4954 4: the server's proof comes as a last challenge, or with the 235.
  bool proven = false;
  if (reply.go_ahead() || reply.positive()) {
    const auto proof = base::base64_decode(reply.text);
    proven = proof && scram.verify(*proof);
  }
  if (reply.go_ahead() && proven) reply = co_await ask("", Phase::kAuth, limits_.sign_in);
  if ((reply.positive() || reply.go_ahead()) && !proven) {
    lose(Phase::kAuth, "the server did not prove that it knows the password");
    co_return RemoteReply{};
  }
  co_return reply;
}

}  // namespace smtp
