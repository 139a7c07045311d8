#include "transcript/pattern.h"

#include <cctype>
#include <cstdio>
#include <stdexcept>
#include <vector>

#include "base/text.h"

namespace transcript {
namespace {

enum class Kind { kLiteral, kAny, kNumber, kWord };
struct Token {
  Kind kind;
  char literal = 0;
};

std::vector<Token> tokens_of(std::string_view pattern) {
  constexpr std::pair<std::string_view, Kind> kWildcards[] = {{"<any>", Kind::kAny}, {"<num>", Kind::kNumber}, {"<word>", Kind::kWord}};
  std::vector<Token> tokens;
  while (!pattern.empty()) {
    size_t taken = 0;
    for (const auto& [name, kind] : kWildcards) {
      if (!pattern.starts_with(name)) continue;
      tokens.push_back({kind});
      taken = name.size();
    }
    if (taken == 0) {
      tokens.push_back({Kind::kLiteral, pattern.front()});
      taken = 1;
    }
    pattern.remove_prefix(taken);
  }
  return tokens;
}

bool accepts(const Token& token, char c) {
  switch (token.kind) {
    case Kind::kLiteral:
      return c == token.literal;
    case Kind::kAny:
      return true;
    case Kind::kNumber:
      return base::is_digit(c);
    case Kind::kWord:
      return c != ' ';
  }
  return false;
}

}  // namespace

// State sets over the tokens, one step a character: linear in both, no backtracking. State t: tokens before t are used up;
// inside[t]: token t has taken at least one character and may take more.
bool matches(std::string_view pattern, std::string_view line) {
  const std::vector<Token> tokens = tokens_of(pattern);
  const size_t end = tokens.size();
  std::vector<char> at(end + 1, 0), inside(end + 1, 0);
  auto settle = [&] {
    for (size_t t = 0; t < end; ++t) {
      if (at[t] && tokens[t].kind == Kind::kAny) at[t + 1] = 1;
      if (inside[t]) at[t + 1] = 1;
    }
  };
  at[0] = 1;
  settle();
  for (char c : line) {
    std::vector<char> next_at(end + 1, 0), next_inside(end + 1, 0);
    for (size_t t = 0; t < end; ++t) {
      if (!(at[t] || inside[t]) || !accepts(tokens[t], c)) continue;
      if (tokens[t].kind == Kind::kLiteral)
        next_at[t + 1] = 1;
      else
        next_inside[t] = 1;
    }
    at.swap(next_at);
    inside.swap(next_inside);
    settle();
  }
  return at[end];
}

std::string unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    const char c = ++i < text.size() ? text[i] : '\0';
    if (c == 'x' && i + 2 < text.size()) {
      const auto byte = base::hex_decode(base::to_lower(text.substr(i + 1, 2)));
      if (!byte) throw std::runtime_error("bad escape \\x" + std::string(text.substr(i + 1, 2)));
      out += *byte;
      i += 2;
    } else if (c == 'r') {
      out += '\r';
    } else if (c == 'n') {
      out += '\n';
    } else if (c == 't') {
      out += '\t';
    } else if (c == '0') {
      out += '\0';
    } else if (c == '\\' || c == '"') {
      out += c;
    } else {
      throw std::runtime_error(std::string("bad escape \\") + c);
    }
  }
  return out;
}

std::string escape(std::string_view bytes) {
  std::string out;
  for (unsigned char c : bytes) {
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\\') {
      out += "\\\\";
    } else if (c < 0x20 || c > 0x7e) {
      char hex[5];
      std::snprintf(hex, sizeof hex, "\\x%02x", c);
      out += hex;
    } else {
      out += static_cast<char>(c);
    }
  }
  return out;
}

}  // namespace transcript
