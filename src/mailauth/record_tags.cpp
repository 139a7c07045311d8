#include "mailauth/record_tags.h"

#include "base/text.h"

namespace mailauth {

std::optional<std::string_view> RecordTags::find(std::string_view name) const {
  for (const auto& tag : tags)
    if (tag.name == name) return tag.value;
  return std::nullopt;
}

RecordTags parse_record_tags(std::string_view record, size_t limit) {
  RecordTags result;
  while (!record.empty()) {
    const size_t end = std::min(record.find(';'), record.size());
    const auto piece = base::trim(record.substr(0, end));
    record.remove_prefix(std::min(end + 1, record.size()));
    if (piece.empty() && base::trim(record).empty()) break;
    const size_t equals = piece.find('=');
    if (equals == std::string_view::npos || equals == 0 || result.tags.size() == limit) {
      result.malformed = true;
      if (result.tags.size() == limit) break;
      continue;
    }
    const RecordTag tag{base::trim(piece.substr(0, equals)), base::trim(piece.substr(equals + 1))};
    if (result.find(tag.name)) result.repeated = true;
    result.tags.push_back(tag);
  }
  return result;
}

bool has_version(std::string_view record, std::string_view version) {
  const auto piece = base::trim(record.substr(0, record.find(';')));
  const size_t equals = piece.find('=');
  if (equals == std::string_view::npos || base::trim(piece.substr(0, equals)) != "v") return false;
  return base::trim(piece.substr(equals + 1)) == version;
}

}  // namespace mailauth
