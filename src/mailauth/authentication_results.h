#pragma once
// The Authentication-Results field (RFC 8601): writing ours, reading others', and finding those that pretend to be ours.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace mailauth {

struct DkimSignatureResult;
struct ArcChain;

// "smtp.mailfrom=alice@example.com"
struct AuthProperty {
  std::string type;  // ptype, lower case: smtp, header, body, policy
  std::string name;  // lower case
  std::string value;

  bool operator==(const AuthProperty&) const = default;
};

// "spf=pass (comment) reason="text" smtp.mailfrom=..."
struct AuthResult {
  std::string method;  // lower case: spf, dkim, dmarc, arc, iprev, auth...
  unsigned version = 1;
  std::string result;   // lower case
  std::string comment;  // without its parentheses; of several the first
  std::string reason;
  std::vector<AuthProperty> properties;

  bool operator==(const AuthResult&) const = default;
  // nullptr when it has none such. `type` and `name` in lower case.
  const std::string* find(std::string_view type, std::string_view name) const;
};

struct AuthenticationResults {
  std::string authserv_id;  // who says so
  unsigned version = 1;
  std::vector<AuthResult> results;  // empty: "none", nothing was checked

  bool operator==(const AuthenticationResults&) const = default;
};

struct AuthenticationResultsLimits {
  size_t bytes = 64 * 1024;
  size_t results = 100;
  size_t properties = 50;  // of one result
};

// The value of the field, folded or not. Of another version than 1, or not to be parsed: kInvalid. A last ";" is tolerated.
base::Result<AuthenticationResults> parse_authentication_results(std::string_view value, const AuthenticationResultsLimits& limits = {});

// Whether a field that came with a message says it is by `authserv_id`, and so is to be removed (RFC 8601 5). A field of which that cannot
// be read counts as forged too; what follows the id does not matter. Any case.
bool is_forged(std::string_view value, std::string_view authserv_id);

// The folded value: "mx.example; spf=pass smtp.mailfrom=..." without a final CRLF. Whatever the texts are, it is one well-formed field;
// control characters in them become spaces, and a method, result or name that is no keyword is left out with what belongs to it.
std::string format_payload(const AuthenticationResults& results);
// "Authentication-Results: ...\r\n"
std::string format_field(const AuthenticationResults& results);

// Results of the usual methods. Results are the RFC's words ("pass", "softfail"...).
AuthResult dkim_auth_result(const DkimSignatureResult& result);
// One per signature, or "dkim=none".
std::vector<AuthResult> dkim_auth_results(const std::vector<DkimSignatureResult>& results);
// `mail_from` is "" for the null sender: then the HELO name is what was checked (RFC 7208 2.4).
AuthResult spf_auth_result(std::string result, std::string mail_from, std::string helo, std::string reason = {});
// `disposition` is what was done because of the policy: "none", "quarantine", "reject".
AuthResult dmarc_auth_result(std::string result, std::string from_domain, std::string policy, std::string disposition);
AuthResult arc_auth_result(const ArcChain& chain, std::string remote_ip);
AuthResult iprev_auth_result(std::string result, std::string remote_ip);

}  // namespace mailauth
