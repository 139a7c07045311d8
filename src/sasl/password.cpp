#include "sasl/password.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "base/error.h"
#include "base/text.h"

namespace sasl {

namespace {

// RFC 3454 B.1: "commonly mapped to nothing".
bool is_invisible(UChar32 c) {
  return c == 0xad || c == 0x34f || c == 0x1806 || (c >= 0x180b && c <= 0x180d) || (c >= 0x200b && c <= 0x200d) || c == 0x2060 ||
         (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff;
}

// RFC 3454 C.1.2
bool is_other_space(UChar32 c) { return c != ' ' && u_charType(c) == U_SPACE_SEPARATOR; }

// RFC 3454 C.2: controls, line and paragraph separators
bool is_control(UChar32 c) {
  auto type = u_charType(c);
  return type == U_CONTROL_CHAR || type == U_LINE_SEPARATOR || type == U_PARAGRAPH_SEPARATOR;
}

std::string normalise(const icu::UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* nfkc = icu::Normalizer2::getNFKCInstance(status);
  auto normal = nfkc->normalize(text, status);
  if (U_FAILURE(status)) throw base::Failure(base::ErrorKind::kUnavailable, "Unicode normalisation failed", u_errorName(status));
  std::string out;
  normal.toUTF8String(out);
  return out;
}

}  // namespace

std::optional<std::string> prepare_password(std::string_view password) {
  if (!base::is_valid_utf8(password)) return std::nullopt;
  auto text = icu::UnicodeString::fromUTF8(icu::StringPiece(password.data(), static_cast<int32_t>(password.size())));
  icu::UnicodeString mapped;
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    UChar32 c = text.char32At(i);
    if (is_control(c)) return std::nullopt;
    if (is_invisible(c)) continue;
    mapped.append(is_other_space(c) ? UChar32{' '} : c);
  }
  if (mapped.isEmpty()) return std::nullopt;
  return normalise(mapped);
}

}  // namespace sasl
