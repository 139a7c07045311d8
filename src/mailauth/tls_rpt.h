#pragma once
// TLS-RPT (RFC 8460): where a domain wants to hear of failed TLS connections to its mail servers.

#include "base/error.h"
#include "net/resolver.h"

namespace mailauth {

// In the record's order. "mailto:reports@example.com", "https://reporting.example.com/v1/tlsrpt".
using TlsReportUris = std::vector<std::string>;

struct TlsReportLookup {
  enum class Status { kFound, kNone, kTemporary };
  Status status = Status::kNone;
  TlsReportUris uris;
  std::string problem;  // why there is none although something was published, or the cause of kTemporary
};

struct TlsReportLimits {
  size_t size = 4096;  // bytes
  size_t uris = 10;    // further ones are ignored
};

// "v=TLSRPTv1; rua=…" (RFC 8460 3). URIs of other schemes are left out.
base::Result<TlsReportUris> parse_tls_report_record(std::string_view text, const TlsReportLimits& limits = {});
// _smtp._tls.<domain>. Several TLSRPTv1 records are none.
net::Task<TlsReportLookup> find_tls_report_record(std::string domain, net::Resolver& resolver, TlsReportLimits limits,
                                                  net::Deadline deadline);

}  // namespace mailauth
