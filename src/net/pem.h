#pragma once
// OpenSSL's objects as C++ owns them, and reading them from PEM text.

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace net {

struct OpenSslFree {
  void operator()(X509* p) const { X509_free(p); }
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(BIO* p) const { BIO_free_all(p); }
};
using X509Pointer = std::unique_ptr<X509, OpenSslFree>;
using KeyPointer = std::unique_ptr<EVP_PKEY, OpenSslFree>;
using BioPointer = std::unique_ptr<BIO, OpenSslFree>;

// All certificates of the text in order; empty when there is none or one of them is broken.
std::vector<X509Pointer> pem_certificates(const std::string& pem);
// Null when there is no key or it is encrypted.
KeyPointer pem_private_key(const std::string& pem);
std::string to_pem(X509* certificate);
std::string to_pem(EVP_PKEY* key);

}  // namespace net
