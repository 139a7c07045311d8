#include "mime/encoding.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "base/text.h"

namespace mime {
namespace {

constexpr size_t kLine = 76;  // RFC 2045 6.7 (5) and 6.8

constexpr int8_t kSkip = -1, kPad = -2;

constexpr std::array<int8_t, 256> make_values() {
  std::array<int8_t, 256> values{};
  for (auto& v : values) v = kSkip;
  for (int i = 0; i < 26; ++i) {
    values[static_cast<size_t>('A' + i)] = static_cast<int8_t>(i);
    values[static_cast<size_t>('a' + i)] = static_cast<int8_t>(26 + i);
  }
  for (int i = 0; i < 10; ++i) values[static_cast<size_t>('0' + i)] = static_cast<int8_t>(52 + i);
  values['+'] = 62;
  values['/'] = 63;
  values['='] = kPad;
  return values;
}
constexpr auto kValues = make_values();

int hex_value(char c) {
  if (base::is_digit(c)) return c - '0';
  c = base::ascii_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool is_wsp(char c) { return c == ' ' || c == '\t'; }

// One line without its line end; true when a soft line break ends it.
bool decode_qp_line(std::string_view line, std::string& out) {
  while (!line.empty() && is_wsp(line.back())) line.remove_suffix(1);  // RFC 2045 6.7 (3)
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '=') {
      size_t next = line.find('=', i);
      size_t run = (next == line.npos ? line.size() : next) - i;
      out.append(line.substr(i, run));
      i += run - 1;
      continue;
    }
    if (i + 1 == line.size()) return true;
    int high = hex_value(line[i + 1]), low = i + 2 < line.size() ? hex_value(line[i + 2]) : -1;
    if (high >= 0 && low >= 0) {
      out += static_cast<char>(high << 4 | low);
      i += 2;
    } else {
      out += '=';
    }
  }
  return false;
}

class QpWriter {
 public:
  explicit QpWriter(std::string& out) : out_(out) {}

  void put(char c, bool encode) {
    size_t width = encode ? 3 : 1;
    if (column_ + width > kLine - 1) soft_break();
    if (encode) {
      auto byte = static_cast<unsigned char>(c);
      out_ += '=';
      out_ += "0123456789ABCDEF"[byte >> 4];
      out_ += "0123456789ABCDEF"[byte & 15];
    } else {
      out_ += c;
    }
    column_ += width;
  }
  void line_end() {
    out_ += "\r\n";
    column_ = 0;
  }
  void soft_break() {
    out_ += "=\r\n";
    column_ = 0;
  }
  size_t column() const { return column_; }

 private:
  std::string& out_;
  size_t column_ = 0;
};

}  // namespace

Encoding parse_encoding(std::string_view name) {
  name = base::trim(name);
  if (base::iequals(name, "base64")) return Encoding::kBase64;
  if (base::iequals(name, "quoted-printable")) return Encoding::kQuotedPrintable;
  if (name.empty() || base::iequals(name, "7bit") || base::iequals(name, "8bit") || base::iequals(name, "binary"))
    return Encoding::kIdentity;
  return Encoding::kUnknown;
}

std::string decode_base64(std::string_view text) {
  std::string out(text.size() / 4 * 3 + 3, '\0');
  char* to = out.data();
  uint32_t bits = 0;
  int count = 0;
  for (size_t i = 0; i < text.size();) {
    // Four good characters at a group's start: the common case.
    if (count == 0 && text.size() - i >= 4) {
      auto at = [&](size_t k) { return static_cast<int32_t>(kValues[static_cast<unsigned char>(text[i + k])]); };
      int32_t a = at(0), b = at(1), c = at(2), d = at(3);
      if ((a | b | c | d) >= 0) {
        uint32_t v = static_cast<uint32_t>(a << 18 | b << 12 | c << 6 | d);
        *to++ = static_cast<char>(v >> 16);
        *to++ = static_cast<char>(v >> 8);
        *to++ = static_cast<char>(v);
        i += 4;
        continue;
      }
    }
    int8_t value = kValues[static_cast<unsigned char>(text[i++])];
    if (value == kPad) {
      bits = 0;
      count = 0;
    } else if (value >= 0) {
      bits = bits << 6 | static_cast<uint32_t>(value);
      if ((count += 6) >= 8) *to++ = static_cast<char>(bits >> (count -= 8));
      if (count == 0) bits = 0;
    }
  }
  out.resize(static_cast<size_t>(to - out.data()));
  return out;
}

std::string decode_quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    size_t lf = text.find('\n', at);
    size_t end = lf == text.npos ? text.size() : lf;
    bool cr = lf != text.npos && end > at && text[end - 1] == '\r';
    bool soft = decode_qp_line(text.substr(at, end - at - (cr ? 1 : 0)), out);
    if (lf == text.npos) break;
    if (!soft) out += cr ? "\r\n" : "\n";
    at = lf + 1;
  }
  return out;
}

std::string decode_transfer(std::string_view body, Encoding encoding) {
  if (encoding == Encoding::kBase64) return decode_base64(body);
  if (encoding == Encoding::kQuotedPrintable) return decode_quoted_printable(body);
  return std::string(body);
}

std::string encode_base64(std::string_view bytes) {
  constexpr size_t kBytes = kLine / 4 * 3;
  std::string out;
  out.reserve((bytes.size() / kBytes + 1) * (kLine + 2));
  for (size_t i = 0; i < bytes.size(); i += kBytes) {
    out += base::base64_encode(bytes.substr(i, kBytes));
    out += "\r\n";
  }
  return out;
}

std::string encode_quoted_printable(std::string_view bytes, bool text) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  QpWriter writer(out);
  for (size_t i = 0; i < bytes.size(); ++i) {
    char c = bytes[i];
    bool crlf = text && c == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n';
    if (crlf || (text && c == '\n')) {
      i += crlf ? 1 : 0;
      writer.line_end();
      continue;
    }
    bool before_end = i + 1 == bytes.size() || bytes[i + 1] == '\n' || bytes[i + 1] == '\r';
    // A dot alone would end SMTP's DATA at a careless relay, "From " is changed by mbox files (RFC 2049 3).
    bool fragile = writer.column() == 0 && (c == '.' || bytes.substr(i, 5) == "From ");
    bool plain = (c > ' ' && c < 0x7f && c != '=' && !fragile) || (is_wsp(c) && !before_end);
    writer.put(c, !plain);
  }
  if (writer.column() > 0) writer.soft_break();
  return out;
}

}  // namespace mime
