#include "mime/content.h"

#include <algorithm>

#include "base/text.h"
#include "mime/charset.h"
#include "mime/encoding.h"

namespace mime {
namespace {

// How much of a body preview() reads: enough for any first lines; HTML begins with styles.
constexpr size_t kPreviewText = 32 * 1024, kPreviewHtml = 256 * 1024;

std::string_view charset_of(const Part& part) {
  const std::string* charset = find_parameter(part.parameters, "charset");
  return charset ? std::string_view(*charset) : std::string_view();
}

bool is_disposed(const Part& part, std::string_view kind) { return part.disposition && base::iequals(*part.disposition, kind); }

bool is_plain_or_html(const Part& part) { return part.is("text", "plain") || part.is("text", "html"); }

// An image or sound that the HTML beside it shows (RFC 2387).
bool is_shown_inside(const Part& part, const Part* parent) {
  bool media = base::iequals(part.type, "image") || base::iequals(part.type, "audio") || base::iequals(part.type, "video");
  return media && parent && base::iequals(parent->subtype, "related") && part.id && !is_disposed(part, "attachment");
}

void list_attachments(const Part& part, const Part* parent, std::vector<const Part*>& out) {
  if (part.is_multipart()) {
    for (const auto& child : part.children) list_attachments(child, &part, out);
    return;
  }
  bool text = is_plain_or_html(part) && !is_disposed(part, "attachment") && file_name(part).empty();
  if (!text && !is_shown_inside(part, parent)) out.push_back(&part);
}

std::string text_of(const Part& part, std::string_view body) {
  std::string text = to_utf8(decode_transfer(body, parse_encoding(part.encoding)), charset_of(part));
  size_t to = 0;
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') text[to++] = text[i];
  text.resize(to);
  return text;
}

// On one line: runs of white space and control characters become a space. At most `characters` code points.
std::string one_line(std::string_view text, size_t characters) {
  std::string out;
  bool space = false;
  size_t count = 0;
  for (size_t i = 0; i < text.size();) {
    auto c = static_cast<unsigned char>(text[i]);
    size_t length = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    std::string_view character = text.substr(i, length);
    i += length;
    if (c <= ' ' || c == 0x7f || character == "\xc2\xa0" || character == "\xe3\x80\x80") {
      space = !out.empty();
      continue;
    }
    if (count + (space ? 1 : 0) >= characters) break;
    if (space) out += ' ', ++count;
    space = false;
    out += character;
    ++count;
  }
  return out;
}

}  // namespace

std::string decoded_body(const Message& message, const Part& part) {
  return decode_transfer(message.body(part), parse_encoding(part.encoding));
}

std::string decoded_text(const Message& message, const Part& part) { return text_of(part, message.body(part)); }

std::string file_name(const Part& part) {
  const std::string* name = find_parameter(part.disposition_parameters, "filename");
  if (!name || name->empty()) name = find_parameter(part.parameters, "name");
  if (!name) return {};
  std::string_view last = *name;
  if (size_t slash = last.find_last_of("/\\"); slash != last.npos) last.remove_prefix(slash + 1);
  std::string out;
  for (char c : base::trim(last))
    if (static_cast<unsigned char>(c) >= ' ' && c != 0x7f) out += c;
  return out;
}

std::vector<const Part*> attachments(const Message& message) {
  std::vector<const Part*> out;
  list_attachments(message.root, nullptr, out);
  return out;
}

const Part* body_part(const Part& root, bool html) {
  if (root.is("text", html ? "html" : "plain") && !is_disposed(root, "attachment")) return &root;
  if (!root.is_multipart()) return nullptr;
  for (const auto& child : root.children)
    if (const Part* found = body_part(child, html)) return found;
  return nullptr;
}

std::string preview(const Message& message, size_t characters, HtmlToText html_to_text) {
  if (const Part* plain = body_part(message.root, false)) {
    std::string line = one_line(text_of(*plain, message.body(*plain).substr(0, kPreviewText)), characters);
    if (!line.empty()) return line;
  }
  const Part* html = html_to_text ? body_part(message.root, true) : nullptr;
  if (!html) return {};
  return one_line(html_to_text(text_of(*html, message.body(*html).substr(0, kPreviewHtml))), characters);
}

}  // namespace mime
