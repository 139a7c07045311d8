#pragma once
// The pieces of IMAP responses, appended to a buffer: numbers, strings in the form that suits them, flags, sets, dates (RFC 9051 9).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/flags.h"
#include "store/uid_set.h"

namespace imap {

void put_number(std::string& out, uint64_t number);
// quoted, or a literal when it holds CR or LF, is long, or is 8-bit and `utf8` (the client enabled UTF-8) is not set. NUL is written as a
// space.
void put_string(std::string& out, std::string_view text, bool utf8);
void put_nstring(std::string& out, const std::optional<std::string_view>& text, bool utf8);
void put_literal(std::string& out, std::string_view bytes);   // "{n}" CRLF bytes; NUL, which may not be in one, is written as a space
void put_literal8(std::string& out, std::string_view bytes);  // "~{n}" CRLF bytes
// An atom where it can be, else a string.
void put_astring(std::string& out, std::string_view text, bool utf8);
// A stored (UTF-8) name, always quoted or literal, in the encoding of the session.
void put_mailbox(std::string& out, std::string_view name, bool utf8);
// "(\Seen $Forwarded)"
void put_flags(std::string& out, store::FlagSet flags, const std::vector<std::string>& keywords, bool recent = false);
void put_set(std::string& out, const store::UidSet& set);  // "1:5,9"; the set is not empty
// "\" 3-Jan-2026 00:00:00 +0000\"", in UTC.
void put_internal_date(std::string& out, base::Time time);

}  // namespace imap
