// The parser: one walk over the lines with a stack of the entities that are open.
//
// Each frame of the stack is an entity whose end is not known yet; the part of a frame is the last child of the frame below. A line that is
// a delimiter of some open multipart ends all frames above that multipart. Only lines beginning with "--" are compared, each with at most
// `depth` boundaries, so the work is linear in the message.

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "mime/fields.h"
#include "mime/message.h"

namespace mime {
namespace {

struct Frame {
  Part* part;
  std::string boundary;    // of a multipart whose closing delimiter has not come; "" otherwise
  uint64_t lines_at_body;  // line ends before the body
  bool message;            // a message/rfc822 or message/global
  bool multipart;
};

class Parser {
 public:
  Parser(std::string_view bytes, const Limits& limits) : bytes_(bytes), limits_(limits) {}

  void run(Part& root, Envelope& envelope) {
    open(root, &envelope, false);
    for (;;) {
      if (stack_.back().message && stack_.back().part->children.empty()) {
        open_message();
        continue;
      }
      bool closing = false;
      size_t owner = next_delimiter(closing);
      close_above(owner);
      if (owner == kNone) return;
      take_delimiter(owner, closing);
    }
  }

 private:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  // Reads the header at at_ and puts the entity on the stack. `envelope` is given for the header of a message.
  void open(Part& part, Envelope* envelope, bool in_digest) {
    ++parts_;
    if (in_digest) {  // RFC 2046 5.1.5
      part.type = "message";
      part.subtype = "rfc822";
    }
    read_header(part, envelope);
    bool message = part.is("message", "rfc822") || part.is("message", "global");
    bool multipart = base::iequals(part.type, "multipart");
    if ((message || multipart) && stack_.size() >= limits_.depth) {
      message = multipart = false;
      part.type = "application";
      part.subtype = "octet-stream";
    }
    if (message) part.envelope = std::make_unique<Envelope>();
    stack_.push_back({&part, multipart ? boundary_of(part) : std::string(), lines_, message, multipart});
    if (!stack_.back().boundary.empty()) ++boundaries_;
  }

  void open_message() {
    Part& outer = *stack_.back().part;
    open(outer.children.emplace_back(), outer.envelope.get(), false);
  }

  void read_header(Part& part, Envelope* envelope) {
    part.header_begin = at_;
    HeaderReader reader(bytes_.substr(at_));
    unsigned seen = 0;
    size_t fields = 0;
    uint64_t end = 0;  // past the last field of this entity
    bool closing, delimited = false;
    for (Header header; !delimited && reader.next(header); ++fields) {
      delimited = match_delimiter(at_ + header.offset, closing) != kNone;
      if (delimited) break;
      end = header.end;
      if (fields >= limits_.header_fields || end > limits_.header_bytes) continue;
      if (header.name.size() > 8 && base::istarts_with(header.name, "content-"))
        read_content_field(header, limits_, seen, part);
      else if (envelope)
        read_envelope_field(header, limits_, *envelope);
    }
    if (!delimited) end = reader.position();
    lines_ += count_lines(at_, at_ + end);
    at_ += end;
    part.body_begin = at_;
  }

  // The raw value: a boundary that happens to look like an encoded-word is not one.
  static std::string boundary_of(const Part& part) {
    for (const auto& p : part.parameters) {
      if (p.name != "boundary") continue;
      return !p.raw.empty() && p.raw.front().name == "boundary" ? p.raw.front().value : p.value;
    }
    return {};
  }

  // Whether the line at `begin` is a delimiter: the innermost open multipart it belongs to, or kNone.
  // What follows the boundary must be the end of the line, white space, or the "--" that closes: taking any line that only begins with the
  // boundary, as RFC 2046 5.1.1 permits, would take "--a-1" of an inner multipart for "--a" of an outer one.
  size_t match_delimiter(uint64_t begin, bool& closing) const {
    if (boundaries_ == 0 || !bytes_.substr(begin, 2).starts_with("--")) return kNone;
    std::string_view rest_of_bytes = bytes_.substr(begin + 2);
    for (size_t i = stack_.size(); i-- > 0;) {
      const std::string& boundary = stack_[i].boundary;
      if (boundary.empty() || !rest_of_bytes.starts_with(boundary)) continue;
      std::string_view rest = rest_of_bytes.substr(boundary.size(), 2);
      closing = rest == "--";
      if (closing || rest.empty() || rest[0] == '\n' || rest[0] == '\r' || rest[0] == ' ' || rest[0] == '\t') return i;
    }
    return kNone;
  }

  // Moves to the next delimiter line, or to the end: whose it is, or kNone.
  size_t next_delimiter(bool& closing) {
    if (boundaries_ == 0 || parts_ >= limits_.parts) {
      lines_ += count_lines(at_, bytes_.size());
      at_ = bytes_.size();
      return kNone;
    }
    while (at_ < bytes_.size()) {
      if (size_t owner = match_delimiter(at_, closing); owner != kNone) return owner;
      skip_line();
    }
    return kNone;
  }

  void skip_line() {
    const void* lf = memchr(bytes_.data() + at_, '\n', bytes_.size() - at_);
    at_ = lf ? static_cast<uint64_t>(static_cast<const char*>(lf) - bytes_.data()) + 1 : bytes_.size();
    if (lf) ++lines_;
  }

  // Ends the entities above the frame `owner`, all of them for kNone, at at_.
  void close_above(size_t owner) {
    bool before_delimiter = owner != kNone;
    size_t keep = before_delimiter ? owner + 1 : 0;
    for (; stack_.size() > keep; stack_.pop_back()) {
      Frame& frame = stack_.back();
      Part& part = *frame.part;
      set_end(frame, before_delimiter);
      if (frame.multipart && part.children.empty()) {
        Part& empty = part.children.emplace_back();
        empty.header_begin = empty.body_begin = empty.body_end = part.body_end;
      }
      if (!frame.boundary.empty()) --boundaries_;
    }
  }

  // The line end before a delimiter is the delimiter's, unless it ends the header of an empty part inside this one.
  void set_end(const Frame& frame, bool before_delimiter) {
    Part& part = *frame.part;
    uint64_t first = part.children.empty() ? part.body_begin : part.children.back().body_end;
    bool strip = before_delimiter && at_ > first;
    part.body_end = at_ - (strip ? 1 : 0);
    part.lines = lines_ - frame.lines_at_body - (strip ? 1 : 0);
    if (strip && part.body_end > first && bytes_[part.body_end - 1] == '\r') --part.body_end;
  }

  void take_delimiter(size_t owner, bool closing) {
    skip_line();
    Frame& frame = stack_[owner];
    if (closing) {
      frame.boundary.clear();
      --boundaries_;
    } else {
      open(frame.part->children.emplace_back(), nullptr, base::iequals(frame.part->subtype, "digest"));
    }
  }

  uint64_t count_lines(uint64_t begin, uint64_t end) const {
    return static_cast<uint64_t>(std::count(bytes_.data() + begin, bytes_.data() + end, '\n'));
  }

  std::string_view bytes_;
  const Limits& limits_;
  std::vector<Frame> stack_;
  uint64_t at_ = 0;
  uint64_t lines_ = 0;     // line ends before at_
  size_t parts_ = 0;       // opened so far
  size_t boundaries_ = 0;  // frames with a boundary
};

}  // namespace

Message parse(std::string_view bytes, const Limits& limits) {
  Message message;
  message.bytes = bytes;
  Parser(bytes, limits).run(message.root, message.envelope);
  return message;
}

Envelope parse_envelope(std::string_view header_block, const Limits& limits) {
  Envelope envelope;
  size_t fields = 0;
  HeaderReader reader(header_block);
  for (Header header; fields < limits.header_fields && reader.next(header); ++fields) read_envelope_field(header, limits, envelope);
  return envelope;
}

bool Part::is(std::string_view a_type, std::string_view a_subtype) const {
  return base::iequals(type, a_type) && base::iequals(subtype, a_subtype);
}

bool Part::is_text() const { return base::iequals(type, "text"); }

const Part* find_part(const Part& root, std::span<const uint32_t> path) {
  const Part* part = &root;
  bool message = true;  // `part` is the root of a message, not a numbered part yet
  for (uint32_t number : path) {
    if (!message && part->is_message()) {
      part = &part->children.front();
      message = true;
    }
    if (part->is_multipart()) {
      if (number == 0 || number > part->children.size()) return nullptr;
      part = &part->children[number - 1];
    } else if (!message || number != 1) {
      return nullptr;
    }
    message = false;
  }
  return part;
}

}  // namespace mime
