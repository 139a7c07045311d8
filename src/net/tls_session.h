#pragma once
// One TLS connection over a Transport: OpenSSL with a BIO that moves bytes straight between the transport and OpenSSL's record buffers,
// which exist only while a record is under way (SSL_MODE_RELEASE_BUFFERS). boost::asio::ssl::stream was rejected: it keeps two 17 kB
// buffers for each connection. Inside net/ only; net/connection.h does the waiting.

#include <openssl/ssl.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/stream.h"
#include "net/transport.h"

namespace net {

enum class Step { kDone, kEnd, kWantRead, kWantWrite };

class TlsSession {
 public:
  // `ssl` is in accept or connect state. `keep` holds what its callbacks use; `transport` outlives the session.
  TlsSession(SSL* ssl, std::shared_ptr<const void> keep, Transport& transport);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // All throw IoError: kTls, or what the transport met.
  Step handshake();
  Step read(std::span<char> buffer, size_t& count);
  Step peek();
  Step write(std::string_view bytes, size_t& count);
  Step say_goodbye();  // close_notify; does not wait for the peer's

  void describe(ConnectionInfo& info) const;
  std::string channel_binding(ChannelBinding type) const;

 private:
  friend struct TransportBio;
  Step outcome(int result, const char* what);

  Transport& transport_;
  std::shared_ptr<const void> keep_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  int transport_error_ = 0;  // errno of the last failed move, 0 for none
};

}  // namespace net
