#pragma once
// The public suffix list (publicsuffix.org) through libpsl: where a registrar's domain ends and an organization's begins.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

struct psl_ctx_st;

namespace mailauth {

// Immutable and thread-safe; copies share the list.
class PublicSuffixList {
 public:
  // `file` in the list's text form, or compiled (DAFSA). "": the newer of Debian's (package publicsuffix) and libpsl's own.
  static base::Result<PublicSuffixList> open(const std::string& file = {});

  bool is_public_suffix(std::string_view domain) const;
  // RFC 7489 3.2: the public suffix and one label more, as lower case A-labels. nullopt when the domain is a public suffix, or no domain.
  std::optional<std::string> organizational_domain(std::string_view domain) const;

 private:
  explicit PublicSuffixList(std::shared_ptr<const psl_ctx_st> list) : list_(std::move(list)) {}
  std::shared_ptr<const psl_ctx_st> list_;
};

}  // namespace mailauth
