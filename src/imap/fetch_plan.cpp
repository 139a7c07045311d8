#include "imap/fetch_plan.h"

#include <algorithm>

#include "imap/response.h"
#include "imap/structure.h"

namespace imap {
namespace {

using Kind = FetchItem::Kind;

FetchDepth depth_of(Kind kind) {
  switch (kind) {
    case Kind::kUid:
    case Kind::kFlags:
    case Kind::kModSeq:
      return FetchDepth::kList;
    case Kind::kInternalDate:
    case Kind::kSize:
    case Kind::kEnvelope:
    case Kind::kBody:
    case Kind::kBodyStructure:
      return FetchDepth::kRow;
    default:
      return FetchDepth::kBody;
  }
}

// RFC822 and its kin are sections under older names.
void fill_section(FetchItem& item) {
  if (item.kind == Kind::kRfc822Header) item.section.text = Section::Text::kHeader;
  if (item.kind == Kind::kRfc822Text) item.section.text = Section::Text::kText;
}

bool needs_structure(const FetchItem& item) {
  if (item.kind == Kind::kBody || item.kind == Kind::kBodyStructure) return true;
  if (depth_of(item.kind) != FetchDepth::kBody) return false;
  return !item.section.part.empty() || item.section.text != Section::Text::kAll;
}

bool has(const std::vector<FetchItem>& items, Kind kind) {
  return std::any_of(items.begin(), items.end(), [kind](const FetchItem& item) { return item.kind == kind; });
}

void put_rfc822(std::string& out, const FetchItem& item, const MessageBytes& message, uint64_t size) {
  out += item.kind == Kind::kRfc822 ? "RFC822 " : item.kind == Kind::kRfc822Header ? "RFC822.HEADER " : "RFC822.TEXT ";
  auto range = section_range(message.root, size, item.section);
  put_literal(out, range ? message.between(range->begin, range->end) : std::string_view());
}

class Renderer {
 public:
  Renderer(std::string& out, const FetchPlan& plan, FlagText& flags, const FetchMessage& message)
      : out_(out), plan_(plan), flags_(flags), message_(message) {
    if (plan.columns.structure) root_ = mime::decode_structure(message.row->structure);
    bytes_ = {message.body, message.body_offset, root_ ? &*root_ : nullptr};
  }

  bool item(const FetchItem& item) {
    switch (item.kind) {
      case Kind::kUid:
        number("UID ", message_.entry.uid);
        return true;
      case Kind::kFlags: {
        bool recent = !plan_.recent.empty() && plan_.recent.contains(message_.entry.uid);
        out_ += "FLAGS ";
        out_ += flags_.of(message_.entry.flags, *plan_.view->state().keywords, recent);
        return true;
      }
      case Kind::kModSeq:
        number("MODSEQ (", message_.entry.modseq);
        out_.push_back(')');
        return true;
      case Kind::kInternalDate:
        out_ += "INTERNALDATE ";
        put_internal_date(out_, message_.row->received_at);
        return true;
      case Kind::kSize:
        number("RFC822.SIZE ", message_.row->size);
        return true;
      case Kind::kEnvelope:
        out_ += "ENVELOPE ";
        put_envelope(out_, mime::view_envelope(message_.row->envelope).value_or(mime::EnvelopeView{}), plan_.utf8);
        return true;
      case Kind::kBody:
      case Kind::kBodyStructure:
        structure(item.kind == Kind::kBodyStructure);
        return true;
      case Kind::kSection:
        put_section(out_, item, bytes_, message_.row->size, plan_.utf8);
        return true;
      case Kind::kBinary:
      case Kind::kBinarySize:
        return put_binary(out_, item, bytes_);
      case Kind::kRfc822:
      case Kind::kRfc822Header:
      case Kind::kRfc822Text:
        put_rfc822(out_, item, bytes_, message_.row->size);
        return true;
    }
    return true;
  }

 private:
  void number(std::string_view name, uint64_t value) {
    out_ += name;
    put_number(out_, value);
  }
  void structure(bool extended) {
    static const mime::Part kUnreadable;
    out_ += extended ? "BODYSTRUCTURE " : "BODY ";
    put_body_structure(out_, root_ ? *root_ : kUnreadable, extended, plan_.utf8);
  }

  std::string& out_;
  const FetchPlan& plan_;
  FlagText& flags_;
  const FetchMessage& message_;
  std::optional<mime::Part> root_;
  MessageBytes bytes_;
};

}  // namespace

FetchPlan make_plan(std::vector<FetchItem> items, bool with_uid, bool with_modseq) {
  FetchPlan plan;
  if (with_uid && !has(items, Kind::kUid)) items.insert(items.begin(), FetchItem{Kind::kUid});
  if (with_modseq && !has(items, Kind::kModSeq)) items.push_back({Kind::kModSeq});
  for (FetchItem& item : items) {
    fill_section(item);
    plan.depth = std::max(plan.depth, depth_of(item.kind));
    plan.columns.envelope = plan.columns.envelope || item.kind == Kind::kEnvelope;
    plan.columns.structure = plan.columns.structure || needs_structure(item);
    plan.sets_seen = plan.sets_seen || (depth_of(item.kind) == FetchDepth::kBody && !item.peek);
  }
  plan.items = std::move(items);
  return plan;
}

const std::string& FlagText::of(store::FlagSet flags, const std::vector<std::string>& keywords, bool recent) {
  if (text_.empty() || flags != flags_ || recent != recent_) {
    text_.clear();
    put_flags(text_, flags, keywords, recent);
    flags_ = flags;
    recent_ = recent;
  }
  return text_;
}

bool put_fetch(std::string& out, const FetchPlan& plan, FlagText& flags, const FetchMessage& message) {
  Renderer renderer(out, plan, flags, message);
  out += "* ";
  put_number(out, message.sequence);
  out += " FETCH (";
  bool known = true;
  const char* separator = "";
  for (const FetchItem& item : plan.items) {
    out += separator;
    separator = " ";
    known = renderer.item(item) && known;
  }
  out += ")\r\n";
  return known;
}

ByteRange needed_bytes(const FetchPlan& plan, const store::MessageRow& row) {
  std::optional<mime::Part> root;
  if (plan.columns.structure) root = mime::decode_structure(row.structure);
  ByteRange all{row.size, 0};
  for (const FetchItem& item : plan.items) {
    if (depth_of(item.kind) != FetchDepth::kBody) continue;
    auto range = needed_range(root ? &*root : nullptr, row.size, item);
    if (!range || range->begin >= range->end) continue;
    all.begin = std::min(all.begin, range->begin);
    all.end = std::max(all.end, range->end);
  }
  if (all.begin >= all.end) return {0, 0};
  return all;
}

}  // namespace imap
