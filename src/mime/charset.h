#pragma once
// Text in any charset to UTF-8 (through ICU). Never fails: what cannot be read becomes U+FFFD.

#include <string>
#include <string_view>

namespace mime {

// `label` as sent: any case, any alias of ICU's and some of mail's own. Chinese labels (GB2312, GBK, CP936, ...) are read as GB18030, their
// superset; ISO-8859-1 and US-ASCII as windows-1252, as browsers do. An empty or unknown label, a US-ASCII label on 8-bit text and a
// UTF-8 label on what is not UTF-8 are guessed: see guess_utf8.
std::string to_utf8(std::string_view bytes, std::string_view label);

// Unlabelled bytes: UTF-8 if valid, else GB18030 if it decodes cleanly, else windows-1252.
std::string guess_utf8(std::string_view bytes);

// True when to_utf8 would read this label (also "", "us-ascii", "utf-8").
bool is_known_charset(std::string_view label);

// `bytes` with each ill-formed sequence replaced by U+FFFD.
std::string repair_utf8(std::string_view bytes);

}  // namespace mime
