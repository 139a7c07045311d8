#include "directory/sign_in.h"

#include <utility>

namespace directory {

sasl::ChannelBindings channel_bindings(net::Stream& stream) {
  if (!stream.info().tls) return {};
  return {stream.channel_binding(net::ChannelBinding::kTlsExporter), stream.channel_binding(net::ChannelBinding::kTlsServerEndPoint),
          stream.channel_binding(net::ChannelBinding::kTlsUnique)};
}

net::Task<SignInOutcome> check_password(Credentials& credentials, net::ThreadPool& pool, std::string user, std::string password,
                                        std::string client) {
  auto check = [&credentials, user, password = std::move(password), client] { return credentials.check_password(user, password, client); };
  SignIn result = co_await net::run_blocking(pool, std::move(check));
  co_return SignInOutcome{result.failure, std::move(result.member), std::move(user)};
}

namespace {

class Run {
 public:
  Run(Credentials& credentials, net::ThreadPool& pool, sasl::Mechanism& mechanism, std::string client)
      : credentials_(credentials), pool_(pool), mechanism_(mechanism), client_(std::move(client)) {}

  // One look-up; the mechanism's next step.
  net::Task<sasl::Step> check_secret(sasl::Step step) {
    outcome_ = co_await check_password(credentials_, pool_, step.user, std::move(step.secret), client_);
    co_return mechanism_.checked(outcome_.failure == SignInFailure::kNone);
  }
  net::Task<sasl::Step> find_scram_secret(sasl::Step step) {
    is_scram_ = true;
    auto look_up = [this, user = step.user] { return credentials_.scram_secret(user, client_); };
    auto found = co_await net::run_blocking(pool_, std::move(look_up));
    outcome_.member = found.member;
    outcome_.failure = found.member ? SignInFailure::kWrongPassword : found.failure;
    co_return mechanism_.scram_secret(found.secret, found.member != nullptr);
  }
  void note_user(const std::string& user) {
    if (!user.empty()) outcome_.user = user;
  }
  SignInOutcome finish(bool done) {
    if (is_scram_) credentials_.note_result(outcome_.user, client_, done);
    if (is_scram_ && done) outcome_.failure = SignInFailure::kNone;
    if (!done && outcome_.failure == SignInFailure::kNone) outcome_.failure = SignInFailure::kMalformed;
    return std::move(outcome_);
  }

 private:
  Credentials& credentials_;
  net::ThreadPool& pool_;
  sasl::Mechanism& mechanism_;
  const std::string client_;
  SignInOutcome outcome_;
  bool is_scram_ = false;
};

}  // namespace

net::Task<std::optional<SignInOutcome>> run_sign_in(Credentials& credentials, net::ThreadPool& pool, sasl::Mechanism& mechanism,
                                                    std::optional<std::string> initial, std::string client, const Exchange& exchange) {
  Run run(credentials, pool, mechanism, std::move(client));
  std::optional<std::string_view> first;
  if (initial) first = *initial;
  sasl::Step step = mechanism.next(first);
  for (;;) {
    run.note_user(step.user);
    switch (step.kind) {
      case sasl::StepKind::kChallenge: {
        auto answer = co_await exchange(std::move(step.challenge));
        if (!answer) co_return std::nullopt;
        step = mechanism.next(std::string_view(*answer));
        break;
      }
      case sasl::StepKind::kCheckPassword:
        step = co_await run.check_secret(std::move(step));
        break;
      case sasl::StepKind::kScramSecret:
        step = co_await run.find_scram_secret(std::move(step));
        break;
      case sasl::StepKind::kCheckToken:
        step = mechanism.checked(false);  // no token issuer is known
        break;
      case sasl::StepKind::kDone:
      case sasl::StepKind::kFailed:
        co_return run.finish(step.kind == sasl::StepKind::kDone);
    }
  }
}

}  // namespace directory
