#pragma once
// A DKIM-Signature, ARC-Message-Signature or ARC-Seal field taken apart (RFC 6376 3.5, RFC 8617 4.1), and what it signs.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mailauth/canonical_message.h"
#include "mailauth/dkim_key.h"
#include "mailauth/tag_list.h"

namespace mailauth {

enum class SignatureKind { kDkim, kArcMessage, kArcSeal };

struct SignatureLimits {
  TagLimits tags;
  size_t signed_headers = 500;  // names in h=
};

struct SignatureFault {
  enum class Kind {
    kSyntax,     // not to be understood: broken, or of a version or algorithm unknown here
    kPermanent,  // understood, and never valid
  };
  Kind kind = Kind::kSyntax;
  std::string reason;
};

struct Signature {
  std::string unsigned_text;  // the whole field with nothing in its b= tag
  std::string algorithm_name;
  SigningAlgorithm algorithm = SigningAlgorithm::kRsaSha256;
  std::string domain;                       // d=, lower case
  std::string selector;                     // s=
  std::string identity;                     // i= as sent, "@" and d= when it has none; "" in ARC
  std::string signature;                    // b=, decoded
  std::string signature_text;               // b=, in base64 without white space
  std::string body_hash;                    // bh=, decoded
  std::vector<std::string> signed_headers;  // h=, lower case
  Canonicalization header_form = Canonicalization::kSimple;
  Canonicalization body_form = Canonicalization::kSimple;
  std::optional<uint64_t> body_length;  // l=
  std::optional<uint64_t> signed_at;    // t=, seconds
  std::optional<uint64_t> expires;      // x=, seconds
  unsigned instance = 0;                // i= of ARC, 1 to 50
  std::string chain_status;             // cv= of an ARC-Seal

  // Set: the signature is not to be used, and what was read before the fault is for the report.
  std::optional<SignatureFault> fault;
};

Signature parse_signature(SignatureKind kind, const HeaderField& field, const SignatureLimits& limits = {});

// RFC 6376 3.7: SHA-256 of the fields that h= names, the last of a name first, and of the signature's own field. A name for which there is
// no field left adds nothing, so that adding such a field later breaks the signature (3.5, h=).
std::string signed_digest(const CanonicalMessage& message, const std::vector<std::string>& signed_headers, Canonicalization form,
                          std::string_view unsigned_text);

// "example.com" is of "example.com", "mail.example.com" too. Any case.
bool is_of_domain(std::string_view name, std::string_view domain);
// Letters, digits, "-", "_", bytes over 127 in labels; what can be asked of DNS and written into a field.
bool is_domain_text(std::string_view text);

}  // namespace mailauth
