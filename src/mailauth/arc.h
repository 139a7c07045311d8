#pragma once
// ARC, the chain of those who passed a message on (RFC 8617): checking the chain that came, and adding our set to it.
//
// A set of instance i is three fields: ARC-Authentication-Results (what that host found), ARC-Message-Signature (the message as it passed
// it on) and ARC-Seal (its signature over all sets up to its own).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mailauth/authentication_results.h"
#include "mailauth/dkim.h"
#include "mailauth/dkim_sign.h"
#include "mailauth/sha256.h"

namespace mailauth {

inline constexpr unsigned kMaxArcSets = 50;  // RFC 8617 4.2.1

enum class ArcStatus { kNone, kPass, kFail };
const char* to_string(ArcStatus status);  // "none", "pass", "fail": the value of cv= and of arc= in Authentication-Results

struct ArcSet {
  unsigned instance = 0;
  std::string seal_domain, seal_selector;  // d=, s= of the ARC-Seal
  std::string signature_domain;            // d= of the ARC-Message-Signature
  std::string authentication_results;      // what follows "i=N;", raw: for parse_authentication_results
};

struct ArcChain {
  ArcStatus status = ArcStatus::kNone;
  std::string reason;      // why kFail
  bool temporary = false;  // kFail only because a key could not be had now
  bool ended = false;      // the newest seal says cv=fail: nobody may add to it (RFC 8617 5.1)
  unsigned highest = 0;    // instance, 0 when there is none
  // For kPass: the oldest set whose message signature and all newer ones verify; 0 when all do (RFC 8617 5.2 step 5).
  unsigned oldest_pass = 0;
  std::vector<ArcSet>
      sets;  // from 1; only when the structure is sound. To be believed only for kPass, and then only as far as their hosts are trusted
};

// RFC 8617 5.2. `message` and `resolver` must outlive the task.
net::Task<ArcChain> verify_arc(CanonicalMessage& message, net::Resolver& resolver, base::Time now, net::Deadline deadline,
                               DkimLimits limits = {});

struct ArcSealOptions {
  std::string domain;
  std::string selector;
  SignedHeaders headers;  // DKIM-Signature fields are signed besides
};

// Safe to share between threads.
class ArcSealer {
 public:
  static base::Result<ArcSealer> make(ArcSealOptions options, const std::string& pem);

  // Our set, as three fields to be put in front of the message, which must not be changed after it: RFC 8617 5.1. `chain` is what
  // verify_arc said of this message as it came in; `results` what else was found then. kDenied: the chain has ended; kLimit: it has 50 sets
  // already.
  base::Result<std::string> seal(CanonicalMessage& message, const ArcChain& chain, const AuthenticationResults& results,
                                 base::Time now) const;

 private:
  ArcSealer(ArcSealOptions options, PrivateKey key) : options_(std::move(options)), key_(std::move(key)) {}

  ArcSealOptions options_;
  PrivateKey key_;
};

// For arc.cpp and arc_seal.cpp: the fields of one set, none of them null in a sound chain.
struct ArcFields {
  const HeaderField* results = nullptr;
  const HeaderField* signature = nullptr;
  const HeaderField* seal = nullptr;
};
struct ArcFieldSets {
  std::vector<ArcFields> sets;  // from 1
  unsigned highest = 0;
  std::string fault;  // why the sets are not 1 to `highest` with each field once; "" when they are
};
ArcFieldSets collect_arc_fields(const CanonicalMessage& message);
// Adds a field to what a seal signs (RFC 8617 5.1.1), relaxed and with its CRLF.
void add_sealed(std::string_view field_text, Sha256& hash);

}  // namespace mailauth
