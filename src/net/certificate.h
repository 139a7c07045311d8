#pragma once
// Certificates as PEM: loading them from files, and making our own CA and server certificate when there are none.
//
// A first start without certificates writes into DIR/tls/:
//   ca.pem, ca.key          our own CA (ECDSA P-256, 10 years); administrators may install ca.pem on their devices
//   server.pem, server.key  the server's certificate and the CA's, for the names given (ECDSA P-256, 1 year)
// Keys have mode 0600. The server's certificate is made anew when fewer than 30 days are left, or the names or the CA have changed.

#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace net {

// A certificate chain (leaf first) and its key, both PEM.
struct Certificate {
  std::string chain_pem;
  std::string key_pem;
  std::string label;  // for messages: the file's path
};

// Errors name the file and what is wrong with it: missing, not PEM, key and certificate that do not match.
base::Result<Certificate> load_certificate(const std::string& chain_file, const std::string& key_file);

// What a certificate says, for the console, alarms and renewal.
struct CertificateFacts {
  std::vector<std::string> names;  // DNS names and IP addresses of the SAN; the CN when there is no SAN
  std::string issuer;
  base::Time not_before;
  base::Time not_after;
};
base::Result<CertificateFacts> certificate_facts(const Certificate& certificate);

// The certificate in `folder` (DIR/tls), made or renewed when needed. `names` are DNS names or IP addresses; the first is the CN.
base::Result<Certificate> own_certificate(const std::string& folder, const std::vector<std::string>& names, base::Time now);

}  // namespace net
