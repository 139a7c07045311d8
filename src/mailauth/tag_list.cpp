#include "mailauth/tag_list.h"

#include <algorithm>

#include "base/text.h"

namespace mailauth {
namespace {

using base::ErrorKind;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// RFC 6376 3.2: ALPHA *ALNUMPUNC.
bool is_tag_name(std::string_view name) {
  if (name.empty() || !base::is_alpha(name.front())) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return base::is_alpha(c) || base::is_digit(c) || c == '_'; });
}

// VALCHAR and the white space between; ";" cannot be here any more.
bool is_tag_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return is_space(c) || (byte > 0x20 && byte != 0x7f);
  });
}

base::Error invalid(std::string text) { return {ErrorKind::kInvalid, std::move(text)}; }

}  // namespace

base::Result<TagList> TagList::parse(std::string_view text, const TagLimits& limits) {
  if (text.size() > limits.bytes) return invalid("tag list is too long");
  TagList list;
  while (!base::trim(text).empty()) {
    const std::string_view part = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos) return invalid("tag without \"=\"");
    Tag tag;
    tag.name = base::trim(part.substr(0, equals));
    tag.raw = part.substr(equals + 1);
    tag.value = base::trim(tag.raw);
    if (!is_tag_name(tag.name)) return invalid("bad tag name");
    if (!is_tag_value(tag.value)) return invalid("bad character in tag " + std::string(tag.name));
    if (list.find(tag.name)) return invalid("tag " + std::string(tag.name) + " comes twice");
    if (list.tags_.size() == limits.tags) return invalid("too many tags");
    list.tags_.push_back(tag);
  }
  if (list.tags_.empty()) return invalid("empty tag list");
  for (const Tag& tag : list.tags_)
    if (!base::is_valid_utf8(tag.value)) return invalid("tag " + std::string(tag.name) + " is not UTF-8");
  return list;
}

const Tag* TagList::find(std::string_view name) const {
  const auto it = std::find_if(tags_.begin(), tags_.end(), [&](const Tag& tag) { return tag.name == name; });
  return it == tags_.end() ? nullptr : &*it;
}

std::optional<std::string_view> TagList::value(std::string_view name) const {
  const Tag* tag = find(name);
  return tag ? std::optional(tag->value) : std::nullopt;
}

std::vector<std::string_view> split_colons(std::string_view value) {
  auto parts = base::split(value, ':');
  for (auto& part : parts) part = base::trim(part);
  return parts;
}

std::string without_space(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  std::copy_if(value.begin(), value.end(), std::back_inserter(out), [](char c) { return !is_space(c); });
  return out;
}

std::optional<std::string> decode_base64_tag(std::string_view value) {
  std::string text = without_space(value);
  if (text.empty()) return std::nullopt;
  if (text.back() != '=') text.append((4 - text.size() % 4) % 4, '=');
  return base::base64_decode(text);
}

}  // namespace mailauth
