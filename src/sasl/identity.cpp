#include "sasl/identity.h"

#include <algorithm>

#include "base/text.h"

namespace sasl {

bool is_user_name(std::string_view name, const Limits& limits) {
  auto control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  return !name.empty() && name.size() <= limits.name_bytes && base::is_valid_utf8(name) && std::ranges::none_of(name, control);
}

bool is_own_identity(std::string_view authzid, std::string_view user) { return authzid.empty() || base::iequals(authzid, user); }

}  // namespace sasl
