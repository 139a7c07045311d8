// Any bytes: the parser's promises on offsets, and that what is stored reads back; then everything that reads a parsed message.

#include <cstdint>
#include <cstdlib>

#include "mime/content.h"
#include "mime/ids.h"
#include "mime/structure.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const mime::Part& part, uint64_t begin, uint64_t end) {
  require(begin <= part.header_begin && part.header_begin <= part.body_begin && part.body_begin <= part.body_end && part.body_end <= end);
  require(part.lines <= part.octets());
  require(!part.is_message() || part.children.size() == 1);
  uint64_t at = part.body_begin;
  for (const auto& child : part.children) {
    check(child, at, part.body_end);
    at = child.body_end;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  mime::Limits limits;
  limits.depth = 20;
  limits.parts = 100;
  mime::Message message = mime::parse(bytes, limits);
  check(message.root, 0, bytes.size());

  std::string structure = mime::encode_structure(message.root);
  auto part = mime::decode_structure(structure);
  require(part && mime::encode_structure(*part) == structure);
  auto envelope = mime::decode_envelope(mime::encode_envelope(message.envelope));
  require(envelope && *envelope == message.envelope);

  mime::preview(message, 200, [](std::string_view html) { return std::string(html); });
  for (const auto* attachment : mime::attachments(message)) mime::file_name(*attachment);
  require(mime::contains_text(message, "", mime::SearchScope::kText));
  mime::contains_text(message,
                      "n\xc3\xa4"
                      "edle",
                      mime::SearchScope::kText);
  mime::parse_message_ids(message.header("references").value_or(""));
  return 0;
}
