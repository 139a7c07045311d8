#pragma once
// A message as DKIM and ARC hash it (RFC 6376 3.4): its header fields, and its body in canonical form. Made once per message and shared by
// all signatures on it, so that each form of the body is hashed once.
//
// Only CRLF ends a body line: a lone CR or LF is an ordinary byte, as it was for whoever signed it.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mailauth {

enum class Canonicalization : unsigned char { kSimple, kRelaxed };

struct HeaderField {
  std::string_view name;   // as sent
  std::string_view text;   // the whole field without its final line end: "Subject: hello"
  std::string_view value;  // after the colon, still folded
};

// SHA-256 over the canonical body, or over its first octets when a length was given.
struct BodyHash {
  std::string digest;     // 32 bytes
  uint64_t octets = 0;    // hashed: the length, or all when there are fewer
  uint64_t complete = 0;  // that the whole canonical body has
};

class CanonicalMessage {
 public:
  static constexpr size_t kMaxFields = 10'000;
  static constexpr size_t kMaxHeaderBytes = 1 << 20;  // each signature may hash all of it

  // `bytes` must outlive this. Header and body part where mime::HeaderReader says.
  explicit CanonicalMessage(std::string_view bytes);

  const std::vector<HeaderField>& fields() const { return fields_; }
  // There were more than kMaxFields or kMaxHeaderBytes: fields() is cut, and no signature can be checked or made.
  bool header_too_large() const { return header_too_large_; }
  std::string_view body() const { return body_; }

  // Indexes into fields(), from the top, of the fields with that lower-case name.
  const std::vector<uint32_t>& named(const std::string& lower_name) const;

  // Kept after the first call with the same arguments. Not safe to call from two threads at once.
  const BodyHash& body_hash(Canonicalization form, std::optional<uint64_t> length = std::nullopt);
  // The same for several lengths, in one pass over the body.
  void hash_lengths(Canonicalization form, std::vector<uint64_t> lengths);

 private:
  std::vector<HeaderField> fields_;
  std::unordered_map<std::string, std::vector<uint32_t>> by_name_;
  std::string_view body_;
  bool header_too_large_ = false;
  std::map<std::pair<Canonicalization, std::optional<uint64_t>>, BodyHash> hashes_;
};

// RFC 6376 3.4.1, 3.4.2: appends the field to `out`, without a CRLF at its end.
void append_canonical(Canonicalization form, std::string_view field_text, std::string& out);
// RFC 6376 3.4.3, 3.4.4: one for each of `lengths`, and then that of the whole body. REQUIRES: lengths are sorted.
std::vector<BodyHash> hash_body(Canonicalization form, std::string_view body, const std::vector<uint64_t>& lengths = {});

}  // namespace mailauth
