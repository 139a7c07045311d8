// Gumbo builds the tree, a walk with its own stack writes the text. Two fences stand around gumbo, which frees trees by recursion, looks
// through all open elements at each tag, and copies open formatting elements into each new block: tame_html limits depth and attributes,
// and all its memory comes from an arena with a budget. When the budget is spent, the allocator leaves gumbo by longjmp (no C++ frame is
// between), and the tags are just cut out.

#include "text/html_to_text.h"

#include <gumbo.h>

#include <csetjmp>
#include <cstring>
#include <memory>
#include <vector>

#include "base/text.h"
#include "text/tame_html.h"

namespace text {
namespace {

class Arena {
 public:
  explicit Arena(size_t budget) : budget_(budget) {}

  // Does not return when the budget is spent: jumps to `spent`.
  void* allocate(size_t size) {
    size = (size + 15) & ~size_t{15};
    if (size > left_) add_block(size);
    left_ -= size;
    char* result = next_;
    next_ += size;
    return result;
  }

  std::jmp_buf spent;

 private:
  static constexpr size_t kBlock = 64 * 1024;

  void add_block(size_t size) {
    size_t block = size > kBlock ? size : kBlock;
    if (block > budget_) std::longjmp(spent, 1);
    budget_ -= block;
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block));
    next_ = blocks_.back().get();
    left_ = block;
  }

  size_t budget_;
  size_t left_ = 0;
  char* next_ = nullptr;
  std::vector<std::unique_ptr<char[]>> blocks_;
};

void* allocate(void* arena, size_t size) { return static_cast<Arena*>(arena)->allocate(size); }
void release(void*, void*) {}

// nullptr when the arena's budget is spent. The tree lives in the arena.
const GumboNode* parse(const std::string& html, Arena& arena) {
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = allocate;
  options.deallocator = release;
  options.userdata = &arena;
  options.max_errors = 0;
  if (setjmp(arena.spent) != 0) return nullptr;
  return gumbo_parse_with_options(&options, html.data(), html.size())->root;
}

// Text with white space collapsed: what is pending is written before the next visible character.
class TextWriter {
 public:
  explicit TextWriter(size_t limit) : limit_(limit) {}

  void add(std::string_view text, bool keep_space) {
    for (char c : text) {
      bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
      if (space && !keep_space)
        space_ = true;
      else if (c == '\n')
        break_line();
      else
        put(c);
    }
  }
  void new_line() { line_ = true; }
  void break_line() {
    if (out_.size() < limit_ && !out_.empty()) out_ += '\n';
    line_ = space_ = false;
  }
  void new_cell() { cell_ = true; }
  bool full() const { return out_.size() >= limit_; }
  std::string finish() {
    while (!out_.empty() && (out_.back() == '\n' || out_.back() == ' ')) out_.pop_back();
    // The limit may have cut a character.
    size_t from = out_.size() < 4 ? 0 : out_.size() - 4;
    while (full() && from < out_.size() && !base::is_valid_utf8(std::string_view(out_).substr(from))) {
      if ((static_cast<unsigned char>(out_[from]) & 0xc0) == 0x80)
        ++from;
      else
        out_.pop_back();
    }
    return std::move(out_);
  }

 private:
  void put(char c) {
    if (full()) return;
    bool at_start = out_.empty() || out_.back() == '\n';
    if (line_ && !at_start)
      out_ += '\n';
    else if (cell_ && !at_start)
      out_ += '\t';
    else if (space_ && !at_start)
      out_ += ' ';
    line_ = cell_ = space_ = false;
    out_ += c;
  }

  size_t limit_;
  std::string out_;
  bool line_ = false, cell_ = false, space_ = false;
};

bool is_hidden(const GumboElement& element) {
  switch (element.tag) {
    case GUMBO_TAG_HEAD:
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_TITLE:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_OBJECT:
    case GUMBO_TAG_SELECT:
      return true;
    default:
      break;
  }
  if (gumbo_get_attribute(&element.attributes, "hidden")) return true;
  const GumboAttribute* style = gumbo_get_attribute(&element.attributes, "style");
  if (!style) return false;
  std::string packed;
  for (const char* c = style->value; *c != '\0'; ++c)
    if (*c != ' ' && *c != '\t') packed += base::ascii_lower(*c);
  return packed.find("display:none") != std::string::npos || packed.find("visibility:hidden") != std::string::npos;
}

bool is_block(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_BODY:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_HR:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_P:
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_UL:
      return true;
    default:
      return false;
  }
}

class Walker {
 public:
  explicit Walker(size_t output_limit) : writer_(output_limit) {}

  std::string run(const GumboNode* root) {
    enter(root);
    while (!stack_.empty() && !writer_.full()) {
      Open& top = stack_.back();
      const GumboVector& children = top.node->v.element.children;
      if (top.next < children.length)
        enter(static_cast<const GumboNode*>(children.data[top.next++]));
      else
        leave();
    }
    return writer_.finish();
  }

 private:
  struct Open {
    const GumboNode* node;
    unsigned next;
  };

  void enter(const GumboNode* node) {
    switch (node->type) {
      case GUMBO_NODE_TEXT:
      case GUMBO_NODE_CDATA:
      case GUMBO_NODE_WHITESPACE:
        return writer_.add(node->v.text.text, pre_ > 0);
      case GUMBO_NODE_ELEMENT:
        return enter_element(node);
      default:
        return;
    }
  }

  void enter_element(const GumboNode* node) {
    const GumboElement& element = node->v.element;
    if (is_hidden(element)) return;
    if (element.tag == GUMBO_TAG_BR) writer_.break_line();
    if (element.tag == GUMBO_TAG_TD || element.tag == GUMBO_TAG_TH) writer_.new_cell();
    if (element.tag == GUMBO_TAG_IMG) {
      if (const GumboAttribute* alt = gumbo_get_attribute(&element.attributes, "alt")) writer_.add(alt->value, false);
    }
    if (is_block(element.tag)) writer_.new_line();
    if (element.tag == GUMBO_TAG_PRE) ++pre_;
    stack_.push_back({node, 0});
  }

  void leave() {
    GumboTag tag = stack_.back().node->v.element.tag;
    if (is_block(tag)) writer_.new_line();
    if (tag == GUMBO_TAG_PRE) --pre_;
    stack_.pop_back();
  }

  TextWriter writer_;
  std::vector<Open> stack_;
  size_t pre_ = 0;
};

}  // namespace

std::string html_to_text(std::string_view html, const HtmlLimits& limits) {
  std::string tamed = tame_html(html.substr(0, limits.input_bytes));
  if (tamed.size() > limits.tree_bytes) tamed.resize(limits.tree_bytes);
  Arena arena(tamed.size() * limits.memory_factor + 1'000'000);
  if (const GumboNode* root = parse(tamed, arena)) return Walker(limits.output_bytes).run(root);
  TextWriter writer(limits.output_bytes);
  writer.add(strip_tags(tamed), false);
  return writer.finish();
}

std::string html_to_text(std::string_view html) { return html_to_text(html, HtmlLimits{}); }

std::string html_beginning(std::string_view html) {
  HtmlLimits limits;
  limits.input_bytes = 256 * 1024;
  limits.tree_bytes = 4 * 1024;
  return html_to_text(html, limits);
}

}  // namespace text
