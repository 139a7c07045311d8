#pragma once
// "name=value; name=value" as the TXT records of DMARC, MTA-STS, TLS-RPT and BIMI have it. Pure, linear.

#include <optional>
#include <string_view>
#include <vector>

namespace mailauth {

// Views into the record, without the white space around them.
struct RecordTag {
  std::string_view name, value;
};

struct RecordTags {
  std::vector<RecordTag> tags;
  bool malformed = false;  // a piece without "=" or without name was left out
  bool repeated = false;   // a name stands there twice

  std::optional<std::string_view> find(std::string_view name) const;  // the first; names are case-sensitive
};

// An empty piece at the end is no mistake. Pieces beyond `limit` are malformed.
RecordTags parse_record_tags(std::string_view record, size_t limit = 64);

// The first tag is v=`version`.
bool has_version(std::string_view record, std::string_view version);

}  // namespace mailauth
