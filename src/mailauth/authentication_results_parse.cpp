// RFC 8601 2.2. Lenient where senders are: white space and comments anywhere, "=" and "/" unquoted in a property's value, a last ";".

#include <optional>
#include <utility>

#include "base/text.h"
#include "mailauth/authentication_results.h"

namespace mailauth {
namespace {

using base::Error;
using base::ErrorKind;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }

// Walks the value. Each step skips white space and comments first.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool at_end() { return skip(), at_ == text_.size(); }
  bool broken() const { return broken_; }

  bool take(char c) {
    skip();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // RFC 5321 Keyword, lower case; "" when there is none.
  std::string keyword() {
    skip();
    const size_t begin = at_;
    while (at_ < text_.size() && (base::is_alpha(text_[at_]) || base::is_digit(text_[at_]) || text_[at_] == '-' || text_[at_] == '_'))
      ++at_;
    return base::to_lower(text_.substr(begin, at_ - begin));
  }

  std::optional<unsigned> number() {
    const auto value = base::parse_number(keyword());
    if (!value || *value > 1000) return std::nullopt;
    return static_cast<unsigned>(*value);
  }

  // A quoted-string, or anything up to white space, ";" or a comment; `"a b"@example.com` too.
  std::optional<std::string> value() {
    skip();
    std::string out;
    const size_t begin = at_;
    while (at_ < text_.size() && !is_space(text_[at_]) && text_[at_] != ';' && text_[at_] != '(') {
      const char c = text_[at_];
      if (is_control(c) || (c == '"' && !quoted(out))) {
        broken_ = true;
        return std::nullopt;
      }
      if (c == '"') continue;  // quoted() went past it
      out += c;
      ++at_;
    }
    if (at_ == begin) return std::nullopt;
    return out;
  }

  // The first comment since the last call, with its escapes undone.
  std::string take_comment() { return std::exchange(comment_, {}); }

 private:
  bool quoted(std::string& out) {
    for (++at_; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == '"') return ++at_, true;
      if (c == '\\' && at_ + 1 < text_.size()) c = text_[++at_];
      if (!is_control(c)) out += c;
    }
    return false;
  }

  void skip() {
    while (at_ < text_.size() && (is_space(text_[at_]) || text_[at_] == '('))
      if (text_[at_] != '(')
        ++at_;
      else
        comment();
  }

  // One comment with those inside it. One that never ends takes all that is left.
  void comment() {
    std::string inside;
    size_t depth = 0;
    for (; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == '\\' && at_ + 1 < text_.size()) {
        c = text_[++at_];
      } else if (c == '(') {
        if (++depth == 1) continue;
      } else if (c == ')') {
        if (--depth == 0) {
          ++at_;
          if (comment_.empty()) comment_ = std::move(inside);
          return;
        }
      }
      if (!is_control(c)) inside += c;
    }
    broken_ = true;
  }

  std::string_view text_;
  size_t at_ = 0;
  bool broken_ = false;
  std::string comment_;
};

Error invalid(const char* why) { return {ErrorKind::kInvalid, why}; }

// "reason=..." or "ptype.property=value". nullptr when it could be read, otherwise why not.
const char* read_property(Scanner& in, AuthResult& result, const AuthenticationResultsLimits& limits) {
  const std::string type = in.keyword();
  if (type.empty()) return "unexpected character";
  if (in.take('.')) {
    const std::string name = in.keyword();
    if (name.empty() || !in.take('=')) return "bad property";
    auto value = in.value();
    if (!value && in.broken()) return "quote without an end";
    if (result.properties.size() == limits.properties) return "too many properties";
    result.properties.push_back({type, name, value.value_or("")});
    return nullptr;
  }
  if (type != "reason" || !in.take('=')) return "bad property";
  const auto value = in.value();
  if (!value) return "bad reason";
  result.reason = *value;
  return nullptr;
}

// What stands between two ";". nullptr when it could be read, otherwise why not.
const char* read_result(Scanner& in, AuthenticationResults& out, const AuthenticationResultsLimits& limits) {
  in.take_comment();
  AuthResult result;
  result.method = in.keyword();
  if (result.method.empty()) return "no method";
  if (result.method == "none" && out.results.empty() && in.at_end()) return nullptr;
  if (in.take('/')) {
    const auto version = in.number();
    if (!version) return "bad method version";
    result.version = *version;
  }
  if (!in.take('=')) return "method without a result";
  result.result = in.keyword();
  if (result.result.empty()) return "no result";
  while (!in.at_end() && !in.take(';')) {
    if (result.comment.empty()) result.comment = in.take_comment();
    if (const char* why = read_property(in, result, limits)) return why;
  }
  if (result.comment.empty()) result.comment = in.take_comment();
  if (out.results.size() == limits.results) return "too many results";
  out.results.push_back(std::move(result));
  return nullptr;
}

std::string_view without_dot(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

}  // namespace

base::Result<AuthenticationResults> parse_authentication_results(std::string_view value, const AuthenticationResultsLimits& limits) {
  if (value.size() > limits.bytes) return invalid("field is too long");
  Scanner in(value);
  AuthenticationResults out;
  const auto id = in.value();
  if (!id || id->empty()) return invalid("no authserv-id");
  out.authserv_id = *id;
  if (!in.take(';') && !in.at_end()) {
    const auto version = in.number();
    if (!version) return invalid("bad version");
    if (*version != 1) return invalid("version is unknown");
    if (!in.take(';') && !in.at_end()) return invalid("unexpected character");
  }
  while (!in.at_end())
    if (const char* why = read_result(in, out, limits)) return invalid(why);
  if (in.broken()) return invalid("comment without an end");
  return out;
}

bool is_forged(std::string_view value, std::string_view authserv_id) {
  Scanner in(value);
  const auto id = in.value();
  if (!id || id->empty() || in.broken()) return true;
  const std::string_view theirs = without_dot(*id), ours = without_dot(authserv_id);
  if (!base::istarts_with(theirs, ours)) return false;
  // "mx.example/1" or "mx.example=": some readers end the id at a character that no token has.
  if (theirs.size() == ours.size()) return true;
  const char next = theirs[ours.size()];
  return !base::is_alpha(next) && !base::is_digit(next) && next != '.' && next != '-' && next != '_';
}

}  // namespace mailauth
