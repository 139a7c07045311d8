#include "text/tame_html.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace text {
namespace {

constexpr size_t kDeepest = 200;
constexpr size_t kLongestTag = 1024;

// Elements that never nest: they have no end tag, or a new one ends the one before.
constexpr std::array<std::string_view, 28> kFlat = {"area",  "base", "br",    "col",  "dd",     "dt", "embed", "frame", "hr", "img",
                                                    "input", "li",   "link",  "meta", "option", "p",  "param", "rp",    "rt", "source",
                                                    "tbody", "td",   "tfoot", "th",   "thead",  "tr", "track", "wbr"};
constexpr std::array<std::string_view, 7> kRaw = {"script", "style", "xmp", "iframe", "noembed", "noframes", "template"};
// Inside these every element nests, the flat ones too: their tags go, their text stays.
constexpr std::array<std::string_view, 2> kForeign = {"svg", "math"};

template <size_t N>
bool is_in(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Tamer {
 public:
  explicit Tamer(std::string_view html) : html_(html) { out_.reserve(html.size()); }

  std::string run() {
    while (at_ < html_.size()) {
      size_t open = std::min(html_.find('<', at_), html_.size());
      out_ += html_.substr(at_, open - at_);
      at_ = open;
      if (at_ < html_.size()) take_markup();
    }
    return std::move(out_);
  }

 private:
  void take_markup() {
    char next = at_ + 1 < html_.size() ? html_[at_ + 1] : '\0';
    if (html_.substr(at_).starts_with("<!--")) {
      skip_past("-->", at_ + 4);
    } else if (next == '!' || next == '?') {
      skip_past(">", at_ + 2);
    } else if (base::is_alpha(next) || next == '/') {
      take_tag();
    } else {
      out_ += "&lt;";
      ++at_;
    }
  }

  void skip_past(std::string_view mark, size_t from) {
    size_t end = html_.find(mark, std::min(from, html_.size()));
    at_ = end == html_.npos ? html_.size() : end + mark.size();
  }

  // Past the ">" that ends the tag at `from`; a ">" inside a quoted attribute value does not.
  size_t tag_end(size_t from) const {
    char quote = '\0', before = '\0';
    for (size_t i = from; i < html_.size(); ++i) {
      char c = html_[i];
      if (quote != '\0') {
        if (c == quote) quote = '\0';
      } else if (c == '>') {
        return i + 1;
      } else if ((c == '"' || c == '\'') && before == '=') {
        quote = c;
      }
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') before = c;
    }
    return html_.size();
  }

  void take_tag() {
    bool closing = html_[at_ + 1] == '/';
    size_t begin = at_ + (closing ? 2 : 1), name_end = begin;
    while (name_end < html_.size() && name_end - begin < 32 && (base::is_alpha(html_[name_end]) || base::is_digit(html_[name_end])))
      ++name_end;
    std::string name = base::to_lower(html_.substr(begin, name_end - begin));
    size_t end = tag_end(name_end);
    std::string_view tag = html_.substr(at_, end - at_);
    at_ = end;
    if (!tag.ends_with('>') || name.empty()) return;
    if (is_in(kRaw, name)) {
      if (!closing) skip_raw(name);
      return;
    }
    if (is_in(kForeign, name)) return;
    if (!is_in(kFlat, name) && !enter_or_leave(closing)) return;
    if (tag.size() <= kLongestTag)
      out_ += tag;
    else
      out_ += (closing ? "</" : "<") + name + ">";
  }

  // Past the end tag of a raw text element.
  void skip_raw(std::string_view name) {
    for (size_t close = html_.find("</", at_); close != html_.npos; close = html_.find("</", close + 2)) {
      if (!base::istarts_with(html_.substr(close + 2), name)) continue;
      at_ = tag_end(close + 2);
      return;
    }
    at_ = html_.size();
  }

  // Counts the nesting; false when the tag is too deep.
  bool enter_or_leave(bool closing) {
    if (!closing) {
      bool fits = depth_ < kDeepest;
      ++(fits ? depth_ : dropped_);
      return fits;
    }
    if (dropped_ > 0) {
      --dropped_;
      return false;
    }
    if (depth_ > 0) --depth_;
    return true;
  }

  std::string_view html_;
  size_t at_ = 0;
  std::string out_;
  size_t depth_ = 0, dropped_ = 0;
};

}  // namespace

std::string tame_html(std::string_view html) { return Tamer(html).run(); }

std::string strip_tags(std::string_view html) {
  std::string out;
  for (size_t at = 0; at < html.size();) {
    size_t open = std::min(html.find('<', at), html.size());
    out += html.substr(at, open - at);
    size_t close = html.find('>', open);
    if (close == html.npos) break;
    out += ' ';
    at = close + 1;
  }
  return out;
}

}  // namespace text
