#pragma once
// Encoded-words in header fields (RFC 2047, with the language of RFC 2231 5).

#include <string>
#include <string_view>

namespace mime {

// An unstructured value or phrase as UTF-8: unfolded, encoded-words decoded, white space between neighbours dropped, and a character split
// over two neighbours of one charset put together. 8-bit text outside encoded-words goes through charset guessing. What does not decode
// stays as it is.
std::string decode_words(std::string_view value);

// UTF-8 text as ASCII: as it is where it can be, otherwise as encoded-words of at most 75 characters, split at characters, joined by a
// space. `column` is how much of the first line is taken already. Text with control characters is encoded too. Not folded: see fold_header.
std::string encode_words(std::string_view text, size_t column = 0);

// The same for a phrase (a display name): an atom sequence, a quoted-string, or encoded-words.
std::string encode_phrase(std::string_view text, size_t column = 0);

}  // namespace mime
