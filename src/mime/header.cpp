// Header blocks: finding the fields. The rules for where a block ends are in message.h.

#include <cstring>

#include "base/text.h"
#include "mime/message.h"

namespace mime {
namespace {

bool is_wsp(char c) { return c == ' ' || c == '\t'; }

// Past the line end of the line that begins at `at`.
size_t line_end(std::string_view block, size_t at) {
  const void* lf = memchr(block.data() + at, '\n', block.size() - at);
  return lf ? static_cast<size_t>(static_cast<const char*>(lf) - block.data()) + 1 : block.size();
}

std::string_view without_line_end(std::string_view line) {
  if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

// The name and colon at the front of a line: how long the name is (without white space before the colon), and where the value begins.
// Any printable byte makes a name, 8-bit ones too: RFC 5322 3.6.8 allows only ASCII.
bool split_field(std::string_view line, size_t& name_length, size_t& value_begin) {
  size_t i = 0;
  while (i < line.size() && line[i] != ':' && static_cast<unsigned char>(line[i]) > ' ' && line[i] != 0x7f) ++i;
  name_length = i;
  while (i < line.size() && is_wsp(line[i])) ++i;  // RFC 5322 4.5
  value_begin = i + 1;
  return name_length > 0 && i < line.size() && line[i] == ':';
}

bool is_field(std::string_view line) {
  size_t name_length, value_begin;
  return split_field(line, name_length, value_begin);
}

// Lines of mbox files, which some deliver: "From sender date" first, ">From ..." after it.
bool is_mbox_line(std::string_view line) { return line.starts_with("From ") || line.starts_with(">From "); }

}  // namespace

// A line that is no field is passed over where the header clearly goes on behind it: at the front when it comes from an mbox file, later
// when the next line is a field again (folding broken by a sender). A delimiter of a multipart is never passed over.
bool HeaderReader::skippable(size_t begin, std::string_view line, size_t end) const {
  if (begin == 0) return is_mbox_line(line);
  if (line.starts_with("--") || end >= block_.size()) return false;
  return is_field(without_line_end(block_.substr(end, line_end(block_, end) - end)));
}

bool HeaderReader::next(Header& header) {
  while (position_ < block_.size()) {
    size_t begin = position_;
    size_t end = line_end(block_, begin);
    std::string_view line = without_line_end(block_.substr(begin, end - begin));
    size_t name_length = 0, value_begin = 0;
    bool field = split_field(line, name_length, value_begin);
    if (!field && (line.empty() || !skippable(begin, line, end))) {
      position_ = line.empty() ? end : begin;
      block_ = block_.substr(0, position_);
      return false;
    }
    while (end < block_.size() && is_wsp(block_[end])) end = line_end(block_, end);
    position_ = end;
    if (!field) continue;
    header.name = block_.substr(begin, name_length);
    header.value = without_line_end(block_.substr(begin + value_begin, end - begin - value_begin));
    header.offset = begin;
    header.end = end;
    return true;
  }
  return false;
}

std::optional<std::string_view> find_header(std::string_view block, std::string_view name) {
  HeaderReader reader(block);
  for (Header header; reader.next(header);)
    if (base::iequals(header.name, name)) return header.value;
  return std::nullopt;
}

std::optional<std::string_view> Message::header(std::string_view name) const { return find_header(header_block(root), name); }

std::string unfold(std::string_view value) {
  value = base::trim(value);
  std::string out;
  out.reserve(value.size());
  for (size_t i = 0; i < value.size(); ++i) {
    char c = value[i];
    if (c == '\r' && i + 1 < value.size() && value[i + 1] == '\n') continue;
    if (c == '\n' && i + 1 < value.size() && is_wsp(value[i + 1])) continue;
    out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
  }
  return out;
}

}  // namespace mime
