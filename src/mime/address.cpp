// The address parser is one pass over the tokens of the value. Between separators it gathers one entry: words are both the possible display
// name and the possible local part until "<", "@" or ":" tells which they are.

#include "mime/address.h"

#include <utility>

#include "base/text.h"
#include "mime/encoded_word.h"
#include "mime/lexer.h"

namespace mime {
namespace {

void append_word(std::string& out, bool space, std::string_view word) {
  if (space && !out.empty()) out += ' ';
  out += word;
}

// RFC 5322 3.2.3
bool is_dot_atom(std::string_view s) {
  if (s.empty() || s.front() == '.' || s.back() == '.' || s.find("..") != std::string_view::npos) return false;
  for (char c : s)
    if (c != '.' && !is_atext(c)) return false;
  return true;
}

class AddressParser {
 public:
  AddressParser(std::string_view value, size_t limit) : lexer_(value, "<>,;:@["), limit_(limit) {}

  std::vector<Address> run() {
    while (out_.size() < limit_) {
      Token token = lexer_.next_or_comment();
      if (token.kind == TokenKind::kEnd) break;
      take(token);
    }
    flush();
    if (in_group_) end_group();
    return std::move(out_);
  }

 private:
  // One entry under way.
  struct Entry {
    std::string phrase;  // everything before "<", spaces between words
    std::string before;  // of a bare address: the words before the local part
    std::string after;   // words behind "<...>", where some put the name
    std::string local, host, comment;
    bool at = false, angle = false, closed = false, any = false;
  };

  void take(const Token& token) {
    switch (token.kind) {
      case TokenKind::kComment:
        return append_word(entry_.comment, true, unescape(token.text));
      case TokenKind::kQuoted:
        return add_quoted(unescape(token.text), token.space_before);
      case TokenKind::kDomainLiteral:
        return add_literal(unescape(token.text), token.space_before);
      case TokenKind::kWord:
        return add_word(token.text, token.space_before);
      case TokenKind::kSpecial:
        return take_special(token);
      case TokenKind::kEnd:
        return;
    }
  }

  void take_special(const Token& token) {
    switch (token.text.front()) {
      case ',':
        return flush();
      case ';':
        flush();
        if (in_group_) end_group();
        return;
      case '<':
        if (!entry_.angle) open_angle();
        return;
      case '>':
        entry_.closed |= entry_.angle;
        return;
      case ':':
        return take_colon();
      case '@':
        return take_at(token.space_before);
      default:
        if (!end_host()) add_word(token.text, token.space_before);
    }
  }

  // A host is a dot-atom or a literal (RFC 5322 3.4.1): it has no quotes, so a special in it would be another one when it is written.
  bool end_host() {
    if (!entry_.at || entry_.closed) return false;
    entry_.closed = true;
    return true;
  }

  void add_quoted(const std::string& text, bool space) {
    if (is_dot_atom(text) || !end_host()) add_word(text, space);
  }

  void add_literal(const std::string& text, bool space) {
    if (text.find_first_of("[]\\") == std::string::npos || !end_host()) add_word("[" + text + "]", space);
  }

  void add_word(std::string_view word, bool space) {
    if (entry_.closed) return append_word(entry_.after, true, word);
    entry_.any = true;
    if (!entry_.angle) append_word(entry_.phrase, space, word);
    std::string& target = entry_.at ? entry_.host : entry_.local;
    // RFC 5322 4.4 allows white space around the dots; elsewhere it parts a name from a bare address, or a host from junk.
    bool joined = !space || target.empty() || target.back() == '.' || word.starts_with('.');
    if (entry_.at && !joined) {
      entry_.closed = true;
      return;
    }
    if (!joined) append_word(entry_.before, true, std::exchange(target, {}));
    target += word;
  }

  void open_angle() {
    entry_.angle = entry_.any = true;
    entry_.at = false;
    entry_.local.clear();
    entry_.host.clear();
  }

  void take_at(bool space) {
    if (entry_.closed) return;
    entry_.any = true;
    if (!entry_.angle) append_word(entry_.phrase, space, "@");
    // "a@b@c": the last one counts.
    if (entry_.at) entry_.local += '@' + std::exchange(entry_.host, {});
    entry_.at = true;
  }

  void take_colon() {
    // The end of an obsolete route: "<@a,@b:local@host>" (RFC 5322 4.4).
    if (entry_.angle && !entry_.closed && entry_.at) return open_angle();
    if (in_group_ || entry_.angle || entry_.at || entry_.phrase.empty()) return add_word(":", false);
    in_group_ = true;
    out_.push_back({Address::Kind::kGroupStart, std::nullopt, std::move(entry_.phrase), {}});
    entry_ = {};
  }

  void flush() {
    // A comma inside the route of an angle address.
    if (entry_.angle && !entry_.closed && entry_.at && entry_.local.empty()) return;
    Entry entry = std::exchange(entry_, {});
    if (!entry.any || out_.size() >= limit_) return;
    Address address;
    std::string name = entry.angle ? std::move(entry.phrase) : std::move(entry.before);
    if (!entry.angle && !entry.at && !name.empty()) {
      append_word(name, true, entry.local);  // words without any address
      entry.local.clear();
    }
    if (name.empty() && entry.angle) name = std::move(entry.after);
    if (name.empty()) name = std::move(entry.comment);
    if (!name.empty()) address.name = std::move(name);
    address.mailbox = std::move(entry.local);
    address.host = std::move(entry.host);
    out_.push_back(std::move(address));
  }

  void end_group() {
    in_group_ = false;
    out_.push_back({Address::Kind::kGroupEnd, std::nullopt, {}, {}});
  }

  Lexer lexer_;
  size_t limit_;
  std::vector<Address> out_;
  Entry entry_;
  bool in_group_ = false;
};

}  // namespace

std::string Address::addr_spec() const {
  if (kind != Kind::kMailbox) return {};
  std::string out = is_dot_atom(mailbox) ? mailbox : quote(mailbox);
  return host.empty() ? out : out + '@' + host;
}

std::vector<Address> parse_addresses(std::string_view value, size_t limit) { return AddressParser(value, limit).run(); }

std::optional<Address> first_mailbox(std::string_view value) {
  for (auto& address : parse_addresses(value, 100))
    if (address.kind == Address::Kind::kMailbox) return std::move(address);
  return std::nullopt;
}

std::string format_address(const Address& address, bool utf8) {
  auto phrase = [&](const std::string& text) { return utf8 ? quote_phrase(text) : encode_phrase(text); };
  if (address.kind == Address::Kind::kGroupEnd) return ";";
  if (address.kind == Address::Kind::kGroupStart) return phrase(address.mailbox) + ":";
  if (!address.name || address.name->empty()) return address.addr_spec();
  return phrase(*address.name) + " <" + address.addr_spec() + ">";
}

}  // namespace mime
