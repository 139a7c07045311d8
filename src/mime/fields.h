#pragma once
// The fields that describe a part (RFC 2045, 2183, 2231). Internal to mime/.

#include <string_view>

#include "mime/message.h"

namespace mime {

// Puts one Content-* field into `part`; fields already seen (marked in `seen`) and unknown ones are left alone.
// REQUIRES: header.name begins with "content-" in any case.
void read_content_field(const Header& header, const Limits& limits, unsigned& seen, Part& part);

// Puts one field into `envelope`. Repeated address fields add up; of others the first counts.
void read_envelope_field(const Header& header, const Limits& limits, Envelope& envelope);

// "; name=value" pairs at the front of `text`, RFC 2231 joined and decoded.
std::vector<Parameter> parse_parameters(std::string_view text, size_t limit);

}  // namespace mime
