// Any bytes as header text, transfer-encoded body and charset text: output is UTF-8 without line ends where it is for a header, and
// encoding round-trips.

#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "mime/charset.h"
#include "mime/date.h"
#include "mime/encoded_word.h"
#include "mime/encoding.h"

namespace {
void require(bool condition) {
  if (!condition) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::string text = mime::decode_words(bytes);
  require(base::is_valid_utf8(text) && text.find_first_of("\r\n") == text.npos);
  require(mime::decode_words(mime::encode_words(text)) == text);

  require(mime::decode_base64(mime::encode_base64(bytes)) == bytes);
  require(mime::decode_quoted_printable(mime::encode_quoted_printable(bytes, false)) == bytes);
  mime::decode_base64(bytes);
  mime::decode_quoted_printable(bytes);

  std::string_view label = bytes.substr(0, bytes.find('\n'));
  require(base::is_valid_utf8(mime::to_utf8(bytes, label)));
  require(base::is_valid_utf8(mime::guess_utf8(bytes)));
  if (auto date = mime::parse_date(bytes)) require(mime::parse_date(mime::format_date(date->time, date->zone_minutes)) == date);
  return 0;
}
