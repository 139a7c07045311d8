#include "store/flags.h"

#include <iterator>

#include "base/text.h"

namespace store {

namespace {
constexpr std::string_view kNames[] = {"\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"};
}

std::vector<std::string_view> flag_names(FlagSet set, const std::vector<std::string>& keywords) {
  std::vector<std::string_view> names;
  for (size_t bit = 0; bit < std::size(kNames); ++bit)
    if (set >> bit & 1) names.push_back(kNames[bit]);
  for (size_t i = 0; i < keywords.size(); ++i)
    if (set >> (kFirstKeywordBit + i) & 1) names.push_back(keywords[i]);
  return names;
}

FlagSet system_flag(std::string_view name) {
  for (size_t bit = 0; bit < std::size(kNames); ++bit)
    if (base::iequals(name, kNames[bit])) return FlagSet{1} << bit;
  return 0;
}

}  // namespace store
