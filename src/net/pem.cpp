#include "net/pem.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace net {

namespace {

int no_password(char*, int, int, void*) { return -1; }  // never ask on the terminal

BioPointer reader(const std::string& text) { return BioPointer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

std::string content(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<size_t>(size)};
}

}  // namespace

std::vector<X509Pointer> pem_certificates(const std::string& pem) {
  std::vector<X509Pointer> found;
  const auto bio = reader(pem);
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)) found.emplace_back(certificate);
  // The end of the text is reported as a missing start line; anything else is a broken certificate.
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) return {};
  if (!found.empty()) ERR_clear_error();
  return found;
}

KeyPointer pem_private_key(const std::string& pem) {
  const auto bio = reader(pem);
  return KeyPointer(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
}

std::string to_pem(X509* certificate) {
  const BioPointer bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return content(bio.get());
}

std::string to_pem(EVP_PKEY* key) {
  const BioPointer bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return content(bio.get());
}

}  // namespace net
