#pragma once
// The server's half of sign-in exchanges (SASL, RFC 4422) as state machines without look-ups: the protocol carries the bytes (base64 is its
// own business), the caller asks the directory, and the machine says what comes next.
//
//   auto mechanism = sasl::make_mechanism(name, bindings, limits);        // null: not known
//   auto step = mechanism->next(initial response, or {} with none);       // see Mechanism::next
//   for (;;) switch (step.kind) {
//     case kChallenge:     send(step.challenge); step = mechanism->next(receive()); break;
//     case kCheckPassword: step = mechanism->checked(directory says so of step.user, step.secret); break;
//     case kCheckToken:    step = mechanism->checked(...); break;
//     case kScramSecret:   step = mechanism->scram_secret(the secret of step.user, usable or not); break;
//     case kDone:          step.user is signed in; return;
//     case kFailed:        "authentication failed" to the client, step.failure to the log; return;
//   }

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sasl {

struct Limits {
  size_t message_bytes = 16 * 1024;  // of one response; OAuth tokens are the longest
  size_t name_bytes = 1024;          // of a user name
  size_t password_bytes = 1024;
  size_t nonce_bytes = 256;  // of a client's SCRAM nonce
};

// Data of this connection's TLS for channel bindings, raw; empty: that kind is not available (no TLS, or the TLS version does not define
// it).
struct ChannelBindings {
  std::string tls_exporter;          // RFC 9266: 32 bytes of EXPORTER-Channel-Binding
  std::string tls_server_end_point;  // RFC 5929 4: hash of the server's certificate
  std::string tls_unique;            // RFC 5929 3: not with TLS 1.3
  bool any() const { return !tls_exporter.empty() || !tls_server_end_point.empty() || !tls_unique.empty(); }
  // The data of a type by its registered name ("tls-exporter"); empty when not available or not known.
  std::string_view find(std::string_view type) const;
};

// What the directory keeps of a password for SCRAM-SHA-256 (RFC 5802 3).
struct ScramSecret {
  std::string salt;  // raw bytes
  uint32_t iterations = 0;
  std::string stored_key;  // 32 bytes
  std::string server_key;  // 32 bytes
};

enum class StepKind { kChallenge, kCheckPassword, kCheckToken, kScramSecret, kDone, kFailed };

// Why an exchange failed; for the log.
enum class Failure {
  kNone,
  kMalformed,       // not what the mechanism's grammar allows, or beyond a limit
  kWrongSecret,     // checked(false), or a wrong SCRAM proof
  kOtherIdentity,   // asks to act as somebody else (authzid)
  kChannelBinding,  // another TLS channel, or a binding type we do not have
  kDowngrade,       // the client saw no -PLUS although it was offered: somebody in between removed it (RFC 5802 6)
};
std::string_view to_string(Failure failure);

struct Step {
  StepKind kind = StepKind::kFailed;
  std::string challenge;  // kChallenge: raw bytes for the client
  std::string
      user;  // whom the client claims to be; with kDone: is. UTF-8, not empty, but with kDone or kCheckToken when the token alone says it
  std::string secret;  // kCheckPassword: the password as typed; kCheckToken: the bearer token
  Failure failure = Failure::kNone;
};

class Mechanism {
 public:
  virtual ~Mechanism() = default;
  // The client's next bytes. First call: its initial response, or nullopt when it sent none (not the same as an empty one, RFC 4422 3.3.1).
  virtual Step next(std::optional<std::string_view> response) = 0;
  // REQUIRES: the step before was kCheckPassword or kCheckToken.
  virtual Step checked(bool right);
  // REQUIRES: the step before was kScramSecret. `usable` false (unknown or disabled user): the exchange goes on and fails at its end,
  // so that the client cannot tell.
  virtual Step scram_secret(const ScramSecret& secret, bool usable);
};

// `name` in any case. Null for a mechanism we do not have. REQUIRES: is_offered(). With bindings.any(), SCRAM-SHA-256-PLUS was offered too.
// `bindings` and `limits` are copied.
std::unique_ptr<Mechanism> make_mechanism(std::string_view name, const ChannelBindings& bindings, const Limits& limits = {});

struct Offer {
  bool plaintext_passwords = false;  // the connection is encrypted, or the operator allows passwords without that
  bool channel_bindings = false;     // ChannelBindings::any()
  bool tokens = false;               // somebody can check OAuth tokens
  bool login = true;                 // the LOGIN mechanism, for old clients
};
// Best first: the list for EHLO AUTH or CAPABILITY AUTH=.
std::vector<std::string_view> offered_mechanisms(const Offer& offer);
// True when `name` is in that list, in any case: check it before make_mechanism.
bool is_offered(const Offer& offer, std::string_view name);

}  // namespace sasl
