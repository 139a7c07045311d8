#pragma once
// Message identifiers (RFC 5322 3.6.4): Message-ID, In-Reply-To and References, for threads.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mime {

// The ids of a value, in order, without angle brackets and white space. A value without any bracket gives its words that hold an "@";
// phrases between ids (RFC 5322 4.5.4) are passed over. Of more than `limit` ids the first and the last ones stay, as RFC 5537 3.4.4 has
// it.
std::vector<std::string> parse_message_ids(std::string_view value, size_t limit = 100);

}  // namespace mime
