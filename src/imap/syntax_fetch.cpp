// FETCH: macros, items, sections and partials (RFC 9051 6.4.5), BINARY (RFC 3516), CHANGEDSINCE (RFC 7162 3.1.4).
#include "base/text.h"
#include "imap/grammar.h"

namespace imap {
namespace {

using Kind = FetchItem::Kind;
using Text = Section::Text;

void section_text(Scanner& in, Section& out) {
  std::string word = in.keyword();
  if (word == "HEADER") {
    out.text = Text::kHeader;
  } else if (word == "TEXT") {
    out.text = Text::kText;
  } else if (word == "MIME" && !out.part.empty()) {
    out.text = Text::kMime;
  } else if (word == "HEADER.FIELDS" || word == "HEADER.FIELDS.NOT") {
    out.text = word == "HEADER.FIELDS" ? Text::kHeaderFields : Text::kHeaderFieldsNot;
    in.space();
    in.list([&] { out.fields.push_back(in.astring()); });
  } else {
    in.fail("Unknown section");
  }
}

// After "[": "1.2.HEADER.FIELDS (From)]". `parts_only`: BINARY takes nothing but numbers.
Section section(Scanner& in, bool parts_only) {
  Section out;
  while (base::is_digit(in.peek())) {
    out.part.push_back(in.nz_number());
    if (out.part.size() > in.limits().part_numbers) in.fail("Section too deep");
    if (in.peek() == ']') break;
    in.expect('.');
    if (in.peek() == ']') in.fail("Unknown section");
  }
  if (in.peek() != ']') {
    if (parts_only)
      in.fail("Expected a part number");
    else
      section_text(in, out);
  }
  in.expect(']');
  return out;
}

void partial(Scanner& in, FetchItem& item) {
  if (!in.take('<')) return;
  uint32_t origin = in.number();
  in.expect('.');
  uint32_t length = in.nz_number();
  in.expect('>');
  item.partial = {origin, length};
}

FetchItem sectioned(Scanner& in, Kind kind, bool peek) {
  FetchItem item{kind, peek};
  in.expect('[');
  item.section = section(in, kind != Kind::kSection);
  if (kind != Kind::kBinarySize) partial(in, item);
  return item;
}

// An atom would run on into the section: words end at "[" here.
FetchItem fetch_item(Scanner& in) {
  struct Word {
    std::string_view name;
    FetchItem item;
  };
  static const Word kWords[] = {
      {"UID", {Kind::kUid}},
      {"FLAGS", {Kind::kFlags}},
      {"MODSEQ", {Kind::kModSeq}},
      {"INTERNALDATE", {Kind::kInternalDate}},
      {"RFC822.SIZE", {Kind::kSize}},
      {"ENVELOPE", {Kind::kEnvelope}},
      {"BODYSTRUCTURE", {Kind::kBodyStructure}},
      {"RFC822.HEADER", {Kind::kRfc822Header, true}},
      {"RFC822.TEXT", {Kind::kRfc822Text}},
      {"RFC822", {Kind::kRfc822}},
  };
  if (in.take_word("BODY.PEEK")) return sectioned(in, Kind::kSection, true);
  if (in.take_word("BINARY.PEEK")) return sectioned(in, Kind::kBinary, true);
  if (in.take_word("BINARY.SIZE")) return sectioned(in, Kind::kBinarySize, true);
  if (in.take_word("BINARY")) return sectioned(in, Kind::kBinary, false);
  if (in.take_word("BODY")) return in.peek() == '[' ? sectioned(in, Kind::kSection, false) : FetchItem{Kind::kBody};
  for (const Word& word : kWords)
    if (in.take_word(word.name)) return word.item;
  in.fail("Unknown FETCH item");
  return {Kind::kUid};
}

bool macro(Scanner& in, std::vector<FetchItem>& out) {  // RFC 9051 6.4.5
  bool fast = in.take_word("FAST"), all = !fast && in.take_word("ALL"), full = !fast && !all && in.take_word("FULL");
  if (!fast && !all && !full) return false;
  for (Kind kind : {Kind::kFlags, Kind::kInternalDate, Kind::kSize}) out.push_back({kind});
  if (!fast) out.push_back({Kind::kEnvelope});
  if (full) out.push_back({Kind::kBody});
  return true;
}

}  // namespace

FetchArguments fetch_arguments(Scanner& in) {
  FetchArguments out;
  in.space();
  out.set = in.sequence_set();
  in.space();
  if (in.peek() == '(') {
    in.list([&] {
      if (out.items.size() == in.limits().fetch_items) in.fail("Too many FETCH items");
      out.items.push_back(fetch_item(in));
    });
  } else if (!macro(in, out.items)) {
    out.items.push_back(fetch_item(in));
  }
  if (!in.take(' ')) return out;
  in.list([&] {
    if (in.keyword() != "CHANGEDSINCE") return in.fail("Unknown FETCH modifier");
    in.space();
    out.changed_since = in.number64();
  });
  return out;
}

}  // namespace imap
