#pragma once
// The Sender Rewriting Scheme: when a message is forwarded, its sender becomes an address here, so that SPF holds and bounces come back
// here, where they are sent on to the sender there was.
//
//   alice@a.example    ->  SRS0=HASH=DD=a.example=alice@here.example
//   SRS0=...@b.example ->  SRS1=HASH=b.example==...@here.example       (forwarded before: b.example will undo its own)
//
// HASH is base32 of an HMAC-SHA-256 cut to 40 bits, over the rest in lower case; DD is the day, modulo 1024, in base32: both survive
// servers that change the case of local parts. An address serves until it expires, so that it cannot be used to send to its sender for
// ever.

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace mailauth {

struct SrsOptions {
  std::string domain;  // of the addresses made
  std::vector<std::string>
      secrets;         // the first makes addresses, all are accepted: put a new one in front and keep the old until its addresses expire
  unsigned days = 21;  // how long an address serves; at most 500, as days are counted modulo 1024
  size_t max_address = 254;  // of an address made (RFC 5321 4.5.3.1.3)
};

class Srs {
 public:
  // kInvalid: no domain, no secret or one shorter than 16 bytes, too many days.
  static base::Result<Srs> make(SrsOptions options);

  // The sender to forward with. "" (a bounce) stays "", and so does a sender of our domain. kInvalid: not an address; kLimit: it would be
  // longer than max_address.
  base::Result<std::string> forward(std::string_view sender, base::Time now) const;

  // Whether a recipient has the form of an address made here; REQUIRES nothing else of it.
  bool is_rewritten(std::string_view recipient) const;
  // Where mail to it goes. kInvalid: not of that form; kDenied: the hash is not ours; kNotFound: expired.
  base::Result<std::string> reverse(std::string_view recipient, base::Time now) const;

 private:
  explicit Srs(SrsOptions options) : options_(std::move(options)) {}
  std::string hash(std::string_view secret, std::string_view text) const;
  bool is_ours(std::string_view hash, std::string_view text) const;

  SrsOptions options_;
};

}  // namespace mailauth
