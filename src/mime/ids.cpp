#include "mime/ids.h"

namespace mime {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0'; }

std::string without_space(std::string_view text) {
  std::string out;
  for (char c : text)
    if (!is_space(c)) out += c;
  return out;
}

void add_words_with_at(std::string_view value, std::vector<std::string>& out) {
  for (size_t at = 0; at < value.size();) {
    while (at < value.size() && is_space(value[at])) ++at;
    size_t end = at;
    while (end < value.size() && !is_space(value[end])) ++end;
    std::string_view word = value.substr(at, end - at);
    if (word.find('@') != word.npos) out.emplace_back(word);
    at = end;
  }
}

}  // namespace

std::vector<std::string> parse_message_ids(std::string_view value, size_t limit) {
  std::vector<std::string> out;
  for (size_t open = value.find('<'); open != value.npos; open = value.find('<', open)) {
    size_t end = value.find_first_of("<>", open + 1);
    if (end == value.npos) end = value.size();
    std::string id = without_space(value.substr(open + 1, end - open - 1));
    if (!id.empty()) out.push_back(std::move(id));
    open = end;
  }
  if (out.empty()) add_words_with_at(value, out);
  if (out.size() > limit && limit > 0) out.erase(out.begin() + 1, out.end() - static_cast<std::ptrdiff_t>(limit - 1));
  return out;
}

}  // namespace mime
