#include "mailauth/dkim_key.h"

#include <idn2.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>

#include "base/text.h"
#include "mailauth/tag_list.h"

namespace mailauth {
namespace {

using base::Error;
using base::ErrorKind;

struct ContextFree {
  void operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
  void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
};
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, ContextFree>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, ContextFree>;

const unsigned char* bytes_of(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }

// RFC 6376 3.6.1 says SubjectPublicKeyInfo by its examples and RSAPublicKey by its text; both are in use.
net::KeyPointer rsa_public_key(std::string_view der) {
  const unsigned char* at = bytes_of(der);
  const unsigned char* const end = at + der.size();
  net::KeyPointer key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  if (!key) {
    at = bytes_of(der);
    key.reset(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(der.size())));
  }
  ERR_clear_error();
  if (!key || at != end || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return nullptr;
  return key;
}

// RFC 8463 4.2: the 32 bytes themselves.
net::KeyPointer ed25519_public_key(std::string_view raw) {
  if (raw.size() != 32) return nullptr;
  return net::KeyPointer(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(raw), raw.size()));
}

// Ready for PKCS#1 v1.5 with SHA-256.
KeyContext rsa_context(EVP_PKEY* key, bool signing) {
  KeyContext context(EVP_PKEY_CTX_new(key, nullptr));
  const bool ready = context && (signing ? EVP_PKEY_sign_init(context.get()) : EVP_PKEY_verify_init(context.get())) == 1 &&
                     EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
                     EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1;
  return ready ? std::move(context) : nullptr;
}

bool lists(std::optional<std::string_view> value, std::initializer_list<std::string_view> wanted) {
  if (!value) return true;
  const auto parts = split_colons(*value);
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return std::find(wanted.begin(), wanted.end(), part) != wanted.end(); });
}

// RFC 8616 4: U-labels are asked for as A-labels. A name that has none stays as it is, and DNS knows none such.
std::string to_a_labels(const std::string& name) {
  char* out = nullptr;
  if (base::is_ascii(name) || idn2_to_ascii_8z(name.c_str(), &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK) return name;
  const std::unique_ptr<char, decltype(&idn2_free)> owned(out, idn2_free);
  return out;
}

[[noreturn]] void crypto_failure(const char* what) {
  ERR_clear_error();
  throw base::Failure(ErrorKind::kUnavailable, what);
}

}  // namespace

std::string_view to_string(SigningAlgorithm algorithm) {
  return algorithm == SigningAlgorithm::kRsaSha256 ? "rsa-sha256" : "ed25519-sha256";
}

base::Result<PublicKey> PublicKey::parse(std::string_view record) {
  const auto refuse = [](const char* why) { return Error{ErrorKind::kInvalid, why}; };
  const auto list = TagList::parse(record);
  if (!list) return refuse("key record is no tag list");
  if (const Tag* version = list->find("v"); version && (version != list->tags().data() || version->value != "DKIM1"))
    return refuse("key record is of another version");
  const auto p = list->value("p");
  if (!p) return refuse("key record has no key");
  if (p->empty()) return refuse("key revoked");
  if (!lists(list->value("h"), {"sha256"})) return refuse("key does not allow sha256");
  if (!lists(list->value("s"), {"*", "email"})) return refuse("key is not for email");
  const std::string_view type = list->value("k").value_or("rsa");
  if (type != "rsa" && type != "ed25519") return refuse("key type is unknown");

  PublicKey key;
  const auto data = decode_base64_tag(*p);
  if (!data) return refuse("key is not base64");
  key.algorithm_ = type == "rsa" ? SigningAlgorithm::kRsaSha256 : SigningAlgorithm::kEd25519Sha256;
  key.key_ = type == "rsa" ? rsa_public_key(*data) : ed25519_public_key(*data);
  if (!key.key_) return refuse("key cannot be read");
  key.bits_ = static_cast<unsigned>(EVP_PKEY_get_bits(key.key_.get()));
  if (const auto flags = list->value("t")) {
    key.testing_ = lists(flags, {"y"});
    key.strict_domain_ = lists(flags, {"s"});
  }
  return key;
}

bool PublicKey::verify(std::string_view digest, std::string_view signature) const {
  int good = 0;
  if (algorithm_ == SigningAlgorithm::kRsaSha256) {
    const KeyContext context = rsa_context(key_.get(), false);
    if (context) good = EVP_PKEY_verify(context.get(), bytes_of(signature), signature.size(), bytes_of(digest), digest.size());
  } else {
    const DigestContext context(EVP_MD_CTX_new());
    if (context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1)
      good = EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(digest), digest.size());
  }
  ERR_clear_error();
  return good == 1;
}

net::Task<KeyAnswer> KeyLookup::find(std::string domain, std::string selector) {
  const std::string name = base::to_lower(to_a_labels(selector) + "._domainkey." + to_a_labels(domain));
  if (const auto it = known_.find(name); it != known_.end()) co_return it->second;
  const auto soon = net::Deadline::after(limits_.lookup_time);
  const auto deadline = soon.when() < deadline_.when() ? soon : deadline_;
  const auto dns = co_await resolver_.resolve(name, net::DnsType::kTxt, deadline);
  KeyAnswer answer;
  if (dns.temporary()) {
    answer.temporary = true;
    answer.reason = dns.status == net::DnsStatus::kBogus ? "DNSSEC refuses the answer for the key" : "DNS did not answer for the key";
  } else if (dns.texts.empty()) {
    answer.reason = "no key";
  }
  // RFC 6376 6.1.2: with several records, any may be taken; that is the first that is a key.
  for (size_t i = 0; i < std::min(dns.texts.size(), limits_.records) && !answer.key; ++i) {
    auto key = PublicKey::parse(dns.texts[i]);
    if (key.ok())
      answer.key = std::make_shared<const PublicKey>(std::move(*key));
    else if (answer.reason.empty())
      answer.reason = key.error().text;
  }
  if (answer.key) answer.reason.clear();
  known_.emplace(name, answer);
  co_return answer;
}

base::Result<PrivateKey> PrivateKey::from_pem(const std::string& pem) {
  PrivateKey made;
  made.key_ = net::pem_private_key(pem);
  ERR_clear_error();
  if (!made.key_) return Error{ErrorKind::kInvalid, "no private key in the PEM text"};
  made.bits_ = static_cast<unsigned>(EVP_PKEY_get_bits(made.key_.get()));
  switch (EVP_PKEY_get_base_id(made.key_.get())) {
    case EVP_PKEY_RSA:
      made.algorithm_ = SigningAlgorithm::kRsaSha256;
      if (made.bits_ < KeyLimits{}.min_rsa_bits) return Error{ErrorKind::kInvalid, "RSA key is shorter than 1024 bits"};
      return made;
    case EVP_PKEY_ED25519:
      made.algorithm_ = SigningAlgorithm::kEd25519Sha256;
      return made;
    default:
      return Error{ErrorKind::kInvalid, "the key is neither RSA nor Ed25519"};
  }
}

std::string PrivateKey::sign(std::string_view digest) const {
  size_t size = static_cast<size_t>(EVP_PKEY_get_size(key_.get()));
  std::string signature(size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  int done = 0;
  if (algorithm_ == SigningAlgorithm::kRsaSha256) {
    const KeyContext context = rsa_context(key_.get(), true);
    if (context) done = EVP_PKEY_sign(context.get(), out, &size, bytes_of(digest), digest.size());
  } else {
    const DigestContext context(EVP_MD_CTX_new());
    if (context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1)
      done = EVP_DigestSign(context.get(), out, &size, bytes_of(digest), digest.size());
  }
  if (done != 1) crypto_failure("the key does not sign");
  signature.resize(size);
  return signature;
}

std::string PrivateKey::record() const {
  if (algorithm_ == SigningAlgorithm::kEd25519Sha256) {
    std::string raw(32, '\0');
    size_t size = raw.size();
    if (EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(raw.data()), &size) != 1)
      crypto_failure("the key has no public half");
    return "v=DKIM1; k=ed25519; p=" + base::base64_encode(raw);
  }
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key_.get(), &der);
  if (size <= 0) crypto_failure("the key has no public half");
  const std::string bytes(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return "v=DKIM1; k=rsa; p=" + base::base64_encode(bytes);
}

std::string generate_key(SigningAlgorithm algorithm, unsigned rsa_bits) {
  const net::KeyPointer key(algorithm == SigningAlgorithm::kRsaSha256
                                ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<size_t>(rsa_bits))
                                : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!key) crypto_failure("no key could be made");
  return net::to_pem(key.get());
}

}  // namespace mailauth
