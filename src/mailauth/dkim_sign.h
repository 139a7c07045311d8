#pragma once
// Signing with DKIM (RFC 6376 5, RFC 8463): relaxed/relaxed, SHA-256, the fields that matter signed once more than they occur, so that none
// can be added later.
//
//   auto rsa = mailauth::DkimSigner::make({.domain = "example.com", .selector = "s1"}, pem);
//   std::string fields = mailauth::dkim_sign(message, std::array{&*rsa, &*ed25519}, clock.now());
//   send(fields + bytes);

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "mailauth/canonical_message.h"
#include "mailauth/dkim_key.h"

namespace mailauth {

// Which fields are signed. Names in any case.
struct SignedHeaders {
  // Each occurrence, and the absence of another.
  std::vector<std::string> oversigned = {"From",         "Subject",    "Date",        "To",
                                         "Cc",           "Message-ID", "Reply-To",    "MIME-Version",
                                         "Content-Type", "References", "In-Reply-To", "Content-Transfer-Encoding"};
  // Each occurrence; lists that pass the message on add their own.
  std::vector<std::string> present = {
      "Sender",    "List-Id",           "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help",           "List-Subscribe",
      "List-Post", "List-Owner",        "List-Archive",     "Resent-Date",           "Resent-From",         "Resent-To",
      "Resent-Cc", "Resent-Message-ID", "Content-ID",       "Content-Description",   "Content-Disposition", "Autocrypt"};
};

struct SignerOptions {
  std::string domain;
  std::string selector;
  std::string identity;  // i=; "" leaves the tag out
  SignedHeaders headers;
  std::optional<std::chrono::seconds> lifetime;  // x= so long after t=
};

// One key with what it signs for; made once. Safe to share between threads.
class DkimSigner {
 public:
  // kInvalid: no usable key, a domain, selector or identity that cannot be written, From not among the fields.
  static base::Result<DkimSigner> make(SignerOptions options, const std::string& pem);

  const SignerOptions& options() const { return options_; }
  const PrivateKey& key() const { return key_; }
  // selector._domainkey.domain, and what belongs there.
  std::string record_name() const { return options_.selector + "._domainkey." + options_.domain; }
  std::string record() const { return key_.record(); }

 private:
  DkimSigner(SignerOptions options, PrivateKey key) : options_(std::move(options)), key_(std::move(key)) {}

  SignerOptions options_;
  PrivateKey key_;
};

// A folded DKIM-Signature field with its CRLF for each signer, one after the other: to be put in front of the message. The body is hashed
// once for all. REQUIRES: !message.header_too_large() (otherwise throws base::Failure kLimit).
std::string dkim_sign(CanonicalMessage& message, std::span<const DkimSigner* const> signers, base::Time now);

// For arc_seal.cpp. The names for h=, each as often as it is to be signed.
std::vector<std::string> headers_to_sign(const CanonicalMessage& message, const SignedHeaders& headers);
// "a:b:c" folded into lines of at most 78 characters, the first of which begins at `column`.
std::string fold_names(const std::vector<std::string>& names, size_t column);
// Base64 folded into lines that begin with a tab.
std::string fold_base64(std::string_view bytes);

}  // namespace mailauth
