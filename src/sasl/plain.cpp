#include "sasl/plain.h"

#include "base/text.h"
#include "sasl/identity.h"

namespace sasl {

namespace {

// Asks for a password check, then ends.
class PasswordMechanism : public Mechanism {
 public:
  explicit PasswordMechanism(const Limits& limits) : limits_(limits) {}

  Step checked(bool right) override {
    if (!asked_) return failed(Failure::kMalformed);
    asked_ = false;
    return right ? done(user_) : failed(Failure::kWrongSecret);
  }

 protected:
  Step ask(std::string_view user, std::string_view password) {
    if (!is_user_name(user, limits_) || password.empty() || password.size() > limits_.password_bytes || !base::is_valid_utf8(password) ||
        password.find('\0') != std::string_view::npos)
      return failed(Failure::kMalformed);
    asked_ = true;
    user_ = user;
    return {.kind = StepKind::kCheckPassword, .user = user_, .secret = std::string(password)};
  }

  const Limits limits_;

 private:
  bool asked_ = false;
  std::string user_;
};

class Plain final : public PasswordMechanism {
 public:
  using PasswordMechanism::PasswordMechanism;

  Step next(std::optional<std::string_view> response) override {
    if (finished_) return failed(Failure::kMalformed);
    if (!response) return challenge("");
    finished_ = true;
    if (response->size() > limits_.message_bytes) return failed(Failure::kMalformed);
    // RFC 4616 2: message = [authzid] UTF8NUL authcid UTF8NUL passwd
    auto parts = base::split(*response, '\0');
    if (parts.size() != 3) return failed(Failure::kMalformed);
    if (!is_own_identity(parts[0], parts[1])) return failed(Failure::kOtherIdentity);
    return ask(parts[1], parts[2]);
  }

 private:
  bool finished_ = false;
};

class Login final : public PasswordMechanism {
 public:
  using PasswordMechanism::PasswordMechanism;

  Step next(std::optional<std::string_view> response) override {
    if (state_ == State::kFinished || (response && response->size() > limits_.message_bytes)) return failed(Failure::kMalformed);
    if (state_ == State::kUser) return take_user(response);
    state_ = State::kFinished;
    return response ? ask(name_, *response) : failed(Failure::kMalformed);
  }

 private:
  enum class State { kUser, kPassword, kFinished };

  Step take_user(std::optional<std::string_view> response) {
    if (!response) return challenge("Username:");
    if (!is_user_name(*response, limits_)) {
      state_ = State::kFinished;
      return failed(Failure::kMalformed);
    }
    name_ = *response;
    state_ = State::kPassword;
    return challenge("Password:");
  }

  State state_ = State::kUser;
  std::string name_;
};

}  // namespace

std::unique_ptr<Mechanism> make_plain(const Limits& limits) { return std::make_unique<Plain>(limits); }
std::unique_ptr<Mechanism> make_login(const Limits& limits) { return std::make_unique<Login>(limits); }

}  // namespace sasl
