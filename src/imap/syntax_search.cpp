// SEARCH: keys (RFC 9051 6.4.4, RFC 3501 6.4.4 for NEW, OLD and RECENT), RETURN (RFC 4731, RFC 5182), MODSEQ (RFC 7162 3.1.5).
#include "imap/grammar.h"

namespace imap {
namespace {

using Kind = SearchKey::Kind;

class SearchParser {
 public:
  explicit SearchParser(Scanner& in) : in_(in) {}

  // Keys up to the end of the command, or of the parentheses.
  SearchKey keys(size_t depth, bool in_parentheses) {
    SearchKey all{Kind::kAnd};
    while (!in_.failed()) {
      all.children.push_back(key(depth));
      if (in_parentheses ? in_.take(')') : in_.at_end()) break;
      in_.space();
    }
    return all;
  }

 private:
  struct Word {
    std::string_view name;
    Kind kind;
    uint64_t bits = 0;
  };

  SearchKey key(size_t depth) {
    // Counted over the whole command: a tree of keys costs more memory than its text.
    if (depth > in_.limits().depth || ++count_ > in_.limits().list_items) {
      in_.fail(depth > in_.limits().depth ? "Search nested too deeply" : "Too many search keys");
      return {};
    }
    if (in_.take('(')) return keys(depth + 1, true);
    char c = in_.peek();
    if (c == '*' || c == '$' || (c >= '0' && c <= '9')) return with_set(Kind::kSequence);
    std::string word = in_.keyword();
    if (in_.failed()) return {};
    if (word == "NOT" || word == "OR") return combined(word == "OR", depth);
    if (auto flag = flag_key(word)) return *flag;
    return argument_key(word);
  }

  SearchKey combined(bool is_or, size_t depth) {
    SearchKey out{is_or ? Kind::kOr : Kind::kNot};
    for (int i = 0; i < (is_or ? 2 : 1); ++i) {
      in_.space();
      out.children.push_back(key(depth + 1));
    }
    return out;
  }

  static std::optional<SearchKey> flag_key(std::string_view word) {
    static constexpr Word kWords[] = {
        {"ALL", Kind::kAll},
        {"ANSWERED", Kind::kFlagSet, store::kAnswered},
        {"DELETED", Kind::kFlagSet, store::kDeleted},
        {"DRAFT", Kind::kFlagSet, store::kDraft},
        {"FLAGGED", Kind::kFlagSet, store::kFlagged},
        {"SEEN", Kind::kFlagSet, store::kSeen},
        {"UNANSWERED", Kind::kFlagClear, store::kAnswered},
        {"UNDELETED", Kind::kFlagClear, store::kDeleted},
        {"UNDRAFT", Kind::kFlagClear, store::kDraft},
        {"UNFLAGGED", Kind::kFlagClear, store::kFlagged},
        {"UNSEEN", Kind::kFlagClear, store::kSeen},
        {"NEW", Kind::kNew},
        {"OLD", Kind::kOld},
        {"RECENT", Kind::kRecent},
    };
    for (const Word& entry : kWords) {
      if (entry.name != word) continue;
      SearchKey out{entry.kind};
      out.number = entry.bits;
      return out;
    }
    return std::nullopt;
  }

  SearchKey argument_key(std::string_view word) {
    static constexpr Word kDates[] = {{"BEFORE", Kind::kBefore},         {"ON", Kind::kOn},         {"SINCE", Kind::kSince},
                                      {"SENTBEFORE", Kind::kSentBefore}, {"SENTON", Kind::kSentOn}, {"SENTSINCE", Kind::kSentSince}};
    for (const Word& entry : kDates)
      if (entry.name == word) return with_date(entry.kind);
    for (std::string_view field : {"FROM", "TO", "CC", "BCC", "SUBJECT"})
      if (field == word) return with_text(Kind::kHeader, std::string(field));
    if (word == "BODY") return with_text(Kind::kBody, {});
    if (word == "TEXT") return with_text(Kind::kText, {});
    if (word == "UID") {
      in_.space();
      return with_set(Kind::kUid);
    }
    if (word == "HEADER") {
      in_.space();
      std::string field = in_.astring();
      return with_text(Kind::kHeader, std::move(field));
    }
    if (word == "KEYWORD" || word == "UNKEYWORD") {
      SearchKey out{word == "KEYWORD" ? Kind::kKeyword : Kind::kUnkeyword};
      in_.space();
      out.name = in_.flag();
      return out;
    }
    if (word == "LARGER" || word == "SMALLER") {
      SearchKey out{word == "LARGER" ? Kind::kLarger : Kind::kSmaller};
      in_.space();
      out.number = in_.number64();
      return out;
    }
    if (word == "MODSEQ") return modseq();
    in_.fail("Unknown search key");
    return {};
  }

  SearchKey with_set(Kind kind) {
    SearchKey out{kind};
    out.set = in_.sequence_set();
    return out;
  }
  SearchKey with_date(Kind kind) {
    SearchKey out{kind};
    in_.space();
    out.number = static_cast<uint64_t>(in_.date());
    return out;
  }
  SearchKey with_text(Kind kind, std::string name) {
    SearchKey out{kind};
    out.name = std::move(name);
    in_.space();
    out.text = in_.astring();
    return out;
  }
  // MODSEQ ["/flags/\\Seen" all] 620162338: the entry is accepted and, having one modseq a message, not told apart (RFC 7162 3.1.5).
  SearchKey modseq() {
    SearchKey out{Kind::kModSeq};
    in_.space();
    if (in_.peek() == '"') {
      in_.string();
      in_.space();
      std::string type = in_.keyword();
      if (type != "PRIV" && type != "SHARED" && type != "ALL") in_.fail("Unknown MODSEQ entry type");
      in_.space();
    }
    out.number = in_.number64();
    return out;
  }

  Scanner& in_;
  size_t count_ = 0;
};

SearchReturn return_options(Scanner& in) {
  SearchReturn out;
  out.given = true;
  in.list(
      [&] {
        std::string word = in.keyword();
        if (word == "MIN")
          out.min = true;
        else if (word == "MAX")
          out.max = true;
        else if (word == "ALL")
          out.all = true;
        else if (word == "COUNT")
          out.count = true;
        else if (word == "SAVE")
          out.save = true;
        else
          in.fail("Unknown SEARCH return option");
      },
      true);
  if (!out.min && !out.max && !out.count && !out.save) out.all = true;  // RFC 9051 6.4.4: RETURN () is RETURN (ALL)
  return out;
}

}  // namespace

SearchArguments search_arguments(Scanner& in) {
  SearchArguments out;
  in.space();
  if (in.take_word("RETURN")) {
    in.space();
    out.options = return_options(in);
    in.space();
  }
  if (in.take_word("CHARSET")) {
    in.space();
    out.charset = in.astring();
    in.space();
  }
  out.key = SearchParser(in).keys(0, false);
  return out;
}

}  // namespace imap
