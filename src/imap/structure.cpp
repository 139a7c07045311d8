#include "imap/structure.h"

#include "imap/response.h"

namespace imap {
namespace {

// (name route mailbox host); a group is opened by a mailbox without host and closed by all NIL.
void put_address(std::string& out, const mime::AddressView& address, bool utf8) {
  switch (address.kind) {
    case mime::Address::Kind::kGroupEnd:
      out += "(NIL NIL NIL NIL)";
      return;
    case mime::Address::Kind::kGroupStart:
      out += "(NIL NIL ";
      put_string(out, address.mailbox, utf8);
      out += " NIL)";
      return;
    case mime::Address::Kind::kMailbox:
      break;
  }
  out.push_back('(');
  put_nstring(out, address.name, utf8);
  out += " NIL ";
  put_string(out, address.mailbox, utf8);
  out.push_back(' ');
  put_string(out, address.host, utf8);
  out.push_back(')');
}

void put_addresses(std::string& out, mime::AddressListView list, bool utf8) {
  out.push_back(' ');
  if (list.empty()) {
    out += "NIL";
    return;
  }
  out.push_back('(');
  for (mime::AddressView address; list.next(address);) put_address(out, address, utf8);
  out.push_back(')');
}

void put_pair(std::string& out, const char*& separator, std::string_view name, std::string_view value, bool utf8) {
  out += separator;
  separator = " ";
  put_string(out, name, utf8);
  out.push_back(' ');
  put_string(out, value, utf8);
}

void put_parameters(std::string& out, const std::vector<mime::Parameter>& parameters, bool utf8) {
  if (parameters.empty()) {
    out += "NIL";
    return;
  }
  out.push_back('(');
  const char* separator = "";
  for (const mime::Parameter& parameter : parameters) {
    for (const auto& raw : parameter.raw) put_pair(out, separator, raw.name, raw.value, utf8);
    if (parameter.raw.empty()) put_pair(out, separator, parameter.name, parameter.value, utf8);
  }
  out.push_back(')');
}

void put_languages(std::string& out, const std::vector<std::string>& languages, bool utf8) {
  if (languages.empty()) {
    out += "NIL";
    return;
  }
  out.push_back('(');
  const char* separator = "";
  for (const std::string& language : languages) {
    out += separator;
    separator = " ";
    put_string(out, language, utf8);
  }
  out.push_back(')');
}

// What BODYSTRUCTURE has beyond BODY, the same for parts and multiparts.
void put_extension(std::string& out, const mime::Part& part, bool utf8) {
  out.push_back(' ');
  if (part.disposition) {
    out.push_back('(');
    put_string(out, *part.disposition, utf8);
    out.push_back(' ');
    put_parameters(out, part.disposition_parameters, utf8);
    out.push_back(')');
  } else {
    out += "NIL";
  }
  out.push_back(' ');
  put_languages(out, part.languages, utf8);
  out.push_back(' ');
  put_nstring(out, part.location, utf8);
}

void put_multipart(std::string& out, const mime::Part& part, bool extended, bool utf8) {
  for (const mime::Part& child : part.children) put_body_structure(out, child, extended, utf8);
  out.push_back(' ');
  put_string(out, part.subtype, utf8);
  if (!extended) return;
  out.push_back(' ');
  put_parameters(out, part.parameters, utf8);
  put_extension(out, part, utf8);
}

void put_leaf(std::string& out, const mime::Part& part, bool extended, bool utf8) {
  put_string(out, part.type, utf8);
  out.push_back(' ');
  put_string(out, part.subtype, utf8);
  out.push_back(' ');
  put_parameters(out, part.parameters, utf8);
  out.push_back(' ');
  put_nstring(out, part.id, utf8);
  out.push_back(' ');
  put_nstring(out, part.description, utf8);
  out.push_back(' ');
  put_string(out, part.encoding.empty() ? "7bit" : std::string_view(part.encoding), utf8);
  out.push_back(' ');
  put_number(out, part.octets());
  if (part.is_message()) {
    std::string record = mime::encode_envelope(*part.envelope);
    out.push_back(' ');
    put_envelope(out, mime::view_envelope(record).value_or(mime::EnvelopeView{}), utf8);
    out.push_back(' ');
    put_body_structure(out, part.children.front(), extended, utf8);
  }
  if (part.is_message() || part.is_text()) {
    out.push_back(' ');
    put_number(out, part.lines);
  }
  if (!extended) return;
  out.push_back(' ');
  put_nstring(out, part.md5, utf8);
  put_extension(out, part, utf8);
}

}  // namespace

void put_envelope(std::string& out, mime::EnvelopeView envelope, bool utf8) {
  out.push_back('(');
  put_nstring(out, envelope.date, utf8);
  out.push_back(' ');
  put_nstring(out, envelope.subject, utf8);
  put_addresses(out, envelope.from, utf8);
  put_addresses(out, envelope.sender_or_from(), utf8);
  put_addresses(out, envelope.reply_to_or_from(), utf8);
  put_addresses(out, envelope.to, utf8);
  put_addresses(out, envelope.cc, utf8);
  put_addresses(out, envelope.bcc, utf8);
  out.push_back(' ');
  put_nstring(out, envelope.in_reply_to, utf8);
  out.push_back(' ');
  put_nstring(out, envelope.message_id, utf8);
  out.push_back(')');
}

void put_body_structure(std::string& out, const mime::Part& part, bool extended, bool utf8) {
  out.push_back('(');
  if (part.is_multipart())
    put_multipart(out, part, extended, utf8);
  else
    put_leaf(out, part, extended, utf8);
  out.push_back(')');
}

}  // namespace imap
