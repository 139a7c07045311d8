#pragma once
// TLS contexts: which certificates a server shows and what a client accepts. TLS 1.2 is the least (RFC 8997).
//
// A server's certificates are chosen by the name the client asks for: exact names first, then wildcards for one label
// ("*.example.com", RFC 9525 6.3), then the first certificate. reload() swaps the whole set; connections made before keep what they have.

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/certificate.h"

namespace net {

class TlsContext {
 public:
  // Errors name the certificate and OpenSSL's reason: key and certificate that do not match, nothing given.
  static base::Result<std::shared_ptr<TlsContext>> make(const std::vector<Certificate>& certificates);
  // Any thread. On error nothing is changed.
  base::Result<void> reload(const std::vector<Certificate>& certificates);

  // The set of certificates as of now: what one connection uses. Any thread.
  struct Set;
  std::shared_ptr<const Set> current() const;
  static SSL* new_session(const Set& set);  // in accept state; the set outlives it

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Set> set_;  // shared with every connection that began under it
};

class TlsClientContext {
 public:
  enum class Verify {
    kNone,    // opportunistic TLS: encrypt, believe anybody
    kRecord,  // checks as kName does and goes on all the same: ConnectionInfo::certificate says what was found, and the caller decides
    kName,    // the chain ends in a trusted CA and the certificate is for the name asked for
  };
  // `ca_pem` is trusted instead of the system's CAs when not empty.
  static base::Result<std::shared_ptr<TlsClientContext>> make(Verify verify, const std::string& ca_pem = {});

  std::shared_ptr<SSL_CTX> native() const { return context_; }
  // In connect state, for this host name or IP address.
  SSL* new_session(const std::string& name) const;

 private:
  std::shared_ptr<SSL_CTX> context_;  // shared with every connection made from it
  Verify verify_ = Verify::kName;
};

// The reasons in this thread's OpenSSL error queue, which is emptied; "" for none.
std::string tls_error_text();

}  // namespace net
