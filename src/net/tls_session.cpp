#include "net/tls_session.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <cerrno>

#include "net/tls.h"

namespace net {

// The BIO between OpenSSL and a Transport.
struct TransportBio {
  static int read(BIO* bio, char* data, size_t size, size_t* moved) {
    BIO_clear_retry_flags(bio);
    return finish(bio, session(bio).transport_.try_read({data, size}), BIO_FLAGS_READ, moved);
  }
  static int write(BIO* bio, const char* data, size_t size, size_t* moved) {
    BIO_clear_retry_flags(bio);
    const std::string_view part(data, size);
    return finish(bio, session(bio).transport_.try_write({&part, 1}), BIO_FLAGS_WRITE, moved);
  }
  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static BIO* make(TlsSession* session) {
    static BIO_METHOD* const method = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "posthouse transport");
      BIO_meth_set_read_ex(made, read);
      BIO_meth_set_write_ex(made, write);
      BIO_meth_set_ctrl(made, control);
      return made;
    }();
    BIO* bio = BIO_new(method);
    BIO_set_data(bio, session);
    BIO_set_init(bio, 1);
    return bio;
  }

 private:
  static TlsSession& session(BIO* bio) { return *static_cast<TlsSession*>(BIO_get_data(bio)); }
  static int finish(BIO* bio, std::ptrdiff_t result, int retry_flag, size_t* moved) {
    if (result == -EAGAIN) BIO_set_flags(bio, retry_flag | BIO_FLAGS_SHOULD_RETRY);
    if (result == 0 && retry_flag == BIO_FLAGS_READ) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    if (result < 0 && result != -EAGAIN) session(bio).transport_error_ = static_cast<int>(-result);
    *moved = result > 0 ? static_cast<size_t>(result) : 0;
    return result > 0 ? 1 : 0;
  }
};

TlsSession::TlsSession(SSL* ssl, std::shared_ptr<const void> keep, Transport& transport)
    : transport_(transport), keep_(std::move(keep)), ssl_(ssl, SSL_free) {
  BIO* bio = TransportBio::make(this);
  SSL_set_bio(ssl, bio, bio);
  SSL_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

TlsSession::~TlsSession() = default;

Step TlsSession::outcome(int result, const char* what) {
  if (result > 0) return Step::kDone;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Step::kWantRead;
    case SSL_ERROR_WANT_WRITE:
      return Step::kWantWrite;
    case SSL_ERROR_ZERO_RETURN:
      return Step::kEnd;
  }
  const std::string reason = tls_error_text();
  if (transport_error_ != 0) throw IoError::from_errno(transport_error_, what);
  const long verified = SSL_get_verify_result(ssl_.get());
  if (SSL_get_verify_mode(ssl_.get()) != SSL_VERIFY_NONE && verified != X509_V_OK)
    throw IoError(IoError::Kind::kTls, std::string(what) + ": " + X509_verify_cert_error_string(verified));
  throw IoError(IoError::Kind::kTls, std::string(what) + ": " + (reason.empty() ? "connection ended" : reason));
}

Step TlsSession::handshake() {
  ERR_clear_error();
  const Step step = outcome(SSL_do_handshake(ssl_.get()), "TLS handshake");
  if (step == Step::kEnd) throw IoError(IoError::Kind::kTls, "TLS handshake: connection ended");
  return step;
}

Step TlsSession::read(std::span<char> buffer, size_t& count) {
  ERR_clear_error();
  return outcome(SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &count), "TLS read");
}

Step TlsSession::peek() {
  ERR_clear_error();
  char byte;
  size_t count;
  return outcome(SSL_peek_ex(ssl_.get(), &byte, 1, &count), "TLS read");
}

Step TlsSession::write(std::string_view bytes, size_t& count) {
  ERR_clear_error();
  return outcome(SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count), "TLS write");
}

Step TlsSession::say_goodbye() {
  ERR_clear_error();
  const int result = SSL_shutdown(ssl_.get());
  return result >= 0 ? Step::kDone : outcome(result, "TLS shutdown");
}

namespace {

std::string to_der(X509* certificate) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate, &bytes);
  if (size < 0) return {};
  std::string der(reinterpret_cast<char*>(bytes), static_cast<size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

std::shared_ptr<const PeerCertificate> peer_certificate(SSL* ssl) {
  auto shown = std::make_shared<PeerCertificate>();
  STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl);  // of a client: with the server's own
  for (int i = 0; i < sk_X509_num(chain); ++i) shown->chain.push_back(to_der(sk_X509_value(chain, i)));
  shown->verified = SSL_get_verify_result(ssl);
  if (shown->verified != X509_V_OK) shown->problem = X509_verify_cert_error_string(shown->verified);
  return shown;
}

}  // namespace

void TlsSession::describe(ConnectionInfo& info) const {
  info.tls = true;
  info.tls_version = SSL_get_version(ssl_.get());
  info.tls_cipher = SSL_CIPHER_get_name(SSL_get_current_cipher(ssl_.get()));
  const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
  if (name) info.sni = name;
  if (!SSL_is_server(ssl_.get())) info.certificate = peer_certificate(ssl_.get());
}

namespace {

// RFC 5929 4.1: the hash of the certificate's signature, with MD5 and SHA-1 replaced by SHA-256.
std::string end_point_hash(X509* certificate) {
  int digest_id = NID_undef;
  if (!certificate || !X509_get_signature_info(certificate, &digest_id, nullptr, nullptr, nullptr)) return {};
  if (digest_id == NID_md5 || digest_id == NID_sha1 || digest_id == NID_undef) digest_id = NID_sha256;
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  const EVP_MD* digest = EVP_get_digestbynid(digest_id);
  if (!digest || !X509_digest(certificate, digest, hash, &size)) return {};
  return {reinterpret_cast<char*>(hash), size};
}

}  // namespace

std::string TlsSession::channel_binding(ChannelBinding type) const {
  SSL* ssl = ssl_.get();
  unsigned char bytes[EVP_MAX_MD_SIZE];
  switch (type) {
    case ChannelBinding::kTlsServerEndPoint: {
      if (SSL_is_server(ssl)) return end_point_hash(SSL_get_certificate(ssl));
      return end_point_hash(SSL_get0_peer_certificate(ssl));
    }
    case ChannelBinding::kTlsExporter: {
      // RFC 9266 4.2: TLS 1.2 has it only with the extended master secret.
      if (SSL_version(ssl) < TLS1_3_VERSION && SSL_get_extms_support(ssl) != 1) return {};
      constexpr std::string_view kLabel = "EXPORTER-Channel-Binding";  // RFC 9266 2
      if (SSL_export_keying_material(ssl, bytes, 32, kLabel.data(), kLabel.size(), nullptr, 0, 1) != 1) return {};
      return {reinterpret_cast<char*>(bytes), 32};
    }
    case ChannelBinding::kTlsUnique: {
      if (SSL_version(ssl) >= TLS1_3_VERSION) return {};  // RFC 9266 3
      // RFC 5929 3.1: the first Finished message: the client's in a full handshake, the server's in a resumed one.
      const bool ours = (SSL_is_server(ssl) != 0) == (SSL_session_reused(ssl) != 0);
      const size_t size = ours ? SSL_get_finished(ssl, bytes, sizeof bytes) : SSL_get_peer_finished(ssl, bytes, sizeof bytes);
      return {reinterpret_cast<char*>(bytes), size};
    }
  }
  return {};
}

}  // namespace net
