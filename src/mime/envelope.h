#pragma once
// The envelope of a message as IMAP means it (RFC 9051 7.5.2): ten header fields, raw but unfolded; encoded-words stay encoded.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mime/address.h"

namespace mime {

// nullopt: the field is not there (NIL); "" : it is there and empty. An address list that is missing and one that is empty are both NIL in
// IMAP. sender and reply_to are as sent: IMAP falls back to `from` when they are empty.
struct Envelope {
  std::optional<std::string> date, subject;
  std::vector<Address> from, sender, reply_to, to, cc, bcc;
  std::optional<std::string> in_reply_to, message_id;
  bool operator==(const Envelope&) const = default;
};

}  // namespace mime
