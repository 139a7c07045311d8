// Step "headers": final delivery puts Return-Path in front (RFC 5321 4.4) and takes out those that others left; then Received.

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/text.h"
#include "delivery/received.h"
#include "delivery/step.h"
#include "mime/message.h"

namespace delivery {

namespace {

// Removes the fields with that name from the header of `bytes`, in place.
void remove_fields(std::string& bytes, std::string_view name) {
  std::vector<std::pair<uint64_t, uint64_t>> ranges;
  mime::for_each_header(bytes, [&](const mime::Header& header) {
    if (base::iequals(header.name, name)) ranges.emplace_back(header.offset, header.end);
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

}  // namespace

net::Task<Verdict> add_headers(Message& message, Services& services) {
  remove_fields(message.body, "Return-Path");
  message.trace = fmt::format("Return-Path: <{}>\r\n", message.envelope.sender);
  message.trace += received_line(message, services.hostname);
  co_return Verdict::go_on();
}

}  // namespace delivery
