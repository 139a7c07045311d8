#include "mailauth/domain.h"

#include <idn2.h>

#include <memory>

#include "base/text.h"
#include "net/dns_record.h"

namespace mailauth {

std::optional<std::string> canonical_domain(std::string_view text) {
  if (base::is_ascii(text)) return net::dns_name(text);
  if (text.size() > 1024 || text.find('\0') != std::string_view::npos || !base::is_valid_utf8(text)) return std::nullopt;
  char* out = nullptr;
  if (idn2_to_ascii_8z(std::string(text).c_str(), &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK) return std::nullopt;
  const std::unique_ptr<char, decltype(&idn2_free)> owned(out, idn2_free);
  return net::dns_name(out);
}

std::optional<std::string> fully_qualified(std::string_view text) {
  auto name = canonical_domain(text);
  if (!name || name->find('.') == std::string::npos || name->starts_with('[')) return std::nullopt;
  return name;
}

bool is_within(std::string_view name, std::string_view domain) {
  if (!name.ends_with(domain)) return false;
  return name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.';
}

}  // namespace mailauth
