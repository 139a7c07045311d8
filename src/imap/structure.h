#pragma once
// ENVELOPE, BODY and BODYSTRUCTURE as FETCH writes them (RFC 9051 7.5.2), from what the store keeps of a message.

#include <string>

#include "mime/content.h"
#include "mime/structure.h"

namespace imap {

void put_envelope(std::string& out, mime::EnvelopeView envelope, bool utf8);
// `extended`: BODYSTRUCTURE with MD5, disposition, language and location; otherwise BODY.
void put_body_structure(std::string& out, const mime::Part& part, bool extended, bool utf8);

}  // namespace imap
