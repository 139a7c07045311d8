#pragma once
// A search made ready: keys resolved against a view, needles folded, dates as days. It is matched in three stages, each dearer than the one
// before: the list (flags, numbers), the row (dates, sizes, the stored envelope), the body. A stage answers yes, no, or "ask the next".

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "imap/syntax.h"
#include "mime/content.h"
#include "store/store.h"

namespace imap {

enum class Verdict : uint8_t { kNo, kYes, kUnknown };

struct SearchTerm {
  SearchKey::Kind kind = SearchKey::Kind::kAll;
  std::vector<SearchTerm> children;
  store::UidSet uids;        // kSequence, kUid
  store::FlagSet flags = 0;  // kFlagSet, kFlagClear, kKeyword, kUnkeyword: the bits; a keyword nobody has used: none
  std::string field;         // kHeader, lower case
  uint64_t number = 0;
  std::unique_ptr<mime::TextSearch> text;  // kHeader, kBody, kText; null: matches whenever the field is there
};

struct SearchView {
  store::ListPtr list;
  store::UidSet recent;
  mime::Limits mime_limits;
};

// What is known of one message so far.
struct SearchMessage {
  store::Entry entry;
  const store::MessageRow* row = nullptr;
  const mime::Message* body = nullptr;
};

class SearchMatch {
 public:
  SearchMatch(SearchTerm root, SearchView view) : root_(std::move(root)), view_(std::move(view)) {}
  const SearchView& view() const { return view_; }
  // What is missing in `message` is not looked at.
  Verdict match(const SearchMessage& message) const { return match(root_, message); }
  // Some key needs the stored envelope.
  bool needs_envelope() const { return needs_envelope(root_); }

 private:
  Verdict match(const SearchTerm& term, const SearchMessage& message) const;
  Verdict match_row(const SearchTerm& term, const SearchMessage& message) const;
  static bool needs_envelope(const SearchTerm& term);

  SearchTerm root_;
  SearchView view_;
};

// Matches one header key against the stored envelope; kUnknown when the field is not in it.
Verdict match_envelope(const SearchTerm& term, std::string_view envelope);
bool is_envelope_field(std::string_view field);

}  // namespace imap
