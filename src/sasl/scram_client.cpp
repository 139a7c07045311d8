#include "sasl/scram_client.h"

#include "base/text.h"
#include "sasl/password.h"
#include "sasl/scram.h"

namespace sasl {

namespace {

struct ServerFirst {
  std::string_view nonce;
  std::string salt;
  uint32_t iterations = 0;
};

std::optional<ServerFirst> parse_server_first(std::string_view message, uint32_t max_iterations) {
  auto parts = base::split(message, ',');
  if (parts.size() < 3 || !parts[0].starts_with("r=") || !parts[1].starts_with("s=") || !parts[2].starts_with("i=")) return std::nullopt;
  auto salt = base::base64_decode(parts[1].substr(2));
  auto iterations = base::parse_number(parts[2].substr(2));
  if (!salt || salt->empty() || !iterations || *iterations < 1 || *iterations > max_iterations) return std::nullopt;
  return ServerFirst{parts[0].substr(2), *salt, static_cast<uint32_t>(*iterations)};
}

}  // namespace

ScramClient::ScramClient(Options options) : options_(std::move(options)) {
  if (options_.nonce.empty()) options_.nonce = make_scram_nonce();
}

std::string ScramClient::gs2_header() const {
  std::string flag = !options_.binding_type.empty() ? "p=" + options_.binding_type : options_.saw_no_plus ? "y" : "n";
  return flag + "," + (options_.authzid.empty() ? "" : "a=" + encode_scram_name(options_.authzid)) + ",";
}

std::string ScramClient::first_bare() const { return "n=" + encode_scram_name(options_.user) + ",r=" + options_.nonce; }

std::string ScramClient::first() { return gs2_header() + first_bare(); }

std::optional<std::string> ScramClient::final(std::string_view server_first) {
  auto server = parse_server_first(server_first, options_.max_iterations);
  auto password = prepare_password(options_.password);
  if (!server || !password || !server->nonce.starts_with(options_.nonce) || server->nonce.size() == options_.nonce.size())
    return std::nullopt;
  auto without_proof = "c=" + base::base64_encode(gs2_header() + options_.binding_data) + ",r=" + std::string(server->nonce);
  auto auth_message = first_bare() + "," + std::string(server_first) + "," + without_proof;
  auto salted = salted_password(*password, server->salt, server->iterations);
  auto client_key = hmac_sha256(salted, "Client Key");
  server_signature_ = hmac_sha256(hmac_sha256(salted, "Server Key"), auth_message);
  return without_proof + ",p=" + base::base64_encode(xor_bytes(client_key, hmac_sha256(sha256(client_key), auth_message)));
}

bool ScramClient::verify(std::string_view server_final) const {
  return !server_signature_.empty() && server_final == "v=" + base::base64_encode(server_signature_);
}

}  // namespace sasl
