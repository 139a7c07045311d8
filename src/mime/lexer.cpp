#include "mime/lexer.h"

#include <algorithm>

#include "base/text.h"

namespace mime {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0'; }

// Some senders exceed RFC 2047's 75 characters; past this it is no encoded-word.
constexpr size_t kLongestEncodedWord = 1000;

// Past the encoded-word at `at`, or `at` when there is none: "=?" charset "?" encoding "?" text "?=".
size_t encoded_word_end(std::string_view text, size_t at) {
  if (!text.substr(at).starts_with("=?")) return at;
  size_t limit = std::min(text.size(), at + kLongestEncodedWord);
  int marks = 0;
  for (size_t i = at + 2; i < limit && !is_space(text[i]); ++i) {
    if (text[i] != '?') continue;
    if (++marks >= 3) return i + 1 < text.size() && text[i + 1] == '=' ? i + 2 : at;
  }
  return at;
}

}  // namespace

bool Lexer::delimited(TokenKind kind, char open, char close, Token& token) {
  bool& unclosed = unclosed_[static_cast<int>(kind) - static_cast<int>(TokenKind::kQuoted)];
  if (unclosed) return false;
  size_t depth = 1;
  for (size_t i = at_ + 1; i < text_.size(); ++i) {
    char c = text_[i];
    if (c == '\\') {
      ++i;
    } else if (c == close) {
      if (--depth > 0) continue;
      token = {kind, text_.substr(at_ + 1, i - at_ - 1)};
      at_ = i + 1;
      return true;
    } else if (c == open && kind == TokenKind::kComment) {
      ++depth;
    }
  }
  unclosed = true;
  return false;
}

size_t Lexer::word_end(size_t at) const {
  for (; at < text_.size(); ++at) {
    char c = text_[at];
    if (is_space(c) || c == '"' || c == '(' || specials_.find(c) != std::string_view::npos) break;
    if (c == '=')
      if (size_t end = encoded_word_end(text_, at); end > at) at = end - 1;
  }
  return at;
}

Token Lexer::next_or_comment() {
  Token token;
  bool space = false;
  for (;; ++at_, space = true) {
    if (at_ == text_.size()) break;
    char c = text_[at_];
    if (is_space(c)) continue;
    if (c == '"') {
      if (delimited(TokenKind::kQuoted, '"', '"', token)) break;
    } else if (c == '(') {
      if (delimited(TokenKind::kComment, '(', ')', token)) break;
    } else if (c == '[' && specials_.find('[') != std::string_view::npos) {
      if (delimited(TokenKind::kDomainLiteral, '[', ']', token)) break;
    } else {
      size_t end = word_end(at_);
      token = end > at_ ? Token{TokenKind::kWord, text_.substr(at_, end - at_)} : Token{TokenKind::kSpecial, text_.substr(at_, 1)};
      at_ += token.text.size();
      break;
    }
  }
  token.space_before = space;
  return token;
}

Token Lexer::next() {
  bool comment = false;
  for (;;) {
    Token token = next_or_comment();
    if (token.kind != TokenKind::kComment) {
      token.space_before |= comment;
      return token;
    }
    comment = true;
  }
}

std::string unescape(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (c == '\\' && i + 1 < raw.size()) c = raw[++i];
    if (c == '\r' || c == '\n' || c == '\0') continue;
    out += c;
  }
  return out;
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '\r' || c == '\n' || c == '\0') continue;
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

bool is_atext(char c) {
  return base::is_alpha(c) || base::is_digit(c) || static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

std::string quote_phrase(std::string_view text) {
  bool atoms = !text.empty() && text.front() != ' ' && text.back() != ' ' && text.find("  ") == text.npos;
  for (char c : text) atoms = atoms && (c == ' ' || is_atext(c));
  return atoms ? std::string(text) : quote(text);
}

}  // namespace mime
