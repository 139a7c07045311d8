#pragma once
// Address lists (RFC 5322 3.4, 4.4 and RFC 6532): what stands in From, To, Cc and their kin.
// Tolerant: anything gives some list, never an error. Display names keep their encoded-words (see encoded_word.h).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mime {

struct Address {
  enum class Kind : unsigned char {
    kMailbox,
    kGroupStart,  // `mailbox` is the group's name (raw phrase)
    kGroupEnd,    // nothing else is set
  };
  Kind kind = Kind::kMailbox;
  std::optional<std::string> name;  // raw display name without quotes and escapes, or the comment that follows a bare address
  std::string mailbox;              // local part without quotes and escapes
  std::string host;                 // "" when there was none (RFC 3501 would read NIL there as a group)

  // "local@host" as written in SMTP, the local part quoted where it must be; "" for groups.
  std::string addr_spec() const;
  bool operator==(const Address&) const = default;
};

// `value` may be folded. At most `limit` entries. A trailing group end is always there when a group was opened.
std::vector<Address> parse_addresses(std::string_view value, size_t limit = 10000);

// The first mailbox (also inside a group), as From and Sender need; nullopt when there is none.
std::optional<Address> first_mailbox(std::string_view value);

// A header value that parses back to the same list: phrases quoted, or RFC 2047-encoded where not ASCII. Not folded: see builder.h.
// `name` is taken as UTF-8 text here; with `utf8` it stays so (RFC 6532).
std::string format_address(const Address& address, bool utf8 = false);

}  // namespace mime
