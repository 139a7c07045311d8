// A record, a macro-string and the values that go into it, each on a line: what parses expands, and to nothing that is longer than it could
// be.

#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "mailauth/spf_macro.h"
#include "mailauth/spf_record.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto lines = base::split(input, '\n');
  mailauth::SpfMacroValues values;
  values.local = std::string(lines.back().substr(0, 200));
  values.sender_domain = values.domain = values.helo = "example.com";

  if (mailauth::is_spf_record(lines.front())) {
    const auto record = mailauth::parse_spf_record(lines.front());
    if (record.ok()) {
      for (const auto& mechanism : record->mechanisms) {
        if (mechanism.prefix4 > 32 || mechanism.prefix6 > 128) std::abort();
        if (mechanism.domain_spec.empty()) continue;
        if (!mailauth::is_domain_spec(mechanism.domain_spec)) std::abort();
        const auto name = mailauth::expand_domain(mechanism.domain_spec, values);
        if (name.size() > 253 && name.find('.') != std::string::npos) std::abort();
      }
    }
  }
  for (const auto place : {mailauth::SpfMacroPlace::kDomain, mailauth::SpfMacroPlace::kModifier, mailauth::SpfMacroPlace::kExplanation}) {
    const auto text = lines.size() > 1 ? lines[1] : lines[0];
    if (!mailauth::is_macro_string(text, place)) continue;
    const auto expanded = mailauth::expand_macros(text, values);
    if (expanded.size() > (text.size() + 1) * 700) std::abort();
  }
  return 0;
}
