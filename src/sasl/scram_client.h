#pragma once
// The client's half of SCRAM-SHA-256 and -PLUS: for tests, and for signing in to other servers.

#include <optional>
#include <string>
#include <string_view>

#include "sasl/mechanism.h"

namespace sasl {

class ScramClient {
 public:
  struct Options {
    std::string user;
    std::string password;
    std::string authzid;
    std::string binding_type;  // "tls-exporter" and so on: speak -PLUS; empty: without
    std::string binding_data;
    bool saw_no_plus = false;  // gs2 flag "y": could bind, but the server did not offer it
    std::string nonce;         // empty: random
    uint32_t max_iterations = 10'000'000;
  };
  explicit ScramClient(Options options);

  std::string first();
  // nullopt: the server's message is malformed, or asks for more than max_iterations.
  std::optional<std::string> final(std::string_view server_first);
  // False: the server does not know the password.
  bool verify(std::string_view server_final) const;

 private:
  std::string gs2_header() const;
  std::string first_bare() const;

  Options options_;
  std::string server_signature_;
};

}  // namespace sasl
