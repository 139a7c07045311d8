#include "delivery/log.h"

#include "mime/encoded_word.h"
#include "mime/message.h"

namespace delivery {

namespace {

// The first `most` characters of UTF-8 text.
std::string first_characters(std::string text, size_t most) {
  size_t characters = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80;
    if (begins && ++characters > most) {
      text.resize(i);
      break;
    }
  }
  return text;
}

}  // namespace

journal::Event message_event(const Message& message, journal::EventKind kind, const Reply& reply) {
  journal::Event event;
  event.kind = kind;
  event.at = message.received_at;
  event.protocol = to_string(message.protocol);
  event.client = message.peer.address;
  event.sender = message.envelope.sender;
  if (const auto subject = mime::find_header(message.body, "Subject")) {
    event.subject = first_characters(mime::decode_words(subject->substr(0, 4096)), 200);
  }
  if (const auto id = mime::find_header(message.body, "Message-ID"))
    event.message_id = first_characters(mime::unfold(id->substr(0, 1024)), 500);
  event.size = static_cast<int64_t>(message.return_path.size() + message.results.size() + message.trace.size() + message.body.size());
  event.status = reply.code;
  event.detail = first_characters(reply.enhanced + " " + reply.text, 500);
  return event;
}

journal::Event recipient_event(const journal::Event& common, const Recipient& recipient) {
  journal::Event event = common;
  event.recipient = recipient.address;
  if (recipient.enterprise) event.enterprise_id = recipient.enterprise->id;
  if (recipient.member) event.account_id = recipient.member->account_id;
  return event;
}

}  // namespace delivery
