#include "sasl/scram.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "sasl/identity.h"

namespace sasl {

namespace {

constexpr size_t kSaltBytes = 16;
constexpr size_t kNonceBytes = 18;

const unsigned char* bytes_of(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }
unsigned char* bytes_of(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }

std::string random_bytes(size_t count) {
  std::string out(count, '\0');
  if (RAND_bytes(bytes_of(out), static_cast<int>(count)) != 1) throw base::Failure(base::ErrorKind::kUnavailable, "no random numbers");
  return out;
}

// Takes "x=value" off the front of a list of attributes; nullopt when the next one has another name.
std::optional<std::string_view> take_attribute(std::string_view& text, char name) {
  if (text.size() < 2 || text[0] != name || text[1] != '=') return std::nullopt;
  auto end = std::min(text.find(','), text.size());
  auto value = text.substr(2, end - 2);
  text.remove_prefix(std::min(end + 1, text.size()));
  return value;
}

// gs2-header of RFC 5801 4, as the client sent it.
struct Gs2Header {
  std::string text;          // with both commas: goes into the channel binding data
  char flag = 0;             // 'n', 'y', 'p'
  std::string binding_type;  // of 'p'
  std::string authzid;
};

std::optional<std::string> parse_authzid(std::string_view field) {
  if (field.empty()) return "";
  return field.starts_with("a=") ? decode_scram_name(field.substr(2)) : std::nullopt;
}

std::optional<Gs2Header> take_gs2_header(std::string_view& message) {
  auto first = message.find(',');
  auto second = first == std::string_view::npos ? first : message.find(',', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  auto flag = message.substr(0, first);
  auto authzid = parse_authzid(message.substr(first + 1, second - first - 1));
  const bool binds = flag.size() > 2 && flag.starts_with("p=");
  if (!authzid || (!binds && flag != "n" && flag != "y")) return std::nullopt;
  Gs2Header header{std::string(message.substr(0, second + 1)), flag[0], std::string(binds ? flag.substr(2) : ""), *authzid};
  message.remove_prefix(second + 1);
  return header;
}

class ScramServer final : public Mechanism {
 public:
  ScramServer(bool plus, const ChannelBindings& bindings, const Limits& limits, std::string server_nonce)
      : plus_(plus), bindings_(bindings), limits_(limits), server_nonce_(std::move(server_nonce)) {
    if (server_nonce_.empty()) server_nonce_ = make_scram_nonce();
  }

  Step next(std::optional<std::string_view> response) override {
    if (response && response->size() > limits_.message_bytes) return finish(Failure::kMalformed);
    switch (state_) {
      case State::kStart:
        return response ? take_first(*response) : challenge("");
      case State::kWaitFinal:
        return response ? take_final(*response) : finish(Failure::kMalformed);
      case State::kWaitEnd:
        return take_end(response);
      default:
        return finish(Failure::kMalformed);
    }
  }

  Step scram_secret(const ScramSecret& secret, bool usable) override {
    if (state_ != State::kWaitSecret) return finish(Failure::kMalformed);
    secret_ = secret;
    usable_ = usable;
    server_first_ = "r=" + nonce_ + ",s=" + base::base64_encode(secret.salt) + ",i=" + std::to_string(secret.iterations);
    state_ = State::kWaitFinal;
    return challenge(server_first_);
  }

 private:
  enum class State { kStart, kWaitSecret, kWaitFinal, kWaitEnd, kFinished };

  Step finish(Failure failure) {
    state_ = State::kFinished;
    return failed(failure);
  }

  // RFC 5802 6: which flags go with which name.
  Failure check_binding(const Gs2Header& header) const {
    if (plus_ != (header.flag == 'p')) return Failure::kChannelBinding;
    if (plus_ && bindings_.find(header.binding_type).empty()) return Failure::kChannelBinding;
    if (header.flag == 'y' && bindings_.any()) return Failure::kDowngrade;
    return Failure::kNone;
  }

  Step take_first(std::string_view message) {
    auto header = take_gs2_header(message);
    if (!header) return finish(Failure::kMalformed);
    client_first_bare_ = message;
    // A mandatory extension "m=" before the name is refused, as it must be (RFC 5802 5.1); optional ones after the nonce are ignored.
    auto name = take_attribute(message, 'n');
    auto user = name ? decode_scram_name(*name) : std::nullopt;
    auto client_nonce = take_attribute(message, 'r');
    if (!user || !is_user_name(*user, limits_) || !client_nonce || client_nonce->size() > limits_.nonce_bytes ||
        !is_scram_nonce(*client_nonce))
      return finish(Failure::kMalformed);
    if (auto failure = check_binding(*header); failure != Failure::kNone) return finish(failure);
    if (!is_own_identity(header->authzid, *user)) return finish(Failure::kOtherIdentity);
    header_ = *std::move(header);
    user_ = *std::move(user);
    nonce_ = std::string(*client_nonce) + server_nonce_;
    state_ = State::kWaitSecret;
    return {.kind = StepKind::kScramSecret, .user = user_};
  }

  Step take_final(std::string_view message) {
    auto proof_at = message.rfind(",p=");
    if (proof_at == std::string_view::npos) return finish(Failure::kMalformed);
    auto without_proof = message.substr(0, proof_at);
    auto proof = base::base64_decode(message.substr(proof_at + 3));
    auto rest = without_proof;
    auto binding = take_attribute(rest, 'c');
    auto nonce = take_attribute(rest, 'r');
    if (!binding || !nonce || !proof || proof->size() != kScramKeyBytes) return finish(Failure::kMalformed);
    if (*binding != base::base64_encode(header_.text + std::string(bindings_.find(header_.binding_type))))
      return finish(Failure::kChannelBinding);
    if (*nonce != nonce_) return finish(Failure::kMalformed);
    return check_proof(client_first_bare_ + "," + server_first_ + "," + std::string(without_proof), *proof);
  }

  // RFC 5802 3: the proof gives back the client key, whose hash is stored.
  Step check_proof(const std::string& auth_message, const std::string& proof) {
    auto client_key = xor_bytes(proof, hmac_sha256(secret_.stored_key, auth_message));
    auto stored_key = sha256(client_key);
    const bool right =
        secret_.stored_key.size() == kScramKeyBytes && CRYPTO_memcmp(stored_key.data(), secret_.stored_key.data(), kScramKeyBytes) == 0;
    if (!right || !usable_) return finish(Failure::kWrongSecret);
    state_ = State::kWaitEnd;
    return challenge("v=" + base::base64_encode(hmac_sha256(secret_.server_key, auth_message)));
  }

  Step take_end(std::optional<std::string_view> response) {
    if (response && !response->empty()) return finish(Failure::kMalformed);
    state_ = State::kFinished;
    return done(user_);
  }

  const bool plus_;
  const ChannelBindings bindings_;
  const Limits limits_;
  std::string server_nonce_;
  State state_ = State::kStart;
  Gs2Header header_;
  std::string user_;
  std::string client_first_bare_;
  std::string server_first_;
  std::string nonce_;  // client's and server's
  ScramSecret secret_;
  bool usable_ = false;
};

}  // namespace

std::string sha256(std::string_view data) {
  std::string out(kScramKeyBytes, '\0');
  if (EVP_Digest(data.data(), data.size(), bytes_of(out), nullptr, EVP_sha256(), nullptr) != 1)
    throw base::Failure(base::ErrorKind::kUnavailable, "SHA-256 failed");
  return out;
}

std::string hmac_sha256(std::string_view key, std::string_view data) {
  std::string out(kScramKeyBytes, '\0');
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(data), data.size(), bytes_of(out), nullptr))
    throw base::Failure(base::ErrorKind::kUnavailable, "HMAC failed");
  return out;
}

// Hi() is PBKDF2 with HMAC (RFC 5802 2.2).
std::string salted_password(std::string_view password, std::string_view salt, uint32_t iterations) {
  std::string out(kScramKeyBytes, '\0');
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt), static_cast<int>(salt.size()),
                        static_cast<int>(iterations), EVP_sha256(), kScramKeyBytes, bytes_of(out)) != 1)
    throw base::Failure(base::ErrorKind::kUnavailable, "PBKDF2 failed");
  return out;
}

std::string xor_bytes(std::string_view a, std::string_view b) {
  std::string out(a);
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(out[i] ^ b[i]);
  return out;
}

ScramSecret derive_scram(std::string_view password, std::string_view salt, uint32_t iterations) {
  auto salted = salted_password(password, salt, iterations);
  return {std::string(salt), iterations, sha256(hmac_sha256(salted, "Client Key")), hmac_sha256(salted, "Server Key")};
}

ScramSecret derive_scram(std::string_view password, uint32_t iterations) {
  return derive_scram(password, random_bytes(kSaltBytes), iterations);
}

std::string encode_scram_name(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (c == ',')
      out += "=2C";
    else if (c == '=')
      out += "=3D";
    else
      out += c;
  }
  return out;
}

std::optional<std::string> decode_scram_name(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const bool escaped = text[0] == '=';
    if (text[0] == ',' || (escaped && !text.starts_with("=2C") && !text.starts_with("=3D"))) return std::nullopt;
    out += !escaped ? text[0] : text[1] == '2' ? ',' : '=';
    text.remove_prefix(escaped ? 3 : 1);
  }
  return out;
}

bool is_scram_nonce(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 0x21 && c <= 0x7e && c != ','; });
}

std::string make_scram_nonce() { return base::base64_encode(random_bytes(kNonceBytes)); }

std::unique_ptr<Mechanism> make_scram(bool plus, const ChannelBindings& bindings, const Limits& limits, std::string server_nonce) {
  return std::make_unique<ScramServer>(plus, bindings, limits, std::move(server_nonce));
}

}  // namespace sasl
