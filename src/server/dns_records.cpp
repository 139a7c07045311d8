#include "server/dns_records.h"

#include <fmt/format.h>

#include "mailauth/dkim_key.h"

namespace server {

namespace {

// A TXT value as character-strings of at most 255 bytes (RFC 1035 3.3), which readers join.
std::string quoted(std::string_view text) {
  std::string out;
  for (; !text.empty(); text.remove_prefix(std::min<size_t>(text.size(), 255)))
    out += fmt::format("{}\"{}\"", out.empty() ? "" : " ", text.substr(0, 255));
  return out;
}

}  // namespace

std::string dns_records(std::string_view domain, std::string_view hostname, const std::vector<directory::DkimKey>& keys) {
  std::string out = fmt::format(
      "{0}.  IN MX   10 {1}.\n"
      "{0}.  IN TXT  \"v=spf1 mx ~all\"\n"
      "_dmarc.{0}.  IN TXT  \"v=DMARC1; p=none; rua=mailto:postmaster@{0}\"\n"
      "_smtp._tls.{0}.  IN TXT  \"v=TLSRPTv1; rua=mailto:postmaster@{0}\"\n",
      domain, hostname);
  for (const auto& key : keys) {
    const auto half = base::value_or_throw(mailauth::PrivateKey::from_pem(key.pem));
    out += fmt::format("{}.  IN TXT  {}\n", key.record_name(), quoted(half.record()));
  }
  return out;
}

}  // namespace server
