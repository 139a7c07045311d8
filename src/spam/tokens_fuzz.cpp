// Any bytes as a message: its words are few, short, different and valid UTF-8.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <set>

#include "base/text.h"
#include "spam/tokens.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto message = mime::parse({reinterpret_cast<const char*>(data), size});
  spam::TokenLimits limits;
  limits.tokens = 200;
  limits.text_bytes = 16 * 1024;
  const auto words = spam::words_of(message, limits);
  require(words.size() <= limits.tokens);
  for (const auto& word : words) require(!word.empty() && word.size() <= 400);
  require(std::set<std::string>(words.begin(), words.end()).size() == words.size());
  const auto tokens = spam::tokens_of({1}, message, limits);
  require(tokens.size() <= words.size() && std::is_sorted(tokens.begin(), tokens.end()));
  return 0;
}
