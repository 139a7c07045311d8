#pragma once
// Who may log in: password checks and the SCRAM secrets derived from a password.
//
// A credential row holds the Argon2id hash (libsodium crypto_pwhash_str, limits as settings) and the SCRAM-SHA-256 StoredKey, ServerKey,
// salt and iteration count (RFC 5802 3, RFC 7677), all made when the password is set. The password itself is never stored.

#include <optional>
#include <string>
#include <string_view>

#include "directory/directory.h"
#include "sasl/mechanism.h"

namespace directory {

using sasl::ScramSecret;

struct SignInLimits : PasswordCost {
  size_t parallel_checks = 4;                         // Argon2id computations at the same time; others wait: each takes its memory
  base::Duration remember = std::chrono::minutes(5);  // a password found right is not computed again for this long
  // After so many failures within failure_window, sign-ins of one account from one client address are refused until the window has passed;
  // after 20 times as many, all of that account (but from where it signed in lately) and all from that address (throttle.h).
  uint32_t failures_before_delay = 5;
  base::Duration failure_window = std::chrono::minutes(15);
  size_t tracked_addresses = 100'000;
};

// Why a sign-in was refused; the client is told only "authentication failed" (or "try later"), the sign-in log is told this.
enum class SignInFailure { kNone, kNoSuchUser, kWrongPassword, kDisabled, kNoPassword, kThrottled, kMalformed };

struct SignIn {
  SignInFailure failure = SignInFailure::kNone;
  std::shared_ptr<const Member> member;  // set when failure is kNone, and where known otherwise
  bool ok() const { return failure == SignInFailure::kNone; }
};

class Credentials {
 public:
  Credentials(Directory& directory, const base::Clock& clock, SignInLimits limits);
  ~Credentials();

  // Slow on purpose (Argon2id, tens of ms): run on a pool thread. Takes equally long for unknown users. A recent success of the same
  // (account, password, credential version) is remembered as a keyed hash for a few minutes, so that clients that reconnect often cost
  // little.
  SignIn check_password(std::string_view address, std::string_view password, std::string_view client_address);
  base::Result<void> set_password(sql::AccountScope scope, std::string_view password);

  // For SCRAM. For unknown users a secret that is stable for that name (RFC 5802 9: no user enumeration) comes back, with member unset.
  struct ScramLookup {
    ScramSecret secret;
    std::shared_ptr<const Member> member;  // null: unknown, disabled or without password: the exchange must fail at its end
    SignInFailure failure = SignInFailure::kNone;
  };
  ScramLookup scram_secret(std::string_view address, std::string_view client_address);
  // SCRAM ends outside; its outcome counts for throttling here.
  void note_result(std::string_view address, std::string_view client_address, bool success);

 private:
  struct State;
  SignInFailure try_password(const std::shared_ptr<const Member>& member, std::string_view password);
  Directory& directory_;
  const base::Clock& clock_;
  const SignInLimits limits_;
  std::unique_ptr<State> state_;
};

}  // namespace directory
