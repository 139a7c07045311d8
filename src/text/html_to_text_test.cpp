#include "text/html_to_text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace text {
namespace {

struct Case {
  const char *html, *text;
};

TEST(HtmlToText, Writes) {
  const Case cases[] = {
      {"", ""},
      {"plain", "plain"},
      {"<p>One</p><p>Two\n  words</p>", "One\nTwo words"},
      {"a<br>b<br/>c", "a\nb\nc"},
      {"<div>a<div>b</div>c</div>", "a\nb\nc"},
      {"<b>bo</b>ld <i>it</i>", "bold it"},
      {"&lt;tag&gt; &amp; &eacute; &#20320;&nbsp;x", "<tag> & é 你\xc2\xa0x"},
      {"<head><title>t</title><style>p{}</style></head><body>x<script>if (a<b) y()</script>z</body>", "xz"},
      {"<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1\t2\n3"},
      {"<pre>a\n  b</pre>c", "a\n  b\nc"},
      {"<ul><li>one<li>two</ul>", "one\ntwo"},
      {"x<span style=\"DISPLAY : none\">hidden</span><span hidden>too</span>y", "xy"},
      {"<img src=x alt=\"a picture\">", "a picture"},
      {"<!-- <b> -->a<!DOCTYPE html>b", "ab"},
      {"1 < 2 and 3 > 2", "1 < 2 and 3 > 2"},
      {"<a href=\"x>y\">link</a>", "link"},
      {"cut <b", "cut"},
      {"cut <a href=\"", "cut"},
      {"<svg><text>in svg</text></svg>", "in svg"},
  };
  for (const auto& c : cases) EXPECT_EQ(html_to_text(c.html), c.text) << c.html;
}

std::string repeat(std::string_view piece, size_t bytes) {
  std::string out;
  while (out.size() + piece.size() <= bytes) out += piece;
  return out;
}

// Each would cost a tree builder stack, quadratic time or gigabytes.
TEST(HtmlToText, SurvivesBombs) {
  constexpr size_t kSize = 500'000;
  EXPECT_EQ(html_to_text(repeat("<div>", kSize) + "end"), "end");
  EXPECT_EQ(html_to_text(repeat("<svg><tr>", kSize) + "end"), "end");
  EXPECT_EQ(html_to_text(repeat("</x>", kSize) + "end"), "end");
  EXPECT_EQ(html_to_text("<p " + repeat("a1 ", kSize) + ">end"), "end");
  std::string formats;
  for (int i = 0; i < 5000; ++i) formats += fmt::format("<b id={}>", i);
  EXPECT_EQ(html_to_text(formats + repeat("<p>x", kSize)).substr(0, 3), "x x");  // over budget: no tree, no lines
  EXPECT_EQ(html_to_text(repeat("<!--", kSize)), "");
  EXPECT_EQ(html_to_text(repeat("<script>", kSize)), "");
  EXPECT_EQ(html_to_text(repeat("<a href=\"", kSize)), "");
}

TEST(HtmlToText, KeepsItsLimits) {
  HtmlLimits limits;
  limits.input_bytes = 10;
  EXPECT_EQ(html_to_text("0123456789abc", limits), "0123456789");
  EXPECT_EQ(html_beginning("<style>" + repeat("x{}", 100'000) + "</style><p>first</p>" + repeat("<p>more</p>", 100'000)).substr(0, 11),
            "first\nmore\n");
  EXPECT_LT(html_beginning(repeat("<p>more</p>", 100'000)).size(), 4096u);
  limits = {};
  limits.output_bytes = 7;
  EXPECT_EQ(html_to_text("你好你好", limits), "你好");  // whole characters
  limits = {};
  limits.memory_factor = 0;
  EXPECT_EQ(html_to_text("<p>no</p><p>budget</p>" + repeat("<b>x</b>", 100'000), limits).substr(0, 9), "no budget");
}

}  // namespace
}  // namespace text
