// Any bytes as HTML.

#include <cstdint>
#include <cstdlib>

#include "text/html_to_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  text::HtmlLimits limits;
  limits.output_bytes = 10'000;
  if (text::html_to_text(std::string_view(reinterpret_cast<const char*>(data), size), limits).size() > limits.output_bytes) std::abort();
  limits.memory_factor = 0;  // soon without a tree
  text::html_to_text(std::string_view(reinterpret_cast<const char*>(data), size), limits);
  return 0;
}
