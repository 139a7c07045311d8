#include "sasl/bearer.h"

#include <algorithm>

#include "base/text.h"
#include "sasl/identity.h"
#include "sasl/scram.h"

namespace sasl {

namespace {

constexpr std::string_view kInvalidToken = R"({"status":"invalid_token"})";  // RFC 7628 3.2.2

// The token of "Bearer token" (RFC 6750 2.1, the scheme in any case); empty when it is not one.
std::string_view bearer_token(std::string_view value) {
  if (!base::istarts_with(value, "Bearer ")) return {};
  auto token = base::trim(value.substr(7));
  // b64token
  auto allowed = [](char c) {
    return base::is_alpha(c) || base::is_digit(c) || std::string_view("-._~+/=").find(c) != std::string_view::npos;
  };
  return std::ranges::all_of(token, allowed) ? token : std::string_view();
}

struct Claim {
  std::string user;
  std::string_view token;
};

// The value of `key` among "key=value" fields each ended by 0x01; nullopt when absent or the list is not ended by an empty field.
std::optional<std::string_view> find_field(std::string_view fields, std::string_view key) {
  if (!fields.ends_with("\x01\x01")) return std::nullopt;
  for (auto field : base::split(fields.substr(0, fields.size() - 2), '\x01'))
    if (field.size() > key.size() && field.starts_with(key) && field[key.size()] == '=') return field.substr(key.size() + 1);
  return std::nullopt;
}

// gs2-header: "n,a=user," or "n,,"; channel binding is not defined for tokens (RFC 7628 3.1).
std::optional<Claim> parse_oauthbearer(std::string_view response) {
  if (!response.starts_with("n,") && !response.starts_with("y,")) return std::nullopt;
  auto end = response.find(',', 2);
  if (end == std::string_view::npos) return std::nullopt;
  Claim claim;
  if (auto authzid = response.substr(2, end - 2); !authzid.empty()) {
    auto user = authzid.starts_with("a=") ? decode_scram_name(authzid.substr(2)) : std::nullopt;
    if (!user) return std::nullopt;
    claim.user = *user;
  }
  auto fields = response.substr(end + 1);
  if (!fields.starts_with('\x01')) return std::nullopt;
  claim.token = bearer_token(find_field(fields.substr(1), "auth").value_or(""));
  return claim;
}

std::optional<Claim> parse_xoauth2(std::string_view response) {
  return Claim{std::string(find_field(response, "user").value_or("")), bearer_token(find_field(response, "auth").value_or(""))};
}

class Bearer final : public Mechanism {
 public:
  Bearer(const Limits& limits, bool oauthbearer) : limits_(limits), oauthbearer_(oauthbearer) {}

  Step next(std::optional<std::string_view> response) override {
    if (state_ == State::kTold) return finish(Failure::kWrongSecret);  // RFC 7628 3.2.3: whatever it says, it has failed
    if (state_ != State::kStart) return finish(Failure::kMalformed);
    if (!response) return challenge("");
    if (response->size() > limits_.message_bytes) return finish(Failure::kMalformed);
    auto claim = oauthbearer_ ? parse_oauthbearer(*response) : parse_xoauth2(*response);
    const bool named = claim && is_user_name(claim->user, limits_);
    if (!claim || claim->token.empty() || (!named && !(oauthbearer_ && claim->user.empty()))) return finish(Failure::kMalformed);
    state_ = State::kAsked;
    user_ = claim->user;
    return {.kind = StepKind::kCheckToken, .user = user_, .secret = std::string(claim->token)};
  }

  Step checked(bool right) override {
    if (state_ != State::kAsked) return finish(Failure::kMalformed);
    if (!right) {
      state_ = State::kTold;
      return challenge(std::string(kInvalidToken));
    }
    state_ = State::kFinished;
    return done(user_);
  }

 private:
  enum class State { kStart, kAsked, kTold, kFinished };

  Step finish(Failure failure) {
    state_ = State::kFinished;
    return failed(failure);
  }

  const Limits limits_;
  const bool oauthbearer_;
  State state_ = State::kStart;
  std::string user_;
};

}  // namespace

std::unique_ptr<Mechanism> make_oauthbearer(const Limits& limits) { return std::make_unique<Bearer>(limits, true); }
std::unique_ptr<Mechanism> make_xoauth2(const Limits& limits) { return std::make_unique<Bearer>(limits, false); }

}  // namespace sasl
