// Any bytes as rspamd's answer: it is refused, or what is kept is within the limits and safe to put into a header.

#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "spam/rspamd.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

bool one_line(const std::string& text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) return false;
  }
  return base::is_valid_utf8(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  spam::RspamdSettings limits;
  limits.symbols = 20;
  limits.headers = 5;
  const auto answer = spam::parse_rspamd_answer({reinterpret_cast<const char*>(data), size}, limits);
  if (!answer.ok()) return 0;
  require(std::isfinite(answer->score) && std::isfinite(answer->required_score));
  require(answer->symbols.size() <= limits.symbols && answer->add_headers.size() <= limits.headers &&
          answer->remove_headers.size() <= limits.headers);
  for (const auto& symbol : answer->symbols) require(one_line(symbol.name) && one_line(symbol.description) && std::isfinite(symbol.score));
  for (const auto& [name, value] : answer->add_headers) require(!name.empty() && one_line(name) && one_line(value));
  if (answer->subject) require(one_line(*answer->subject));
  return 0;
}
