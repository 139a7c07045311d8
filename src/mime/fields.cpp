#include "mime/fields.h"

#include <algorithm>

#include "base/text.h"
#include "mime/lexer.h"

namespace mime {
namespace {

// The first word of a value, comments left out, up to one of `specials`; "" when there is none.
std::string first_word(std::string_view value, std::string_view specials) {
  Token token = Lexer(value, specials).next();
  return token.kind == TokenKind::kWord || token.kind == TokenKind::kQuoted ? std::string(token.text) : std::string();
}

// What is left of `value` behind a token of it.
std::string_view behind(std::string_view value, const Token& token) {
  return token.text.empty() ? std::string_view() : value.substr(static_cast<size_t>(token.text.data() - value.data()) + token.text.size());
}

// RFC 2045 5.2: what cannot be read is text/plain.
void read_content_type(std::string_view value, const Limits& limits, Part& part) {
  Lexer lexer(value, "/;=");
  Token type = lexer.next(), slash = lexer.next(), subtype = lexer.next();
  bool good = type.kind == TokenKind::kWord && slash.is('/') && subtype.kind == TokenKind::kWord;
  part.type = good ? type.text : "text";
  part.subtype = good ? subtype.text : "plain";
  std::string_view rest = good ? behind(value, subtype) : value.substr(std::min(value.find(';'), value.size()));
  part.parameters = parse_parameters(rest, limits.parameters);
}

void read_disposition(std::string_view value, const Limits& limits, Part& part) {
  Token kind = Lexer(value, ";=").next();
  if (kind.kind != TokenKind::kWord) return;
  part.disposition = kind.text;
  part.disposition_parameters = parse_parameters(behind(value, kind), limits.parameters);
}

// RFC 3282
void read_languages(std::string_view value, Part& part) {
  Lexer lexer(value, ",;");
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd && part.languages.size() < 100; token = lexer.next())
    if (token.kind == TokenKind::kWord) part.languages.emplace_back(token.text);
}

enum Seen : unsigned { kType = 1, kEncoding = 2, kDisposition = 4, kLanguage = 8 };

}  // namespace

void read_content_field(const Header& header, const Limits& limits, unsigned& seen, Part& part) {
  std::string_view name = header.name.substr(8);
  std::string_view value = header.value.substr(0, limits.value_bytes);
  auto first = [&](unsigned flag) { return (seen & flag) == 0 && (seen |= flag) != 0; };
  auto text = [&](std::optional<std::string>& field) {
    if (!field) field = unfold(value);
  };
  if (base::iequals(name, "type")) {
    if (first(kType)) read_content_type(value, limits, part);
  } else if (base::iequals(name, "transfer-encoding")) {
    if (first(kEncoding)) part.encoding = first_word(value, ";,");
  } else if (base::iequals(name, "disposition")) {
    if (first(kDisposition)) read_disposition(value, limits, part);
  } else if (base::iequals(name, "language")) {
    if (first(kLanguage)) read_languages(value, part);
  } else if (base::iequals(name, "id")) {
    text(part.id);
  } else if (base::iequals(name, "description")) {
    text(part.description);
  } else if (base::iequals(name, "md5")) {
    text(part.md5);
  } else if (base::iequals(name, "location")) {
    text(part.location);
  }
}

void read_envelope_field(const Header& header, const Limits& limits, Envelope& envelope) {
  std::string_view name = header.name;
  auto text = [&](std::optional<std::string>& field) {
    if (!field) field = unfold(header.value.substr(0, limits.value_bytes));
  };
  auto list = [&](std::vector<Address>& field) {
    if (field.size() >= limits.addresses) return;
    auto more = parse_addresses(header.value.substr(0, limits.value_bytes), limits.addresses - field.size());
    if (field.empty())
      field = std::move(more);
    else
      field.insert(field.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  switch (name.size()) {
    case 2:
      if (base::iequals(name, "to")) list(envelope.to);
      if (base::iequals(name, "cc")) list(envelope.cc);
      break;
    case 3:
      if (base::iequals(name, "bcc")) list(envelope.bcc);
      break;
    case 4:
      if (base::iequals(name, "from")) list(envelope.from);
      if (base::iequals(name, "date")) text(envelope.date);
      break;
    case 6:
      if (base::iequals(name, "sender")) list(envelope.sender);
      break;
    case 7:
      if (base::iequals(name, "subject")) text(envelope.subject);
      break;
    case 8:
      if (base::iequals(name, "reply-to")) list(envelope.reply_to);
      break;
    case 10:
      if (base::iequals(name, "message-id")) text(envelope.message_id);
      break;
    case 11:
      if (base::iequals(name, "in-reply-to")) text(envelope.in_reply_to);
      break;
  }
}

const std::string* find_parameter(const std::vector<Parameter>& parameters, std::string_view name) {
  for (const auto& p : parameters)
    if (p.name == name) return &p.value;
  return nullptr;
}

}  // namespace mime
