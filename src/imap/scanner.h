#pragma once
// Takes tokens off a RawCommand: the lexical rules of RFC 9051 9. Failure is sticky: after the first one every take returns nothing, so
// that a grammar function reads straight through and the caller looks once.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "imap/limits.h"
#include "imap/syntax.h"

namespace imap {

class Scanner {
 public:
  Scanner(RawCommand& raw, const Limits& limits) : text_(raw.text), literals_(raw.literals), limits_(limits) {}

  const Limits& limits() const { return limits_; }
  bool failed() const { return !error_.empty(); }
  const std::string& error() const { return error_; }
  void fail(std::string_view text);

  bool at_end() const { return failed() || at_ == text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool take(char c);    // true when it was there
  void expect(char c);  // fails when not
  void space() { expect(' '); }
  void end();                              // fails unless all is read
  bool take_word(std::string_view upper);  // case-insensitive, only when the word ends there; not taken otherwise
  bool peek_word(std::string_view upper) const;

  std::string_view atom();  // at least one ATOM-CHAR
  std::string keyword();    // atom in upper case
  std::string tag();
  std::string astring();
  std::string string();  // quoted or literal
  std::optional<std::string> nstring();
  std::string list_mailbox();         // astring with % and *
  std::string literal(bool& binary);  // "{n}" or "~{n}"
  bool at_literal() const { return peek() == '{' || (peek() == '~' && at_ + 1 < text_.size() && text_[at_ + 1] == '{'); }
  uint32_t number();
  uint32_t nz_number();
  uint64_t number64();  // below 2^63 (RFC 9051 9 number64)
  SequenceSet sequence_set();
  store::FlagNames flags();  // "(" ... ")" or a bare list
  int64_t date();            // days since 1970, optionally quoted
  base::Time date_time();    // quoted

  // fn() for each element of "(" a SP b ")"; elements at most limits().list_items. `allow_empty`: "()" is fine.
  template <typename Fn>
  void list(Fn&& fn, bool allow_empty = false) {
    expect('(');
    if (allow_empty && take(')')) return;
    for (size_t n = 0; !failed(); ++n) {
      if (n == limits_.list_items) return fail("Too many list elements");
      fn();
      if (take(')')) return;
      space();
    }
  }
  std::string flag();

 private:
  std::string_view take_while(bool (*accept)(char));
  std::string quoted();
  void add_flag(store::FlagNames& out, std::string name);

  std::string_view text_;
  std::vector<std::string>& literals_;
  const Limits& limits_;
  size_t at_ = 0;
  size_t next_literal_ = 0;
  std::string error_;
};

}  // namespace imap
