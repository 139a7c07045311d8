#include "imap/search_match.h"

#include <algorithm>

#include "base/text.h"
#include "mime/date.h"
#include "mime/structure.h"

namespace imap {
namespace {

using Kind = SearchKey::Kind;

Verdict verdict(bool yes) { return yes ? Verdict::kYes : Verdict::kNo; }

int64_t day_of(base::Time time) { return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count(); }

Verdict compare_day(Kind kind, int64_t day, int64_t wanted) {
  if (kind == Kind::kBefore || kind == Kind::kSentBefore) return verdict(day < wanted);
  if (kind == Kind::kOn || kind == Kind::kSentOn) return verdict(day == wanted);
  return verdict(day >= wanted);
}

// RFC 9051 6.4.4: the date of the Date field, disregarding its zone. A message without one is dated by its arrival.
int64_t sent_day(const store::MessageRow& row) {
  auto envelope = mime::view_envelope(row.envelope);
  auto date = envelope && envelope->date ? mime::parse_date(*envelope->date) : std::nullopt;
  return day_of(date ? date->time + std::chrono::minutes(date->zone_minutes) : row.received_at);
}

// An address list as text to search in: "Name <local@host>, ...".
bool addresses_match(const mime::TextSearch& text, mime::AddressListView list) {
  thread_local std::string line;
  line.clear();
  for (mime::AddressView address; list.next(address);) {
    if (address.kind == mime::Address::Kind::kGroupEnd) continue;
    if (!line.empty()) line += ", ";
    if (address.name) line.append(*address.name).append(" ");
    line.append("<").append(address.mailbox);
    if (!address.host.empty()) line.append("@").append(address.host);
    line += ">";
  }
  return text.in_header(line);
}

Verdict text_matches(const SearchTerm& term, const std::optional<std::string_view>& value) {
  return verdict(value && (!term.text || term.text->in_header(*value)));
}

Verdict list_matches(const SearchTerm& term, const mime::AddressListView& list) {
  return verdict(!list.empty() && (!term.text || addresses_match(*term.text, list)));
}

Verdict header_matches(const SearchTerm& term, const mime::Message& message) {
  bool found = false;
  mime::for_each_header(message.header_block(message.root), [&](const mime::Header& header) {
    if (found || !base::iequals(header.name, term.field)) return;
    found = !term.text || term.text->in_header(header.value);
  });
  return verdict(found);
}

bool wants_envelope(const SearchTerm& term) {
  switch (term.kind) {
    case Kind::kSentBefore:
    case Kind::kSentOn:
    case Kind::kSentSince:
      return true;
    case Kind::kHeader:
      return is_envelope_field(term.field);
    default:
      return false;
  }
}

}  // namespace

// Bcc and the rest are in the envelope; Sender and Reply-To are kept as sent.
bool is_envelope_field(std::string_view field) {
  for (std::string_view name : {"from", "to", "cc", "bcc", "subject", "message-id", "in-reply-to", "date"})
    if (name == field) return true;
  return false;
}

Verdict match_envelope(const SearchTerm& term, std::string_view record) {
  auto envelope = mime::view_envelope(record);
  if (!envelope) return Verdict::kUnknown;
  if (term.field == "from") return list_matches(term, envelope->from);
  if (term.field == "to") return list_matches(term, envelope->to);
  if (term.field == "cc") return list_matches(term, envelope->cc);
  if (term.field == "bcc") return list_matches(term, envelope->bcc);
  if (term.field == "subject") return text_matches(term, envelope->subject);
  if (term.field == "message-id") return text_matches(term, envelope->message_id);
  if (term.field == "in-reply-to") return text_matches(term, envelope->in_reply_to);
  if (term.field == "date") return text_matches(term, envelope->date);
  return Verdict::kUnknown;
}

bool SearchMatch::needs_envelope(const SearchTerm& term) {
  return wants_envelope(term) ||
         std::any_of(term.children.begin(), term.children.end(), [](const SearchTerm& child) { return needs_envelope(child); });
}

Verdict SearchMatch::match_row(const SearchTerm& term, const SearchMessage& message) const {
  if (!message.row) return Verdict::kUnknown;
  switch (term.kind) {
    case Kind::kLarger:
      return verdict(message.row->size > term.number);
    case Kind::kSmaller:
      return verdict(message.row->size < term.number);
    case Kind::kBefore:
    case Kind::kOn:
    case Kind::kSince:
      return compare_day(term.kind, day_of(message.row->received_at), static_cast<int64_t>(term.number));
    case Kind::kSentBefore:
    case Kind::kSentOn:
    case Kind::kSentSince:
      return compare_day(term.kind, sent_day(*message.row), static_cast<int64_t>(term.number));
    case Kind::kHeader: {
      Verdict known = is_envelope_field(term.field) ? match_envelope(term, message.row->envelope) : Verdict::kUnknown;
      if (known != Verdict::kUnknown || !message.body) return known;
      return header_matches(term, *message.body);
    }
    case Kind::kBody:
    case Kind::kText:
      if (!message.body) return Verdict::kUnknown;
      return verdict(!term.text ||
                     term.text->in(*message.body, term.kind == Kind::kBody ? mime::SearchScope::kBody : mime::SearchScope::kText));
    default:
      return Verdict::kNo;
  }
}

Verdict SearchMatch::match(const SearchTerm& term, const SearchMessage& message) const {
  const store::Entry& entry = message.entry;
  switch (term.kind) {
    case Kind::kAll:
      return Verdict::kYes;
    case Kind::kAnd:
    case Kind::kOr: {
      // The verdict that settles it; otherwise unknown if any is.
      const Verdict decisive = term.kind == Kind::kOr ? Verdict::kYes : Verdict::kNo;
      bool unknown = false;
      for (const SearchTerm& child : term.children) {
        Verdict one = match(child, message);
        if (one == decisive) return decisive;
        unknown = unknown || one == Verdict::kUnknown;
      }
      return unknown ? Verdict::kUnknown : term.kind == Kind::kOr ? Verdict::kNo : Verdict::kYes;
    }
    case Kind::kNot: {
      Verdict one = match(term.children.front(), message);
      return one == Verdict::kUnknown ? one : verdict(one == Verdict::kNo);
    }
    case Kind::kSequence:
    case Kind::kUid:
      return verdict(term.uids.contains(entry.uid));
    case Kind::kFlagSet:
    case Kind::kKeyword:
      return verdict(term.flags != 0 && (entry.flags & term.flags) == term.flags);
    case Kind::kFlagClear:
    case Kind::kUnkeyword:
      return verdict((entry.flags & term.flags) == 0);
    case Kind::kRecent:
      return verdict(view_.recent.contains(entry.uid));
    case Kind::kOld:
      return verdict(!view_.recent.contains(entry.uid));
    case Kind::kNew:
      return verdict(view_.recent.contains(entry.uid) && (entry.flags & store::kSeen) == 0);
    case Kind::kModSeq:
      return verdict(entry.modseq >= term.number);
    default:
      return match_row(term, message);
  }
}

}  // namespace imap
