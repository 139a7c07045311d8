#include "mailauth/dane.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

#include "base/text.h"

namespace mailauth {

namespace {

constexpr size_t kLongestChain = 20;
constexpr size_t kMostRecords = 100;

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* p) const {
    kFree(p);
  }
};
void free_stack(STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }

using CertificatePointer = std::unique_ptr<X509, Free<X509_free>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using StackPointer = std::unique_ptr<STACK_OF(X509), Free<free_stack>>;
using ContextPointer = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
using SslPointer = std::unique_ptr<SSL, Free<SSL_free>>;
using StorePointer = std::unique_ptr<X509_STORE, Free<X509_STORE_free>>;
using VerifyPointer = std::unique_ptr<X509_STORE_CTX, Free<X509_STORE_CTX_free>>;

CertificatePointer read_certificate(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = at + der.size();
  CertificatePointer certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  return at == end ? std::move(certificate) : nullptr;
}

bool is_key(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = at + der.size();
  const KeyPointer key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  return key && at == end;
}

DaneResult failure(std::string problem) {
  ERR_clear_error();
  return {false, std::move(problem)};
}

// An SSL that never connects: it holds the TLSA records in the form that OpenSSL's verifier takes.
SslPointer hold_records(SSL_CTX* context, const std::vector<net::TlsaRecord>& records, const std::string& base_domain) {
  SslPointer ssl(SSL_new(context));
  if (!ssl || SSL_dane_enable(ssl.get(), base_domain.c_str()) != 1) return nullptr;
  SSL_dane_set_flags(ssl.get(), DANE_FLAG_NO_DANE_EE_NAMECHECKS);
  size_t added = 0;
  for (size_t i = 0; i < std::min(records.size(), kMostRecords); ++i) {
    const auto& record = records[i];
    const auto* data = reinterpret_cast<const unsigned char*>(record.data.data());
    if (SSL_dane_tlsa_add(ssl.get(), record.usage, record.selector, record.matching, data, record.data.size()) == 1) ++added;
  }
  return added > 0 ? std::move(ssl) : nullptr;
}

void set_names(X509_VERIFY_PARAM* parameters, const std::vector<std::string>& names) {
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  X509_VERIFY_PARAM_set1_host(parameters, nullptr, 0);
  for (const auto& name : names) X509_VERIFY_PARAM_add1_host(parameters, name.c_str(), name.size());
}

DaneLookup::Status status_of(const std::vector<net::TlsaRecord>& usable) {
  return usable.empty() ? DaneLookup::Status::kUnusable : DaneLookup::Status::kUsable;
}

// TLSA at one base domain.
net::Task<DaneLookup> ask(std::string base_domain, uint16_t port, net::Resolver& resolver, net::Deadline deadline) {
  DaneLookup lookup;
  lookup.base_domain = base_domain;
  const net::DnsAnswer answer =
      co_await resolver.resolve("_" + std::to_string(port) + "._tcp." + base_domain, net::DnsType::kTlsa, deadline);
  if (answer.temporary()) {
    lookup.status = DaneLookup::Status::kTemporary;
    lookup.problem = "TLSA of " + base_domain + ": " + answer.cause;
    co_return lookup;
  }
  if (!answer.ok() || !answer.secure) co_return lookup;
  std::copy_if(answer.tlsa.begin(), answer.tlsa.end(), std::back_inserter(lookup.records), is_usable);
  lookup.status = status_of(lookup.records);
  co_return lookup;
}

}  // namespace

bool is_usable(const net::TlsaRecord& record) {
  if (record.usage != 2 && record.usage != 3) return false;
  if (record.selector > 1) return false;
  switch (record.matching) {
    case 0:
      return record.selector == 0 ? read_certificate(record.data) != nullptr : is_key(record.data);
    case 1:
      return record.data.size() == 32;
    case 2:
      return record.data.size() == 64;
    default:
      return false;
  }
}

net::Task<DaneLookup> find_tlsa(std::string host, uint16_t port, net::DnsAnswer addresses, net::Resolver& resolver,
                                net::Deadline deadline) {
  DaneLookup none;
  none.base_domain = host;
  if (addresses.temporary()) {
    none.status = DaneLookup::Status::kTemporary;
    none.problem = "addresses of " + host + ": " + addresses.cause;
    co_return none;
  }
  const bool alias = !addresses.canonical.empty() && !base::iequals(addresses.canonical, host);
  if (!addresses.secure) {
    if (!alias) co_return none;
    // RFC 7672 2.2.2: the alias itself may be in a signed zone though what it leads to is not.
    const net::DnsAnswer link = co_await resolver.resolve(host, net::DnsType::kCname, deadline);
    if (link.temporary()) {
      none.status = DaneLookup::Status::kTemporary;
      none.problem = "CNAME of " + host + ": " + link.cause;
      co_return none;
    }
    if (!link.ok() || !link.secure) co_return none;
  } else if (alias) {
    // RFC 7672 2.2.3: the name that the aliases lead to comes first.
    DaneLookup target = co_await ask(addresses.canonical, port, resolver, deadline);
    if (target.status != DaneLookup::Status::kNone) co_return target;
  }
  DaneLookup own = co_await ask(host, port, resolver, deadline);
  co_return own;
}

DaneResult match_dane(const std::vector<net::TlsaRecord>& records, const std::vector<std::string>& chain,
                      const std::vector<std::string>& names, std::time_t now) {
  if (chain.empty() || chain.size() > kLongestChain) return failure("no certificate chain, or one too long");
  const auto leaf = read_certificate(chain.front());
  const StackPointer others(sk_X509_new_null());
  if (!leaf) return failure("the server's certificate cannot be read");
  for (const auto& der : chain) {
    auto certificate = read_certificate(der);
    if (!certificate) return failure("a certificate of the chain cannot be read");
    sk_X509_push(others.get(), certificate.release());
  }

  const ContextPointer context(SSL_CTX_new(TLS_method()));
  if (!context || SSL_CTX_dane_enable(context.get()) != 1) return failure("OpenSSL has no DANE");
  const auto ssl = hold_records(context.get(), records, names.empty() ? "" : names.front());
  if (!ssl) return failure("no TLSA record was usable");

  const StorePointer store(X509_STORE_new());
  const VerifyPointer verify(X509_STORE_CTX_new());
  if (!store || !verify || X509_STORE_CTX_init(verify.get(), store.get(), leaf.get(), others.get()) != 1) return failure("out of memory");
  X509_STORE_CTX_set_default(verify.get(), "ssl_server");
  X509_STORE_CTX_set0_dane(verify.get(), SSL_get0_dane(ssl.get()));
  X509_STORE_CTX_set_time(verify.get(), 0, now);
  set_names(X509_STORE_CTX_get0_param(verify.get()), names);
  if (X509_verify_cert(verify.get()) == 1) return {true, {}};
  return failure(X509_verify_cert_error_string(X509_STORE_CTX_get_error(verify.get())));
}

}  // namespace mailauth
