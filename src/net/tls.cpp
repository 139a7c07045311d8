#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <map>

#include "base/text.h"
#include "net/address.h"
#include "net/pem.h"

namespace net {

using ContextPointer = std::shared_ptr<SSL_CTX>;

struct TlsContext::Set {
  std::vector<ContextPointer> contexts;      // the first is the default
  std::map<std::string, SSL_CTX*> exact;     // lower case
  std::map<std::string, SSL_CTX*> wildcard;  // "*.example.com" as "example.com"

  SSL_CTX* find(const std::string& name) const {
    if (const auto found = exact.find(name); found != exact.end()) return found->second;
    const size_t dot = name.find('.');
    if (dot == std::string::npos) return nullptr;
    const auto found = wildcard.find(name.substr(dot + 1));
    return found == wildcard.end() ? nullptr : found->second;
  }
};

std::string tls_error_text() {
  std::string text;
  while (const unsigned long code = ERR_get_error()) {
    char line[256];
    ERR_error_string_n(code, line, sizeof line);
    const char* reason = ERR_reason_error_string(code);
    if (!text.empty()) text += "; ";
    text += reason ? reason : line;
  }
  return text;
}

namespace {

base::Error wrong(const std::string& what) { return {base::ErrorKind::kInvalid, what, tls_error_text()}; }

int choose_certificate(SSL* ssl, int*, void* set) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (!name) return SSL_TLSEXT_ERR_NOACK;
  SSL_CTX* found = static_cast<const TlsContext::Set*>(set)->find(base::to_lower(name));
  if (found) SSL_set_SSL_CTX(ssl, found);
  return SSL_TLSEXT_ERR_OK;
}

ContextPointer new_context(const SSL_METHOD* method) {
  ContextPointer context(SSL_CTX_new(method), SSL_CTX_free);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // Protocols here mark their own ends, and clients that drop the connection without close_notify are common.
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);  // tickets hold the state, not our memory
  return context;
}

bool use_chain(SSL_CTX* context, const std::string& chain_pem) {
  const auto chain = pem_certificates(chain_pem);
  if (chain.empty() || SSL_CTX_use_certificate(context, chain.front().get()) != 1) return false;
  for (size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) return false;
  }
  return true;
}

base::Result<ContextPointer> server_context(const Certificate& certificate) {
  ERR_clear_error();
  auto context = new_context(TLS_server_method());
  SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_num_tickets(context.get(), 1);
  if (!use_chain(context.get(), certificate.chain_pem)) return wrong(certificate.label + ": no usable certificate");
  const auto key = pem_private_key(certificate.key_pem);
  if (!key) return wrong(certificate.label + ": no usable private key");
  if (SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) return wrong(certificate.label + ": the key is not the certificate's");
  return context;
}

base::Result<std::shared_ptr<const TlsContext::Set>> make_set(const std::vector<Certificate>& certificates) {
  if (certificates.empty()) return base::Error{base::ErrorKind::kInvalid, "no TLS certificate given", {}};
  auto set = std::make_shared<TlsContext::Set>();
  for (const auto& certificate : certificates) {
    auto context = server_context(certificate);
    if (!context.ok()) return context.error();
    auto facts = certificate_facts(certificate);
    if (!facts.ok()) return facts.error();
    for (const auto& name : facts->names) {
      const auto lower = base::to_lower(name);
      if (lower.starts_with("*."))
        set->wildcard.emplace(lower.substr(2), context->get());
      else
        set->exact.emplace(lower, context->get());
    }
    set->contexts.push_back(std::move(*context));
  }
  SSL_CTX* first = set->contexts.front().get();
  SSL_CTX_set_tlsext_servername_callback(first, choose_certificate);
  SSL_CTX_set_tlsext_servername_arg(first, set.get());
  return std::shared_ptr<const TlsContext::Set>(std::move(set));
}

}  // namespace

base::Result<std::shared_ptr<TlsContext>> TlsContext::make(const std::vector<Certificate>& certificates) {
  auto context = std::make_shared<TlsContext>();
  auto loaded = context->reload(certificates);
  if (!loaded.ok()) return loaded.error();
  return context;
}

base::Result<void> TlsContext::reload(const std::vector<Certificate>& certificates) {
  auto set = make_set(certificates);
  if (!set.ok()) return set.error();
  std::lock_guard lock(mutex_);
  set_ = std::move(*set);
  return {};
}

std::shared_ptr<const TlsContext::Set> TlsContext::current() const {
  std::lock_guard lock(mutex_);
  return set_;
}

SSL* TlsContext::new_session(const Set& set) {
  SSL* ssl = SSL_new(set.contexts.front().get());
  SSL_set_accept_state(ssl);
  return ssl;
}

base::Result<std::shared_ptr<TlsClientContext>> TlsClientContext::make(Verify verify, const std::string& ca_pem) {
  ERR_clear_error();
  auto made = std::make_shared<TlsClientContext>();
  made->verify_ = verify;
  made->context_ = new_context(TLS_client_method());
  SSL_CTX* context = made->context_.get();
  SSL_CTX_set_verify(context, verify == Verify::kName ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (ca_pem.empty()) {
    SSL_CTX_set_default_verify_paths(context);
    return made;
  }
  const auto authorities = pem_certificates(ca_pem);
  if (authorities.empty()) return wrong("no CA certificate in the text given");
  for (const auto& authority : authorities) X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get());
  return made;
}

SSL* TlsClientContext::new_session(const std::string& name) const {
  SSL* ssl = SSL_new(context_.get());
  SSL_set_connect_state(ssl);
  const bool is_address = IpAddress::parse(name).has_value();
  if (!is_address && !name.empty()) SSL_set_tlsext_host_name(ssl, name.c_str());  // RFC 6066 3: no addresses
  if (verify_ == Verify::kNone) return ssl;
  if (is_address) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str());
  } else {
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl, name.c_str());
  }
  return ssl;
}

}  // namespace net
