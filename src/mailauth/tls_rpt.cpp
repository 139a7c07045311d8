#include "mailauth/tls_rpt.h"

#include <algorithm>

#include "base/text.h"
#include "mailauth/record_tags.h"

namespace mailauth {

namespace {

base::Error invalid(std::string text) { return {base::ErrorKind::kInvalid, std::move(text), {}}; }

bool is_tls_report_record(std::string_view text) { return text.starts_with("v=TLSRPTv1") && has_version(text, "TLSRPTv1"); }

bool is_usable(std::string_view uri) {
  const bool printable = std::all_of(uri.begin(), uri.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!printable) return false;
  if (base::istarts_with(uri, "https://")) return uri.size() > 8;
  const size_t at = uri.rfind('@');
  return base::istarts_with(uri, "mailto:") && at != std::string_view::npos && at > 7 && at + 1 < uri.size();
}

}  // namespace

base::Result<TlsReportUris> parse_tls_report_record(std::string_view text, const TlsReportLimits& limits) {
  if (!is_tls_report_record(text) || text.size() > limits.size) return invalid("not a TLS-RPT record, or too long");
  const auto tags = parse_record_tags(text);
  const auto rua = tags.find("rua");
  if (tags.malformed || !rua) return invalid("TLS-RPT record without rua or malformed");
  TlsReportUris uris;
  for (auto piece : base::split(*rua, ',')) {
    piece = base::trim(piece);
    if (uris.size() < limits.uris && is_usable(piece)) uris.emplace_back(piece);
  }
  if (uris.empty()) return invalid("TLS-RPT record without a usable URI");
  return uris;
}

net::Task<TlsReportLookup> find_tls_report_record(std::string domain, net::Resolver& resolver, TlsReportLimits limits,
                                                  net::Deadline deadline) {
  TlsReportLookup lookup;
  const net::DnsAnswer answer = co_await resolver.resolve("_smtp._tls." + domain, net::DnsType::kTxt, deadline);
  if (answer.temporary()) {
    lookup.status = TlsReportLookup::Status::kTemporary;
    lookup.problem = answer.cause;
    co_return lookup;
  }
  const auto first = std::find_if(answer.texts.begin(), answer.texts.end(), is_tls_report_record);
  if (first == answer.texts.end()) co_return lookup;
  if (std::count_if(first, answer.texts.end(), is_tls_report_record) > 1) {
    lookup.problem = "more than one TLS-RPT record";
    co_return lookup;
  }
  auto uris = parse_tls_report_record(*first, limits);
  if (!uris.ok()) {
    lookup.problem = uris.error().text;
    co_return lookup;
  }
  lookup.status = TlsReportLookup::Status::kFound;
  lookup.uris = std::move(*uris);
  co_return lookup;
}

}  // namespace mailauth
