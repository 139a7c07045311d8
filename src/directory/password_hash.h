#pragma once
// What is stored of a password, and the check of one against it. The slow part of signing in, without a database.

#include <string>
#include <string_view>

#include "base/error.h"
#include "directory/directory.h"
#include "sasl/mechanism.h"

namespace directory {

inline constexpr size_t kPasswordBytes = 1024;

struct PasswordHashes {
  std::string argon2;  // crypto_pwhash_str
  sasl::ScramSecret scram;
};

// kInvalid: empty, too long, not UTF-8, or with control characters. Takes as long as `cost` says.
base::Result<PasswordHashes> hash_password(std::string_view password, const PasswordCost& cost);
// An Argon2id hash that no password is known for: checking against it takes as long as against a real one.
std::string unknown_password_hash(const PasswordCost& cost);
// False also when memory is short. `prepared` as sasl::prepare_password gave it.
bool password_matches(std::string_view prepared, const std::string& argon2);

// Makes or replaces the account's credential.
void write_credential(sql::Transaction& tx, sql::AccountScope scope, const PasswordHashes& hashes, base::Time now);

struct StoredCredential {
  int64_t version = 0;
  PasswordHashes hashes;
};
std::optional<StoredCredential> read_credential(sql::Transaction& tx, sql::AccountScope scope);

}  // namespace directory
