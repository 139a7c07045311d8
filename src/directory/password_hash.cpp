#include "directory/password_hash.h"

#include <sodium.h>

#include "sasl/password.h"
#include "sasl/scram.h"

namespace directory {

namespace {

std::string argon2_hash(std::string_view prepared, const PasswordCost& cost) {
  char out[crypto_pwhash_STRBYTES];
  if (sodium_init() < 0 || crypto_pwhash_str_alg(out, prepared.data(), prepared.size(), cost.argon2_operations, cost.argon2_memory_bytes,
                                                 crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw base::Failure(base::ErrorKind::kUnavailable, "the password could not be hashed", "not enough memory for Argon2id");
  return out;
}

}  // namespace

base::Result<PasswordHashes> hash_password(std::string_view password, const PasswordCost& cost) {
  auto prepared = password.size() <= kPasswordBytes ? sasl::prepare_password(password) : std::nullopt;
  if (!prepared) return base::Error{base::ErrorKind::kInvalid, "a password has 1 to 1024 bytes of text and no control characters", {}};
  return PasswordHashes{argon2_hash(*prepared, cost), sasl::derive_scram(*prepared, cost.scram_iterations)};
}

std::string unknown_password_hash(const PasswordCost& cost) {
  std::string nobody_knows(32, '\0');
  randombytes_buf(nobody_knows.data(), nobody_knows.size());
  return argon2_hash(nobody_knows, cost);
}

bool password_matches(std::string_view prepared, const std::string& argon2) {
  return crypto_pwhash_str_verify(argon2.c_str(), prepared.data(), prepared.size()) == 0;
}

void write_credential(sql::Transaction& tx, sql::AccountScope scope, const PasswordHashes& hashes, base::Time now) {
  tx.execute(
      "insert into credential (enterprise_id, account_id, version, argon2, scram_salt, scram_iterations, scram_stored_key, "
      "scram_server_key, changed_at)"
      " values (?, ?, 1, ?, ?, ?, ?, ?, ?) on conflict (enterprise_id, account_id) do update set version = credential.version + 1,"
      " argon2 = excluded.argon2, scram_salt = excluded.scram_salt, scram_iterations = excluded.scram_iterations,"
      " scram_stored_key = excluded.scram_stored_key, scram_server_key = excluded.scram_server_key, changed_at = excluded.changed_at",
      scope.enterprise_id, scope.account_id, hashes.argon2, sql::Blob{hashes.scram.salt}, hashes.scram.iterations,
      sql::Blob{hashes.scram.stored_key}, sql::Blob{hashes.scram.server_key}, base::to_micros(now));
}

std::optional<StoredCredential> read_credential(sql::Transaction& tx, sql::AccountScope scope) {
  auto rows = tx.query(
      "select version, argon2, scram_salt, scram_iterations, scram_stored_key, scram_server_key from credential where enterprise_id = ? "
      "and account_id = ?",
      scope.enterprise_id, scope.account_id);
  if (!rows.next()) return std::nullopt;
  sasl::ScramSecret scram{std::string(rows.blob(2)), static_cast<uint32_t>(rows.number(3)), std::string(rows.blob(4)),
                          std::string(rows.blob(5))};
  return StoredCredential{rows.number(0), {std::string(rows.text(1)), std::move(scram)}};
}

}  // namespace directory
