#pragma once
// The "tag=value; tag=value" lists of DKIM and ARC fields and of key records (RFC 6376 3.2). UTF-8 passes in values (RFC 8616 5).

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace mailauth {

struct TagLimits {
  size_t bytes = 32 * 1024;  // of the whole list
  size_t tags = 50;
};

// Views into the text that was parsed.
struct Tag {
  std::string_view name;   // case counts
  std::string_view value;  // without white space at its ends; inside it may be folded
  std::string_view raw;    // all between "=" and ";"
};

class TagList {
 public:
  // A name that comes twice, a character that no value may have, a part without "=": each spoils the whole list. A last ";" may be there or
  // not. Line ends count as white space. The text must outlive the list.
  static base::Result<TagList> parse(std::string_view text, const TagLimits& limits = {});

  const Tag* find(std::string_view name) const;
  std::optional<std::string_view> value(std::string_view name) const;
  std::span<const Tag> tags() const { return tags_; }

 private:
  std::vector<Tag> tags_;
};

// "a : b:c" as its trimmed parts; an empty part is kept, so that the caller can refuse it.
std::vector<std::string_view> split_colons(std::string_view value);
// The text without any white space in it.
std::string without_space(std::string_view value);
// Base64 with white space anywhere; padding may be missing (RFC 6376 2.10 makes it optional). nullopt when it is anything else or empty.
std::optional<std::string> decode_base64_tag(std::string_view value);

}  // namespace mailauth
