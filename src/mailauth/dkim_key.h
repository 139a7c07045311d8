#pragma once
// DKIM keys: the public half in DNS (RFC 6376 3.6, RFC 8463), the private half in PEM. ARC uses the same (RFC 8617 4.1).

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/pem.h"
#include "net/resolver.h"

namespace mailauth {

enum class SigningAlgorithm { kRsaSha256, kEd25519Sha256 };
std::string_view to_string(SigningAlgorithm algorithm);  // "rsa-sha256", "ed25519-sha256"

struct KeyLimits {
  unsigned min_rsa_bits = 1024;  // RFC 8301 3.2
  unsigned max_rsa_bits = 8192;  // checking costs time that grows with its square
  size_t records = 5;            // TXT records looked at under one name
  std::chrono::seconds lookup_time{5};
};

class PublicKey {
 public:
  // One TXT record. What is wrong is the error's text: "key revoked", "key is not for email"...
  static base::Result<PublicKey> parse(std::string_view record);

  SigningAlgorithm algorithm() const { return algorithm_; }
  unsigned bits() const { return bits_; }
  bool testing() const { return testing_; }              // t=y
  bool strict_domain() const { return strict_domain_; }  // t=s: i= must be of d= itself

  // `digest` is SHA-256 of what was signed.
  bool verify(std::string_view digest, std::string_view signature) const;

 private:
  SigningAlgorithm algorithm_ = SigningAlgorithm::kRsaSha256;
  unsigned bits_ = 0;
  bool testing_ = false, strict_domain_ = false;
  net::KeyPointer key_;
};

// What a look-up gave: a key, or why there is none.
struct KeyAnswer {
  std::shared_ptr<const PublicKey> key;  // shared by the signatures that name it
  bool temporary = false;                // no key because DNS did not answer
  std::string reason;
};

// Asks for each key of a message once. Serves one message, on one loop.
class KeyLookup {
 public:
  KeyLookup(net::Resolver& resolver, net::Deadline deadline, const KeyLimits& limits)
      : resolver_(resolver), deadline_(deadline), limits_(limits) {}
  // selector._domainkey.domain
  net::Task<KeyAnswer> find(std::string domain, std::string selector);

 private:
  net::Resolver& resolver_;
  net::Deadline deadline_;
  KeyLimits limits_;
  std::map<std::string, KeyAnswer> known_;
};

// Safe to share between threads.
class PrivateKey {
 public:
  // PKCS#8 or PKCS#1, RSA of 1024 bits at least, or Ed25519; not encrypted.
  static base::Result<PrivateKey> from_pem(const std::string& pem);

  SigningAlgorithm algorithm() const { return algorithm_; }
  unsigned bits() const { return bits_; }
  // `digest` is SHA-256 of what is to be signed.
  std::string sign(std::string_view digest) const;
  // The TXT record to publish: "v=DKIM1; k=rsa; p=...". Longer than 255 bytes for RSA, so a zone file holds it as several strings.
  std::string record() const;

 private:
  SigningAlgorithm algorithm_ = SigningAlgorithm::kRsaSha256;
  unsigned bits_ = 0;
  net::KeyPointer key_;
};

// A new key as PKCS#8 PEM.
std::string generate_key(SigningAlgorithm algorithm, unsigned rsa_bits = 2048);

}  // namespace mailauth
