#include "mime/builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "base/text.h"
#include "mime/date.h"
#include "mime/encoded_word.h"
#include "mime/encoding.h"
#include "mime/lexer.h"

namespace mime {
namespace {

constexpr size_t kFoldAt = 78, kLongestLine = 998;  // RFC 5322 2.1.1

bool is_wsp(char c) { return c == ' ' || c == '\t'; }

std::string random_hex(const Random& random) {
  std::string out;
  for (int i = 0; i < 2; ++i) {
    uint64_t bits = random();
    for (int k = 0; k < 16; ++k, bits >>= 4) out += "0123456789abcdef"[bits & 15];
  }
  return out;
}

// Where the line that begins at `begin`, with `column` characters before it, ends: at white space that another word follows, or where it
// must.
size_t fold_point(std::string_view value, size_t begin, size_t column) {
  if (column + value.size() - begin <= kFoldAt) return value.size();
  size_t best = 0, limit = std::min(value.size(), begin + kLongestLine + 1);
  for (size_t i = begin + 1; i < limit; ++i) {
    bool breakable = is_wsp(value[i]) && !is_wsp(value[i - 1]) && value.find_first_not_of(" \t", i) != value.npos;
    if (breakable && (best == 0 || column + i - begin <= kFoldAt)) best = i;
    if (best != 0 && column + i - begin > kFoldAt) return best;
  }
  return best != 0 ? best : limit;
}

bool is_token(std::string_view s) {
  for (char c : s)
    if (static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x7f ||
        std::string_view("()<>@,;:\\\"/[]?=").find(c) != std::string_view::npos)
      return false;
  return !s.empty();
}

bool is_printable_ascii(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](unsigned char c) { return c >= ' ' && c < 0x7f; });
}

bool is_attribute_char(char c) {
  return base::is_alpha(c) || base::is_digit(c) || std::string_view("!#$&+-.^_`{|}~").find(c) != std::string_view::npos;
}

// "; name=value" in the form the value needs: token, quoted-string, or RFC 2231 with continuations.
std::string parameter_text(std::string_view name, std::string_view value) {
  constexpr size_t kSection = 50;
  if (is_printable_ascii(value) && value.size() <= 200)
    return fmt::format("; {}={}", name, is_token(value) ? std::string(value) : quote(value));
  std::vector<std::string> sections(1, "utf-8''");
  for (size_t i = 0; i < value.size();) {
    size_t length = 1;
    while (i + length < value.size() && (static_cast<unsigned char>(value[i + length]) & 0xc0) == 0x80 && length < 4) ++length;
    std::string encoded;
    for (char c : value.substr(i, length))
      encoded += is_attribute_char(c) ? std::string(1, c) : "%" + base::to_upper(base::hex_encode({&c, 1}));
    if (sections.back().size() + encoded.size() > kSection) sections.emplace_back();
    sections.back() += encoded;
    i += length;
  }
  if (sections.size() == 1) return fmt::format("; {}*={}", name, sections[0]);
  std::string out;
  for (size_t i = 0; i < sections.size(); ++i) out += fmt::format("; {}*{}*={}", name, i, sections[i]);
  return out;
}

// What a body needs of its encoding.
struct Scan {
  size_t high = 0;        // bytes over 127
  bool lines_fit = true;  // no line over 998 bytes, no NUL, no CR or LF alone
};

Scan scan(std::string_view body) {
  Scan s;
  size_t line = 0;
  for (size_t i = 0; i < body.size(); ++i) {
    char c = body[i];
    bool crlf = c == '\r' && i + 1 < body.size() && body[i + 1] == '\n';
    if (crlf) {
      ++i;
      line = 0;
      continue;
    }
    if (c == '\0' || c == '\r' || c == '\n' || ++line > kLongestLine) s.lines_fit = false;
    if (static_cast<unsigned char>(c) >= 0x80) ++s.high;
  }
  return s;
}

std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out += '\r';
    out += text[i];
  }
  return out;
}

bool is_type(const Entity& entity, std::string_view prefix) { return base::istarts_with(entity.type, prefix); }

class Writer {
 public:
  Writer(bool allow_8bit, const Random& random) : allow_8bit_(allow_8bit), random_(random) {}

  // The entity's fields, the empty line and the body.
  void write(const Entity& entity, std::string& out) const {
    if (!entity.children.empty()) return write_multipart(entity, out);
    bool text = is_type(entity, "text/"), message = is_type(entity, "message/");
    std::string body = text || message ? with_crlf(entity.body) : entity.body;
    std::string_view encoding = choose(body, text, message);
    std::string extra =
        text && find(entity, "charset") == nullptr ? parameter_text("charset", base::is_ascii(body) ? "us-ascii" : "utf-8") : "";
    write_fields(entity, extra, encoding, out);
    if (encoding == "quoted-printable")
      out += encode_quoted_printable(body);
    else if (encoding == "base64")
      out += encode_base64(body);
    else
      out += body;
  }

 private:
  static const std::string* find(const Entity& entity, std::string_view name) {
    for (const auto& [key, value] : entity.parameters)
      if (base::iequals(key, name)) return &value;
    return nullptr;
  }

  std::string_view choose(std::string_view body, bool text, bool message) const {
    Scan s = scan(body);
    if (s.high == 0 && s.lines_fit && (text || message)) return "7bit";
    if (message) return "8bit";  // RFC 2046 5.2.1: no other encoding is allowed
    if (!text) return "base64";
    if (allow_8bit_ && s.lines_fit) return "8bit";
    return s.high * 6 <= body.size() ? "quoted-printable" : "base64";
  }

  void write_fields(const Entity& entity, std::string_view extra, std::string_view encoding, std::string& out) const {
    std::string type = entity.type;
    for (const auto& [name, value] : entity.parameters) type += parameter_text(name, value);
    out += fold_header("Content-Type", type + std::string(extra));
    if (!encoding.empty() && encoding != "7bit") out += fold_header("Content-Transfer-Encoding", encoding);
    if (!entity.disposition.empty() || !entity.file_name.empty()) {
      std::string disposition = entity.disposition.empty() ? "attachment" : entity.disposition;
      if (!entity.file_name.empty()) disposition += parameter_text("filename", entity.file_name);
      out += fold_header("Content-Disposition", disposition);
    }
    if (!entity.content_id.empty()) out += fold_header("Content-ID", "<" + entity.content_id + ">");
    for (const auto& [name, value] : entity.headers) out += fold_header(name, value);
    out += "\r\n";
  }

  void write_multipart(const Entity& entity, std::string& out) const {
    std::string boundary = make_boundary(random_);
    write_fields(entity, parameter_text("boundary", boundary), "", out);
    for (const auto& child : entity.children) {
      out += "--" + boundary + "\r\n";
      write(child, out);
      out += "\r\n";
    }
    out += "--" + boundary + "--\r\n";
  }

  bool allow_8bit_;
  const Random& random_;
};

}  // namespace

uint64_t system_random() {
  thread_local std::random_device device;
  return static_cast<uint64_t>(device()) << 32 | device();
}

std::string make_message_id(std::string_view domain, const Random& random) {
  return "<" + random_hex(random) + "@" + std::string(domain) + ">";
}

// "=_" can stand neither in quoted-printable nor in base64 text.
std::string make_boundary(const Random& random) { return "=_" + random_hex(random); }

std::string fold_header(std::string_view name, std::string_view value) {
  std::string clean(base::trim(value));
  for (char& c : clean)
    if (c == '\r' || c == '\n' || c == '\0') c = ' ';
  std::string out = std::string(name) + ":";
  size_t column = out.size() + 1;
  out += clean.empty() ? "" : " ";
  for (size_t at = 0; at < clean.size(); column = 0) {
    size_t end = fold_point(clean, at, column);
    if (column + end - at > kLongestLine) {  // no white space: cut, which is better than a line nobody takes
      end = at + kLongestLine - column - 1;
      while (end > at + 1 && (static_cast<unsigned char>(clean[end]) & 0xc0) == 0x80) --end;
      clean.insert(end, 1, ' ');
    }
    out.append(clean, at, end - at);
    if (end < clean.size()) out += "\r\n";
    at = end;
  }
  return out + "\r\n";
}

HeaderWriter& HeaderWriter::raw(std::string_view name, std::string_view value) {
  out_ += fold_header(name, value);
  return *this;
}

HeaderWriter& HeaderWriter::text(std::string_view name, std::string_view utf8_text) {
  return raw(name, utf8_ ? std::string(utf8_text) : encode_words(utf8_text, name.size() + 2));
}

HeaderWriter& HeaderWriter::addresses(std::string_view name, const std::vector<Address>& list) {
  std::string value;
  bool first = true;
  for (const auto& address : list) {
    if (!first && address.kind != Address::Kind::kGroupEnd) value += value.ends_with(':') ? " " : ", ";
    value += format_address(address, utf8_);
    first = false;
  }
  return raw(name, value);
}

HeaderWriter& HeaderWriter::date(std::string_view name, base::Time time, int zone_minutes) {
  return raw(name, format_date(time, zone_minutes));
}

Entity text_entity(std::string utf8_text, std::string_view subtype) {
  Entity entity;
  entity.type = "text/" + std::string(subtype);
  entity.body = std::move(utf8_text);
  return entity;
}

Entity attachment_entity(std::string file_name, std::string type, std::string bytes) {
  Entity entity;
  entity.type = std::move(type);
  entity.disposition = "attachment";
  entity.file_name = std::move(file_name);
  entity.body = std::move(bytes);
  return entity;
}

Entity message_entity(std::string message) {
  Entity entity;
  entity.type = "message/rfc822";
  entity.body = std::move(message);
  return entity;
}

Entity multipart_entity(std::string_view subtype, std::vector<Entity> children) {
  Entity entity;
  entity.type = "multipart/" + std::string(subtype);
  entity.children = std::move(children);
  return entity;
}

std::string build_message(const HeaderWriter& headers, const Entity& entity, bool allow_8bit, const Random& random) {
  std::string out = headers.str();
  out += "MIME-Version: 1.0\r\n";
  Writer(allow_8bit, random).write(entity, out);
  if (!out.ends_with("\r\n")) out += "\r\n";
  return out;
}

}  // namespace mime
