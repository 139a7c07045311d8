#include "directory/credential.h"

#include <sodium.h>

#include <algorithm>
#include <mutex>
#include <semaphore>
#include <unordered_map>

#include "directory/address.h"
#include "directory/cache.h"
#include "directory/change.h"
#include "directory/password_hash.h"
#include "directory/throttle.h"
#include "sasl/password.h"

namespace directory {

namespace {

constexpr size_t kRememberedPasswords = 100'000;
constexpr std::ptrdiff_t kMostParallel = 256;
constexpr size_t kNameBytes = 512;  // of a name that is no address, kept for counting

std::string keyed_hash(std::string_view key, std::string_view data, size_t bytes) {
  std::string out(bytes, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(out.data()), out.size(), reinterpret_cast<const unsigned char*>(data.data()),
                     data.size(), reinterpret_cast<const unsigned char*>(key.data()), key.size());
  return out;
}

std::string random_key() {
  if (sodium_init() < 0) throw base::Failure(base::ErrorKind::kUnavailable, "libsodium cannot start");
  std::string key(32, '\0');
  randombytes_buf(key.data(), key.size());
  return key;
}

// One spelling of the name for counting and for made-up salts.
std::string counted_name(std::string_view address) {
  auto parsed = parse_address(address);
  return parsed ? parsed->key() : std::string(address.substr(0, kNameBytes));
}

// The key for made-up salts: kept in the database, so that a restart or another server says the same.
std::string read_or_make_secret(sql::Database& db) {
  auto read = [](sql::Transaction& tx) {
    auto rows = tx.query("select secret from directory_version where id = 1");
    return rows.next() ? std::string(rows.blob(0)) : std::string();
  };
  if (auto secret = db.read(read); !secret.empty()) return secret;
  const auto fresh = random_key();
  return db.write([&](sql::Transaction& tx) {
    tx.execute("update directory_version set secret = ? where id = 1 and secret is null", sql::Blob{fresh});
    return read(tx);
  });
}

// Holds one of the places for an Argon2id computation.
class Place {
 public:
  explicit Place(std::counting_semaphore<kMostParallel>& places) : places_(places) { places_.acquire(); }
  ~Place() { places_.release(); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  std::counting_semaphore<kMostParallel>& places_;
};

// Passwords found right lately, as keyed hashes; the key is this process's own.
class RightPasswords {
 public:
  explicit RightPasswords(base::Duration keep) : keep_(keep), key_(random_key()) {}

  bool contains(int64_t account, int64_t version, std::string_view password, base::Time now) {
    if (keep_ == base::Duration(0)) return false;
    const auto hash = hash_of(account, version, password);
    std::lock_guard lock(mutex_);
    auto found = until_.find(hash);
    return found != until_.end() && now < found->second;
  }
  void add(int64_t account, int64_t version, std::string_view password, base::Time now) {
    if (keep_ == base::Duration(0)) return;
    auto hash = hash_of(account, version, password);
    std::lock_guard lock(mutex_);
    if (until_.size() >= kRememberedPasswords) until_.erase(until_.begin());
    until_[std::move(hash)] = now + keep_;
  }

 private:
  std::string hash_of(int64_t account, int64_t version, std::string_view password) const {
    return keyed_hash(key_, std::to_string(account) + " " + std::to_string(version) + " " + std::string(password), 32);
  }

  const base::Duration keep_;
  const std::string key_;
  std::mutex mutex_;
  std::unordered_map<std::string, base::Time> until_;
};

SignInFailure scram_failure(const Member* member, bool has_password, bool throttled) {
  if (throttled) return SignInFailure::kThrottled;
  if (!member) return SignInFailure::kNoSuchUser;
  if (!has_password) return SignInFailure::kNoPassword;
  return member->state == MemberState::kDisabled ? SignInFailure::kDisabled : SignInFailure::kNone;
}

}  // namespace

struct Credentials::State {
  explicit State(sql::Database& db, const SignInLimits& limits)
      : throttle(limits.failures_before_delay, limits.failure_window, limits.tracked_addresses),
        right_passwords(limits.remember),
        places(static_cast<std::ptrdiff_t>(std::clamp<size_t>(limits.parallel_checks, 1, kMostParallel))),
        secret(read_or_make_secret(db)),
        nobodys_hash(unknown_password_hash(limits)) {}

  Throttle throttle;
  RightPasswords right_passwords;
  std::counting_semaphore<kMostParallel> places;
  const std::string secret;
  const std::string nobodys_hash;
};

Credentials::Credentials(Directory& directory, const base::Clock& clock, SignInLimits limits)
    : directory_(directory), clock_(clock), limits_(limits), state_(std::make_unique<State>(directory.database(), limits_)) {}

Credentials::~Credentials() = default;

SignInFailure Credentials::try_password(const std::shared_ptr<const Member>& member, std::string_view password) {
  auto prepared = password.size() <= kPasswordBytes ? sasl::prepare_password(password) : std::nullopt;
  std::optional<StoredCredential> stored;
  if (member) stored = directory_.database().read([&](sql::Transaction& tx) { return read_credential(tx, member->scope()); });
  const auto account = member ? member->account_id : 0;
  const auto version = stored ? stored->version : 0;
  bool right = prepared && stored && state_->right_passwords.contains(account, version, *prepared, clock_.now());
  if (!right) {
    Place place(state_->places);
    right = password_matches(prepared.value_or("malformed"), stored ? stored->hashes.argon2 : state_->nobodys_hash) && prepared && stored;
  }
  if (!member) return SignInFailure::kNoSuchUser;
  if (!prepared) return SignInFailure::kMalformed;
  if (!stored) return SignInFailure::kNoPassword;
  if (!right) return SignInFailure::kWrongPassword;
  if (member->state == MemberState::kDisabled) return SignInFailure::kDisabled;
  state_->right_passwords.add(account, version, *prepared, clock_.now());
  return SignInFailure::kNone;
}

SignIn Credentials::check_password(std::string_view address, std::string_view password, std::string_view client_address) {
  const auto name = counted_name(address);
  auto member = directory_.member_of(address);
  if (state_->throttle.is_blocked(name, client_address, clock_.now())) return {SignInFailure::kThrottled, member};
  const auto failure = try_password(member, password);
  state_->throttle.note(name, client_address, failure == SignInFailure::kNone, clock_.now());
  return {failure, member};
}

base::Result<void> Credentials::set_password(sql::AccountScope scope, std::string_view password) {
  base::Result<PasswordHashes> hashes = [&] {
    Place place(state_->places);
    return hash_password(password, limits_);
  }();
  if (!hashes.ok()) return hashes.error();
  return change<void>(directory_.database(), directory_.cache_->signal, [&](Change& change) {
    // The first password activates the member (C4.4.8).
    if (change.tx.execute(
            "update member set state = case when state = ? then ? else state end where enterprise_id = ? and account_id = ? and state <> ?",
            MemberState::kCreated, MemberState::kActive, scope.enterprise_id, scope.account_id, MemberState::kDeleted) == 0)
      refuse(base::ErrorKind::kNotFound, "there is no such member");
    write_credential(change.tx, scope, *hashes, clock_.now());
    change.touch('m', member_key(scope));
  });
}

Credentials::ScramLookup Credentials::scram_secret(std::string_view address, std::string_view client_address) {
  const auto name = counted_name(address);
  // For a stranger a secret whose salt depends on the name alone (RFC 5802 9), after the same work.
  ScramLookup lookup{{keyed_hash(state_->secret, "salt " + name, 16), limits_.scram_iterations, random_key(), random_key()}, nullptr, {}};
  auto member = directory_.member_of(address);
  const auto scope = member ? member->scope() : sql::AccountScope{};
  auto stored = directory_.database().read([&](sql::Transaction& tx) { return read_credential(tx, scope); });
  if (stored) lookup.secret = stored->hashes.scram;
  lookup.failure = scram_failure(member.get(), stored.has_value(), state_->throttle.is_blocked(name, client_address, clock_.now()));
  if (lookup.failure == SignInFailure::kNone) lookup.member = member;
  return lookup;
}

void Credentials::note_result(std::string_view address, std::string_view client_address, bool success) {
  state_->throttle.note(counted_name(address), client_address, success, clock_.now());
}

}  // namespace directory
