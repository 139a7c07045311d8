#pragma once
// The stored summary of a message: its envelope and its structure as records (base/record.h), made at delivery and read for FETCH and list
// views. The byte format is in doc/formats/message-summary.md.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mime/message.h"

namespace mime {

std::string encode_envelope(const Envelope& envelope);
// nullopt when the bytes are no envelope record.
std::optional<Envelope> decode_envelope(std::string_view record);

struct AddressView {
  Address::Kind kind = Address::Kind::kMailbox;
  std::optional<std::string_view> name;
  std::string_view mailbox, host;
};

// A stored address list, read in place.
class AddressListView {
 public:
  AddressListView() = default;
  explicit AddressListView(std::string_view bytes) : rest_(bytes) {}
  bool empty() const { return rest_.empty(); }
  // Takes the next entry; false at the end and on malformed bytes.
  bool next(AddressView& address);

 private:
  std::string_view rest_;
};

// An envelope record read without allocation; views into the record, which must outlive it.
struct EnvelopeView {
  std::optional<std::string_view> date, subject, in_reply_to, message_id;
  AddressListView from, sender, reply_to, to, cc, bcc;

  // RFC 9051 7.5.2: sender and reply-to that are missing or empty are those of From.
  AddressListView sender_or_from() const { return sender.empty() ? from : sender; }
  AddressListView reply_to_or_from() const { return reply_to.empty() ? from : reply_to; }
};
// nullopt when the bytes are no envelope record.
std::optional<EnvelopeView> view_envelope(std::string_view record);

// The whole tree with its offsets and inner envelopes: enough for BODY, BODYSTRUCTURE and to cut BODY[1.2.MIME] out of the stored bytes.
std::string encode_structure(const Part& root);
// nullopt when the bytes are no structure record, or nest deeper than `depth`.
std::optional<Part> decode_structure(std::string_view record, size_t depth = 1000);

}  // namespace mime
