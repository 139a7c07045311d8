#include "server/certificates.h"

namespace server {

std::vector<net::Certificate> load_certificates(const Instance& instance) {
  const config::Settings& settings = instance.settings();
  std::vector<net::Certificate> all;
  const std::string& chain = settings.text("tls.certificate");
  const std::string& key = settings.text("tls.key");
  if (chain.empty() != key.empty()) throw base::Failure(base::ErrorKind::kInvalid, "tls.certificate and tls.key go together");
  if (chain.empty())
    all.push_back(base::value_or_throw(
        net::own_certificate(instance.folder() + "/tls", {instance.hostname(), "localhost", "127.0.0.1", "::1"}, instance.clock().now())));
  else
    all.push_back(base::value_or_throw(net::load_certificate(chain, key)));
  for (const std::string& pair : settings.list("tls.extra")) {
    size_t colon = pair.find(':');
    if (colon == std::string::npos) throw base::Failure(base::ErrorKind::kInvalid, "tls.extra wants certificate.pem:key.pem, not " + pair);
    all.push_back(base::value_or_throw(net::load_certificate(pair.substr(0, colon), pair.substr(colon + 1))));
  }
  return all;
}

}  // namespace server
