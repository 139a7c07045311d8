#pragma once
// Tokens of structured header fields (RFC 5322 3.2, RFC 2045 5.1). Internal to mime/.

#include <string>
#include <string_view>

namespace mime {

enum class TokenKind : unsigned char { kEnd, kWord, kQuoted, kComment, kDomainLiteral, kSpecial };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;      // kWord: the bytes; kQuoted, kComment, kDomainLiteral: between the marks, raw; kSpecial: one character
  bool space_before = false;  // white space or a comment was between this token and the one before
  bool is(char special) const { return kind == TokenKind::kSpecial && text.front() == special; }
};

// Cuts a value into tokens. A quote or parenthesis that is never closed counts as white space. Comments nest; the nesting is counted, not
// recursed into. An encoded-word (RFC 2047) is one word even when it holds specials. Each byte is looked at a bounded number of times.
class Lexer {
 public:
  // `specials` end a word and stand alone.
  Lexer(std::string_view text, std::string_view specials) : text_(text), specials_(specials) {}
  Token next();  // comments left out
  Token next_or_comment();

 private:
  bool delimited(TokenKind kind, char open, char close, Token& token);
  size_t word_end(size_t at) const;

  std::string_view text_;
  std::string_view specials_;
  size_t at_ = 0;
  bool unclosed_[3] = {};  // an unclosed quote, comment, literal was met: later openers are not tried again
};

// The inside of a quoted-string or comment with its escapes undone and its line ends removed.
std::string unescape(std::string_view raw);

// The text as a quoted-string; line ends and NUL are left out.
std::string quote(std::string_view text);
// The text as a phrase: atoms when it is made of them, otherwise a quoted-string. 8-bit bytes pass (RFC 6532).
std::string quote_phrase(std::string_view text);
bool is_atext(char c);

}  // namespace mime
