#pragma once
// Makes foreign HTML safe for a tree builder whose cost grows with nesting depth and attribute count. Internal to text/.

#include <string>
#include <string_view>

namespace text {

// The same document without comments, declarations, scripts and styles; tags nested deeper than 200 and the attributes of tags longer than
// 1 KB are left out. Text is untouched. Linear.
std::string tame_html(std::string_view html);

// Everything outside tags, for a document that is too much even so. REQUIRES: tamed HTML.
std::string strip_tags(std::string_view html);

}  // namespace text
