#include "mime/charset.h"

#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include <memory>

#include "base/text.h"

namespace mime {
namespace {

struct CloseConverter {
  void operator()(UConverter* c) const { ucnv_close(c); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

struct Alias {
  std::string_view label, name;
};

// Labels that ICU does not know or that mail means more widely than their definition.
constexpr Alias kAliases[] = {
    {"us-ascii", "windows-1252"},
    {"ascii", "windows-1252"},
    {"ansi_x3.4-1968", "windows-1252"},
    {"iso-8859-1", "windows-1252"},
    {"iso8859-1", "windows-1252"},
    {"iso_8859-1", "windows-1252"},
    {"latin1", "windows-1252"},
    {"latin-1", "windows-1252"},
    {"cp-1252", "windows-1252"},
    {"iso-8859-9", "windows-1254"},
    {"gb2312", "gb18030"},
    {"gb_2312-80", "gb18030"},
    {"gb2312-80", "gb18030"},
    {"csgb2312", "gb18030"},
    {"euc-cn", "gb18030"},
    {"x-euc-cn", "gb18030"},
    {"gbk", "gb18030"},
    {"x-gbk", "gb18030"},
    {"cp936", "gb18030"},
    {"ms936", "gb18030"},
    {"windows-936", "gb18030"},
    {"936", "gb18030"},
    {"cn-gb", "gb18030"},
    {"chinese", "gb18030"},
    {"gb18030-2000", "gb18030"},
    {"gb-18030", "gb18030"},
    {"hz-gb-2312", "HZ"},
    {"big5", "Big5-HKSCS"},
    {"x-big5", "Big5-HKSCS"},
    {"cn-big5", "Big5-HKSCS"},
    {"big-5", "Big5-HKSCS"},
    {"cp950", "windows-950"},
    {"x-sjis", "windows-31j"},
    {"shift_jis", "windows-31j"},
    {"shift-jis", "windows-31j"},
    {"sjis", "windows-31j"},
    {"cp932", "windows-31j"},
    {"x-euc-jp", "euc-jp"},
    {"euc-kr", "windows-949"},
    {"ks_c_5601-1987", "windows-949"},
    {"ks_c_5601", "windows-949"},
    {"korean", "windows-949"},
    {"cp949", "windows-949"},
    {"tis-620", "windows-874"},
    {"iso-8859-11", "windows-874"},
    {"iso-8859-8-i", "iso-8859-8"},
    {"iso-8859-8-e", "iso-8859-8"},
    {"iso-8859-6-i", "iso-8859-6"},
    {"iso-8859-6-e", "iso-8859-6"},
    {"x-mac-roman", "macintosh"},
    {"x-unicode-2-0-utf-7", "utf-7"},
    {"unicode-1-1-utf-7", "utf-7"},
};

std::string normalized(std::string_view label) {
  label = base::trim(label);
  while (!label.empty() && (label.front() == '"' || label.front() == '\'')) label.remove_prefix(1);
  while (!label.empty() && (label.back() == '"' || label.back() == '\'')) label.remove_suffix(1);
  return base::to_lower(label.substr(0, 100));
}

bool is_utf8_label(std::string_view label) {
  return label == "utf-8" || label == "utf8" || label == "unicode-1-1-utf-8" || label == "x-utf-8" || label == "cp65001" ||
         label == "utf-8mb4";
}

bool is_ascii_label(std::string_view label) { return label == "us-ascii" || label == "ascii" || label == "ansi_x3.4-1968"; }

// ICU opens its default for an empty name and takes options after a comma: neither is wanted from a message.
Converter open_converter(std::string_view normalized_label) {
  std::string name(normalized_label);
  for (const auto& alias : kAliases)
    if (alias.label == normalized_label) name = alias.name;
  if (name.empty() || name.find_first_of(",\\/ ") != std::string::npos || !base::is_ascii(name) || name.find('\0') != std::string::npos)
    return {};
  UErrorCode status = U_ZERO_ERROR;
  Converter converter(ucnv_open(name.c_str(), &status));
  if (U_FAILURE(status)) return {};
  return converter;
}

constexpr size_t kChunk = 1 << 28;  // ICU counts in int32_t

// Converts; `clean` becomes false when something was replaced. Without `replace` it stops there and gives "".
std::string convert(UConverter* converter, std::string_view bytes, bool replace, bool& clean) {
  clean = bytes.size() <= kChunk;
  bytes = bytes.substr(0, kChunk);
  std::u16string wide(bytes.size() + 16, u'\0');
  UErrorCode status = U_ZERO_ERROR;
  ucnv_setToUCallBack(converter, replace ? UCNV_TO_U_CALLBACK_SUBSTITUTE : UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  ucnv_resetToUnicode(converter);
  auto size = static_cast<int32_t>(bytes.size());
  int32_t length = ucnv_toUChars(converter, wide.data(), static_cast<int32_t>(wide.size()), bytes.data(), size, &status);
  if (status == U_BUFFER_OVERFLOW_ERROR) {
    wide.resize(static_cast<size_t>(length) + 1);
    status = U_ZERO_ERROR;
    ucnv_resetToUnicode(converter);
    length = ucnv_toUChars(converter, wide.data(), static_cast<int32_t>(wide.size()), bytes.data(), size, &status);
  }
  if (U_FAILURE(status)) {
    clean = false;
    return {};
  }
  wide.resize(static_cast<size_t>(length));
  if (wide.find(u'\xfffd') != std::u16string::npos) clean = false;
  std::string out(wide.size() * 3, '\0');
  int32_t used = 0;
  u_strToUTF8WithSub(out.data(), static_cast<int32_t>(out.size()), &used, wide.data(), length, 0xfffd, nullptr, &status);
  out.resize(U_FAILURE(status) ? 0 : static_cast<size_t>(used));
  return out;
}

// The length of the well-formed multi-byte sequence at the front; 0 when there is none.
size_t sequence_length(std::string_view s) {
  auto c = static_cast<unsigned char>(s.front());
  size_t length = c >= 0xc2 && c <= 0xdf ? 2 : (c & 0xf0) == 0xe0 ? 3 : c >= 0xf0 && c <= 0xf4 ? 4 : 0;
  return length > 0 && s.size() >= length && base::is_valid_utf8(s.substr(0, length)) ? length : 0;
}

// A UTF-8 text that was cut or damaged in few places, and no other charset.
bool is_mostly_utf8(std::string_view bytes) {
  size_t good = 0, bad = 0;
  for (size_t i = 0; i < bytes.size();) {
    if (static_cast<unsigned char>(bytes[i]) < 0x80) {
      ++i;
      continue;
    }
    size_t length = sequence_length(bytes.substr(i));
    ++(length ? good : bad);
    i += length ? length : 1;
  }
  return good > 0 && bad * 4 <= good + 2;
}

}  // namespace

std::string repair_utf8(std::string_view bytes) {
  if (base::is_valid_utf8(bytes)) return std::string(bytes);
  std::string out;
  out.reserve(bytes.size() + 16);
  for (size_t i = 0; i < bytes.size();) {
    if (static_cast<unsigned char>(bytes[i]) < 0x80) {
      out += bytes[i++];
    } else if (size_t length = sequence_length(bytes.substr(i))) {
      out += bytes.substr(i, length);
      i += length;
    } else {
      out += "\xef\xbf\xbd";
      ++i;
    }
  }
  return out;
}

std::string guess_utf8(std::string_view bytes) {
  if (base::is_valid_utf8(bytes)) return std::string(bytes);
  if (is_mostly_utf8(bytes)) return repair_utf8(bytes);
  bool clean = false;
  if (auto converter = open_converter("gb18030")) {
    std::string text = convert(converter.get(), bytes, false, clean);
    if (clean) return text;
  }
  auto converter = open_converter("windows-1252");
  return converter ? convert(converter.get(), bytes, true, clean) : repair_utf8(bytes);
}

std::string to_utf8(std::string_view bytes, std::string_view label) {
  std::string name = normalized(label);
  if (name.empty() || is_utf8_label(name) || is_ascii_label(name)) return guess_utf8(bytes);
  auto converter = open_converter(name);
  if (!converter) return guess_utf8(bytes);
  bool clean = false;
  std::string text = convert(converter.get(), bytes, true, clean);
  // Text that its label does not fit, and that is UTF-8: the label is wrong.
  if (!clean && !base::is_ascii(bytes) && base::is_valid_utf8(bytes)) return std::string(bytes);
  return text;
}

bool is_known_charset(std::string_view label) {
  std::string name = normalized(label);
  return name.empty() || is_utf8_label(name) || open_converter(name) != nullptr;
}

}  // namespace mime
