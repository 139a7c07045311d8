#pragma once
// DANE for SMTP (RFC 7672, RFC 7671, RFC 6698): the certificate of a mail server, pinned in DNSSEC-signed TLSA records.

#include <ctime>

#include "net/resolver.h"

namespace mailauth {

struct DaneLookup {
  enum class Status {
    kNone,       // no secure TLSA records: TLS is opportunistic
    kUsable,     // TLS with a certificate that matches one of `records` is mandatory
    kUnusable,   // there are records, none of them usable: TLS is mandatory, the certificate does not matter (RFC 7672 2.2)
    kTemporary,  // this host must not be used now, TLS or not (RFC 7672 2.1.1)
  };
  Status status = Status::kNone;
  std::vector<net::TlsaRecord> records;  // the usable ones
  std::string base_domain;               // the TLSA base domain: a reference identifier, and the SNI to send
  std::string problem;
};

// DANE-TA(2) and DANE-EE(3) with known selector and matching type, and a digest of the right length. PKIX-TA and PKIX-EE are not for SMTP
// (RFC 7672 3.1.3).
bool is_usable(const net::TlsaRecord& record);

// TLSA of one MX host, whose name came from a secure MX answer or was given (RFC 7672 2.2.1). `addresses` is resolve_addresses() of the
// host: when they are insecure and no secure alias is in front, TLSA is not asked for (RFC 7672 2.2.2).
net::Task<DaneLookup> find_tlsa(std::string host, uint16_t port, net::DnsAnswer addresses, net::Resolver& resolver, net::Deadline deadline);

struct DaneResult {
  bool matches = false;
  std::string problem;  // why not: for logs and TLS-RPT
};

// `chain` is DER as the server sent it, its own certificate first. `names` are the reference identifiers for DANE-TA: the TLSA base domain,
// and the next-hop domain when it led there by secure MX (RFC 7672 3.2.2). DANE-EE checks neither names nor dates (RFC 7672 3.1.1).
// REQUIRES: records are usable.
DaneResult match_dane(const std::vector<net::TlsaRecord>& records, const std::vector<std::string>& chain,
                      const std::vector<std::string>& names, std::time_t now);

}  // namespace mailauth
