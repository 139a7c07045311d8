#pragma once
// Message flags: a 64-bit set. Bits 0-4 are the system flags, bits 8-63 the keywords of one mailbox, numbered by that mailbox's keyword
// list.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace store {

using FlagSet = uint64_t;

// Stored bits: DO NOT CHANGE.
constexpr FlagSet kSeen = 1, kAnswered = 2, kFlagged = 4, kDeleted = 8, kDraft = 16;
constexpr FlagSet kSystemFlags = kSeen | kAnswered | kFlagged | kDeleted | kDraft;
constexpr int kFirstKeywordBit = 8;
constexpr size_t kMaxKeywords = 64 - kFirstKeywordBit;

// Flags by name, as a client gives them; keywords compare case-insensitively and keep the spelling of their first use in the mailbox.
struct FlagNames {
  FlagSet system = 0;
  std::vector<std::string> keywords;
};

// The names of a set, RFC 9051 2.3.2 spelling ("\\Seen"), in bit order. `keywords` is the mailbox's list.
std::vector<std::string_view> flag_names(FlagSet set, const std::vector<std::string>& keywords);
// The system flag of that name with its backslash, case-insensitively; 0 when it is none ("\\Recent" is none: it is not stored).
FlagSet system_flag(std::string_view name);

}  // namespace store
