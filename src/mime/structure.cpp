// The byte format is in doc/formats/message-summary.md; the tags below are permanent.

#include "mime/structure.h"

#include "base/record.h"

namespace mime {
namespace {

constexpr uint32_t kVersion = 1;

enum EnvelopeTag : uint32_t {
  kDate = 1,
  kSubject = 2,
  kFrom = 3,
  kSender = 4,
  kReplyTo = 5,
  kTo = 6,
  kCc = 7,
  kBcc = 8,
  kInReplyTo = 9,
  kMessageId = 10,
};

enum PartTag : uint32_t {
  kHeaderBegin = 1,
  kHeaderLength = 2,
  kBodyLength = 3,
  kLines = 4,
  kType = 5,
  kSubtype = 6,
  kParameter = 7,
  kId = 8,
  kDescription = 9,
  kMd5 = 10,
  kLocation = 11,
  kEncoding = 12,
  kDisposition = 13,
  kDispositionParameter = 14,
  kLanguage = 15,
  kInnerEnvelope = 16,
  kChild = 17,
};

// The first byte of an address.
constexpr unsigned char kKindMask = 3, kHasName = 4;

void put_address(std::string& out, const Address& address) {
  auto head = static_cast<unsigned char>(address.kind);
  if (address.name) head |= kHasName;
  out += static_cast<char>(head);
  if (address.kind == Address::Kind::kGroupEnd) return;
  if (address.name) base::put_bytes(out, *address.name);
  base::put_bytes(out, address.mailbox);
  if (address.kind == Address::Kind::kMailbox) base::put_bytes(out, address.host);
}

void put_list(base::RecordWriter& writer, uint32_t tag, const std::vector<Address>& list) {
  if (list.empty()) return;
  std::string bytes;
  for (const auto& address : list) put_address(bytes, address);
  writer.put(tag, bytes);
}

void put_optional(base::RecordWriter& writer, uint32_t tag, const std::optional<std::string>& value) {
  if (value) writer.put(tag, *value);
}

std::optional<std::string> owned(const std::optional<std::string_view>& view) {
  if (!view) return std::nullopt;
  return std::string(*view);
}

std::vector<Address> owned(AddressListView list) {
  std::vector<Address> out;
  for (AddressView a; list.next(a);) out.push_back({a.kind, owned(a.name), std::string(a.mailbox), std::string(a.host)});
  return out;
}

std::string parameter_bytes(const Parameter& parameter) {
  std::string bytes;
  base::put_bytes(bytes, parameter.name);
  base::put_bytes(bytes, parameter.value);
  for (const auto& raw : parameter.raw) {
    base::put_bytes(bytes, raw.name);
    base::put_bytes(bytes, raw.value);
  }
  return bytes;
}

std::optional<Parameter> read_parameter(std::string_view bytes) {
  auto name = base::take_bytes(bytes), value = base::take_bytes(bytes);
  if (!name || !value) return std::nullopt;
  Parameter parameter{std::string(*name), std::string(*value), {}};
  while (!bytes.empty()) {
    name = base::take_bytes(bytes);
    value = name ? base::take_bytes(bytes) : std::nullopt;
    if (!value) return std::nullopt;
    parameter.raw.push_back({std::string(*name), std::string(*value)});
  }
  return parameter;
}

// One field into `part`; false when its bytes are malformed. Unknown tags are passed over.
bool read_part_field(uint32_t tag, std::string_view bytes, size_t depth, Part& part);

std::optional<Part> read_part(std::string_view record, size_t depth) {
  base::RecordReader reader(record);
  Part part;
  uint32_t tag;
  std::string_view bytes;
  while (reader.next(tag, bytes))
    if (!read_part_field(tag, bytes, depth, part)) return std::nullopt;
  if (!reader.ok() || reader.version() == 0) return std::nullopt;
  part.body_begin += part.header_begin;
  part.body_end += part.body_begin;
  bool consistent =
      part.header_begin <= part.body_begin && part.body_begin <= part.body_end && (!part.envelope || part.children.size() == 1);
  return consistent ? std::optional(std::move(part)) : std::nullopt;
}

bool read_list_field(std::string_view bytes, std::vector<Parameter>& list) {
  auto parameter = read_parameter(bytes);
  if (parameter) list.push_back(std::move(*parameter));
  return parameter.has_value();
}

bool read_child(std::string_view bytes, size_t depth, Part& part) {
  auto child = depth > 1 ? read_part(bytes, depth - 1) : std::nullopt;
  if (child) part.children.push_back(std::move(*child));
  return child.has_value();
}

bool read_inner_envelope(std::string_view bytes, Part& part) {
  auto envelope = decode_envelope(bytes);
  if (envelope) part.envelope = std::make_unique<Envelope>(std::move(*envelope));
  return envelope.has_value();
}

bool read_part_field(uint32_t tag, std::string_view bytes, size_t depth, Part& part) {
  switch (tag) {
    case kHeaderBegin:
      part.header_begin = base::RecordReader::number(bytes);
      break;
    case kHeaderLength:
      part.body_begin = base::RecordReader::number(bytes);
      break;
    case kBodyLength:
      part.body_end = base::RecordReader::number(bytes);
      break;
    case kLines:
      part.lines = base::RecordReader::number(bytes);
      break;
    case kType:
      part.type = bytes;
      break;
    case kSubtype:
      part.subtype = bytes;
      break;
    case kParameter:
      return read_list_field(bytes, part.parameters);
    case kId:
      part.id = bytes;
      break;
    case kDescription:
      part.description = bytes;
      break;
    case kMd5:
      part.md5 = bytes;
      break;
    case kLocation:
      part.location = bytes;
      break;
    case kEncoding:
      part.encoding = bytes;
      break;
    case kDisposition:
      part.disposition = bytes;
      break;
    case kDispositionParameter:
      return read_list_field(bytes, part.disposition_parameters);
    case kLanguage:
      part.languages.emplace_back(bytes);
      break;
    case kInnerEnvelope:
      return read_inner_envelope(bytes, part);
    case kChild:
      return read_child(bytes, depth, part);
  }
  return true;
}

}  // namespace

std::string encode_envelope(const Envelope& envelope) {
  base::RecordWriter writer(kVersion);
  put_optional(writer, kDate, envelope.date);
  put_optional(writer, kSubject, envelope.subject);
  put_list(writer, kFrom, envelope.from);
  put_list(writer, kSender, envelope.sender);
  put_list(writer, kReplyTo, envelope.reply_to);
  put_list(writer, kTo, envelope.to);
  put_list(writer, kCc, envelope.cc);
  put_list(writer, kBcc, envelope.bcc);
  put_optional(writer, kInReplyTo, envelope.in_reply_to);
  put_optional(writer, kMessageId, envelope.message_id);
  return writer.finish();
}

bool AddressListView::next(AddressView& address) {
  if (rest_.empty()) return false;
  auto head = static_cast<unsigned char>(rest_.front());
  rest_.remove_prefix(1);
  std::optional<std::string_view> name, mailbox = std::string_view(), host = std::string_view();
  auto kind = static_cast<Address::Kind>(head & kKindMask);
  if (kind != Address::Kind::kGroupEnd) {
    if (head & kHasName) name = base::take_bytes(rest_);
    bool bad_name = (head & kHasName) && !name;
    mailbox = bad_name ? std::nullopt : base::take_bytes(rest_);
    if (mailbox && kind == Address::Kind::kMailbox) host = base::take_bytes(rest_);
  }
  if (!mailbox || !host || (head & kKindMask) == 3) {
    rest_ = {};
    return false;
  }
  address = {kind, name, *mailbox, *host};
  return true;
}

std::optional<EnvelopeView> view_envelope(std::string_view record) {
  base::RecordReader reader(record);
  EnvelopeView view;
  uint32_t tag;
  std::string_view bytes;
  while (reader.next(tag, bytes)) {
    switch (tag) {
      case kDate:
        view.date = bytes;
        break;
      case kSubject:
        view.subject = bytes;
        break;
      case kFrom:
        view.from = AddressListView(bytes);
        break;
      case kSender:
        view.sender = AddressListView(bytes);
        break;
      case kReplyTo:
        view.reply_to = AddressListView(bytes);
        break;
      case kTo:
        view.to = AddressListView(bytes);
        break;
      case kCc:
        view.cc = AddressListView(bytes);
        break;
      case kBcc:
        view.bcc = AddressListView(bytes);
        break;
      case kInReplyTo:
        view.in_reply_to = bytes;
        break;
      case kMessageId:
        view.message_id = bytes;
        break;
    }
  }
  if (!reader.ok() || reader.version() == 0) return std::nullopt;
  return view;
}

std::optional<Envelope> decode_envelope(std::string_view record) {
  auto view = view_envelope(record);
  if (!view) return std::nullopt;
  Envelope out;
  out.date = owned(view->date);
  out.subject = owned(view->subject);
  out.from = owned(view->from);
  out.sender = owned(view->sender);
  out.reply_to = owned(view->reply_to);
  out.to = owned(view->to);
  out.cc = owned(view->cc);
  out.bcc = owned(view->bcc);
  out.in_reply_to = owned(view->in_reply_to);
  out.message_id = owned(view->message_id);
  return out;
}

std::string encode_structure(const Part& root) {
  base::RecordWriter writer(kVersion);
  writer.put_number(kHeaderBegin, root.header_begin);
  writer.put_number(kHeaderLength, root.body_begin - root.header_begin);
  writer.put_number(kBodyLength, root.octets());
  writer.put_number(kLines, root.lines);
  writer.put(kType, root.type);
  writer.put(kSubtype, root.subtype);
  for (const auto& p : root.parameters) writer.put(kParameter, parameter_bytes(p));
  put_optional(writer, kId, root.id);
  put_optional(writer, kDescription, root.description);
  put_optional(writer, kMd5, root.md5);
  put_optional(writer, kLocation, root.location);
  if (!root.encoding.empty()) writer.put(kEncoding, root.encoding);
  put_optional(writer, kDisposition, root.disposition);
  for (const auto& p : root.disposition_parameters) writer.put(kDispositionParameter, parameter_bytes(p));
  for (const auto& language : root.languages) writer.put(kLanguage, language);
  if (root.envelope) writer.put(kInnerEnvelope, encode_envelope(*root.envelope));
  for (const auto& child : root.children) writer.put(kChild, encode_structure(child));
  return writer.finish();
}

std::optional<Part> decode_structure(std::string_view record, size_t depth) { return read_part(record, depth); }

}  // namespace mime
