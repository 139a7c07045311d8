// Any text as a tag list: what was read lies within the text, in order, and reads the same again.

#include <cstdint>
#include <cstdlib>

#include "mailauth/dkim_key.h"
#include "mailauth/tag_list.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)mailauth::PublicKey::parse(text);
  const auto list = mailauth::TagList::parse(text);
  if (!list.ok()) return 0;
  std::string again;
  const char* at = text.data();
  for (const auto& tag : list->tags()) {
    require(tag.name.data() >= at && tag.raw.data() > tag.name.data() && tag.raw.data() + tag.raw.size() <= text.data() + text.size());
    at = tag.raw.data() + tag.raw.size();
    again += std::string(tag.name) + "=" + std::string(tag.value) + ";";
    (void)mailauth::decode_base64_tag(tag.value);
  }
  const auto second = mailauth::TagList::parse(again, {.bytes = again.size()});
  require(second.ok() && second->tags().size() == list->tags().size());
  return 0;
}
