#pragma once
// SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677): keys, messages, and the server's machine.
//
//   client-first  gs2-header n=user,r=client-nonce                  gs2-header = "n,," | "y,," | "p=type,," with an authzid between the
//   commas server-first  r=client-nonce server-nonce,s=salt,i=iterations client-final  c=base64(gs2-header channel-data),r=nonce,p=proof
//   server-final  v=signature
//
// The server's signature goes out as one more challenge, to which the client answers with nothing (RFC 4422 5.3): no protocol of ours
// carries data with its success reply.

#include <memory>
#include <string>
#include <string_view>

#include "sasl/mechanism.h"

namespace sasl {

inline constexpr size_t kScramKeyBytes = 32;
inline constexpr uint32_t kScramMaxIterations = 10'000'000;

// SHA-256 primitives, raw bytes in and out.
std::string sha256(std::string_view data);
std::string hmac_sha256(std::string_view key, std::string_view data);
std::string salted_password(std::string_view password, std::string_view salt, uint32_t iterations);  // Hi() of RFC 5802 2.2
std::string xor_bytes(std::string_view a, std::string_view b);                                       // REQUIRES: the same length

// What is stored of a password. `password` as prepare_password returned it.
ScramSecret derive_scram(std::string_view password, std::string_view salt, uint32_t iterations);
// The same with 16 random bytes of salt.
ScramSecret derive_scram(std::string_view password, uint32_t iterations);

// saslname: "," and "=" written "=2C" and "=3D" (RFC 5802 5.1). Decoding: nullopt on any other "=".
std::string encode_scram_name(std::string_view name);
std::optional<std::string> decode_scram_name(std::string_view text);
// nonce: printable ASCII but ",".
bool is_scram_nonce(std::string_view text);
std::string make_scram_nonce();

// `plus`: the client chose the -PLUS name. `server_nonce`: empty for a random one (tests give theirs).
std::unique_ptr<Mechanism> make_scram(bool plus, const ChannelBindings& bindings, const Limits& limits, std::string server_nonce = {});

}  // namespace sasl
