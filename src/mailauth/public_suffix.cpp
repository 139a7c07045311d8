#include "mailauth/public_suffix.h"

#include <libpsl.h>

#include "base/text.h"
#include "mailauth/domain.h"

namespace mailauth {

base::Result<PublicSuffixList> PublicSuffixList::open(const std::string& file) {
  psl_ctx_t* list = file.empty() ? psl_latest(nullptr) : psl_load_file(file.c_str());
  if (!list || psl_suffix_count(list) == 0) {
    psl_free(list);
    return base::Error{base::ErrorKind::kInvalid, "no public suffix list in " + (file.empty() ? "libpsl" : base::printable(file)), {}};
  }
  return PublicSuffixList(std::shared_ptr<const psl_ctx_st>(list, [](const psl_ctx_st* p) { psl_free(const_cast<psl_ctx_st*>(p)); }));
}

bool PublicSuffixList::is_public_suffix(std::string_view domain) const {
  const auto name = canonical_domain(domain);
  return name && psl_is_public_suffix(list_.get(), name->c_str()) == 1;
}

std::optional<std::string> PublicSuffixList::organizational_domain(std::string_view domain) const {
  const auto name = canonical_domain(domain);
  if (!name) return std::nullopt;
  const char* found = psl_registrable_domain(list_.get(), name->c_str());
  if (!found) return std::nullopt;
  return found;
}

}  // namespace mailauth
