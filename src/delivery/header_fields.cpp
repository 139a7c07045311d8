#include "delivery/header_fields.h"

#include <utility>
#include <vector>

#include "base/text.h"

namespace delivery {

void remove_fields_if(std::string& bytes, const std::function<bool(const mime::Header&)>& unwanted) {
  std::vector<std::pair<uint64_t, uint64_t>> ranges;
  mime::for_each_header(bytes, [&](const mime::Header& header) {
    if (unwanted(header)) ranges.emplace_back(header.offset, header.end);
  });
  if (ranges.empty()) return;
  size_t kept = ranges.front().first;
  for (size_t i = 0; i < ranges.size(); ++i) {
    const size_t from = ranges[i].second;
    const size_t to = i + 1 < ranges.size() ? ranges[i + 1].first : bytes.size();
    bytes.replace(kept, to - from, bytes, from, to - from);
    kept += to - from;
  }
  bytes.resize(kept);
}

void remove_fields(std::string& bytes, std::string_view name) {
  remove_fields_if(bytes, [name](const mime::Header& header) { return base::iequals(header.name, name); });
}

}  // namespace delivery
