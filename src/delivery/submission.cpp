// Step "submission" (RFC 6409): the author is who signed in, or somebody they may write as; what a message must have is added (8.2, 8.3),
// and what recipients must not see is taken out (Bcc; the submitter's address is the business of step "headers").

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "delivery/header_fields.h"
#include "delivery/step.h"
#include "mime/address.h"
#include "mime/builder.h"
#include "mime/date.h"
#include "mime/message.h"

namespace delivery {

namespace {

constexpr size_t kAuthors = 50;

struct Header {
  size_t from_fields = 0;
  std::vector<mime::Address> authors;  // From and Sender
  bool date = false, message_id = false, bcc = false;
};

Header read_header(std::string_view body) {
  Header header;
  const auto add_mailboxes = [&](std::string_view value) {
    for (auto& address : mime::parse_addresses(value, kAuthors))
      if (address.kind == mime::Address::Kind::kMailbox) header.authors.push_back(std::move(address));
  };
  mime::for_each_header(body, [&](const mime::Header& field) {
    const bool from = base::iequals(field.name, "From");
    header.from_fields += from;
    if (from || base::iequals(field.name, "Sender")) add_mailboxes(field.value);
    header.date |= base::iequals(field.name, "Date");
    header.message_id |= base::iequals(field.name, "Message-ID");
    header.bcc |= base::iequals(field.name, "Bcc") || base::iequals(field.name, "Resent-Bcc");
  });
  return header;
}

Verdict not_theirs(const Message& message, const std::string& address) {
  return Verdict::refuse(
      550, "5.7.1",
      fmt::format("you may not send as {}: use {} or an alias of yours", base::printable(address, 200), message.submitter->address));
}

// The domain of an address, for a Message-ID.
std::string_view domain_of(std::string_view address) { return address.substr(address.rfind('@') + 1); }

void complete(Message& message, const Header& header) {
  std::string added;
  if (!header.date) added += fmt::format("Date: {}\r\n", mime::format_date(message.received_at));
  if (!header.message_id) added += fmt::format("Message-ID: {}\r\n", mime::make_message_id(domain_of(message.submitter->address)));
  if (!added.empty()) message.body.insert(0, added);
}

}  // namespace

net::Task<Verdict> check_submission(Message& message, Services& services) {
  if (!message.submitter) co_return Verdict::go_on();
  const Header header = read_header(message.body);
  if (header.from_fields == 0) co_return Verdict::refuse(550, "5.6.0", "the message has no From");
  if (header.from_fields > 1 || header.authors.empty())
    co_return Verdict::refuse(550, "5.6.0", "the message wants one From with an address");
  for (const auto& author : header.authors) {
    const auto address = author.addr_spec();
    const bool theirs = services.directory.may_send_as(*message.submitter, address);
    if (!theirs) co_return not_theirs(message, address);
  }
  if (header.bcc) {
    remove_fields(message.body, "Bcc");
    remove_fields(message.body, "Resent-Bcc");
  }
  complete(message, header);
  co_return Verdict::go_on();
}

}  // namespace delivery
