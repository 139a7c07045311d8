#include "server/dns_records.h"

#include <fmt/format.h>

namespace server {

std::string dns_records(std::string_view domain, std::string_view hostname) {
  return fmt::format(
      "{0}.  IN MX   10 {1}.\n"
      "{0}.  IN TXT  \"v=spf1 mx ~all\"\n",
      domain, hostname);
}

}  // namespace server
