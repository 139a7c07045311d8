#pragma once
// What people see of a message: text, attachments, a preview, and the search of IMAP SEARCH BODY and TEXT.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mime/message.h"

namespace mime {

// The body of a leaf with its transfer encoding undone.
std::string decoded_body(const Message& message, const Part& part);
// The same for text, as UTF-8 with LF line ends.
std::string decoded_text(const Message& message, const Part& part);

// filename of Content-Disposition or name of Content-Type; "" when neither is there. Path parts and control characters removed.
std::string file_name(const Part& part);

// The leaves (and inner messages) that a reader lists below the text: those disposed as attachment, and those that are neither text to read
// nor an image or sound shown inside the text.
std::vector<const Part*> attachments(const Message& message);
// The part that is the text to read: the first text/plain (or text/html when `html` is true) that is no attachment; nullptr when there is
// none.
const Part* body_part(const Part& root, bool html);

// HTML to plain text; text/html_to_text.h has it, and this folder may not include that one.
using HtmlToText = std::string (*)(std::string_view html);

// The beginning of the text on one line, at most `characters` code points, white space collapsed; UTF-8. Reads only what it needs of a long
// text.
std::string preview(const Message& message, size_t characters, HtmlToText html_to_text);

enum class SearchScope {
  kBody,  // text parts and the header fields of inner messages (RFC 9051 6.4.4 BODY)
  kText,  // all header fields too, those of inner parts included
};

// Whether `needle` (UTF-8) occurs as a substring, case-insensitively (ASCII letters directly, others by Unicode simple case folding). Parts
// are decoded and converted; header fields have their encoded-words decoded. A needle does not match across parts or fields. "" matches.
bool contains_text(const Message& message, std::string_view needle, SearchScope scope);

// A needle made ready once, for a search over many messages.
class TextSearch {
 public:
  explicit TextSearch(std::string_view needle);
  bool in(const Message& message, SearchScope scope) const;
  // Any UTF-8 or raw header value.
  bool in_text(std::string_view utf8) const;
  bool in_header(std::string_view raw_value) const;

 private:
  std::string folded_;
};

}  // namespace mime
