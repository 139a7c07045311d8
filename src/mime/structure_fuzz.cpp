// Any bytes as stored records: refused, or read to something that is written and read again the same.

#include <cstdint>
#include <cstdlib>

#include "mime/structure.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view record(reinterpret_cast<const char*>(data), size);
  if (auto part = mime::decode_structure(record, 50)) {
    std::string again = mime::encode_structure(*part);
    auto second = mime::decode_structure(again, 50);
    if (!second || mime::encode_structure(*second) != again) std::abort();
  }
  if (auto envelope = mime::decode_envelope(record)) {
    if (mime::decode_envelope(mime::encode_envelope(*envelope)) != envelope) std::abort();
  }
  return 0;
}
