#pragma once
// HTML as plain text, for previews and search (parsed by libgumbo).

#include <cstddef>
#include <string>
#include <string_view>

namespace text {

struct HtmlLimits {
  size_t input_bytes = 1'000'000;   // the rest is not read
  size_t tree_bytes = 1'000'000;    // what is read of it once scripts, styles and comments are out
  size_t output_bytes = 1'000'000;  // the rest is not written
  size_t memory_factor = 64;        // bytes of tree for a byte of input; past it the tags are only cut out
};

// UTF-8 in and out. Scripts, styles and what is marked hidden are left out; block elements begin a line, white space is collapsed as a
// browser does (kept inside pre), cells are parted by a tab, alt texts of images are kept. Any nesting depth, without recursion.
std::string html_to_text(std::string_view html, const HtmlLimits& limits);
std::string html_to_text(std::string_view html);
// The first lines alone, for a preview: a tree of 4 KB at most, since building one costs about 50 ns a byte.
std::string html_beginning(std::string_view html);

}  // namespace text
