#include "mailauth/dkim_sign.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "mailauth/dkim_signature.h"

namespace mailauth {
namespace {

using base::Error;
using base::ErrorKind;

bool names_from(const SignedHeaders& headers) {
  const auto is_from = [](const std::string& name) { return base::iequals(name, "from"); };
  return std::any_of(headers.oversigned.begin(), headers.oversigned.end(), is_from) ||
         std::any_of(headers.present.begin(), headers.present.end(), is_from);
}

bool are_field_names(const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f && c != ':' && c != ';'; });
  });
}

// RFC 6376 2.11: printable ASCII without ";" and "=" needs no quoting.
bool is_plain_identity(std::string_view identity, std::string_view domain) {
  const size_t at = identity.rfind('@');
  if (at == std::string_view::npos || !is_of_domain(identity.substr(at + 1), domain)) return false;
  return std::all_of(identity.begin(), identity.end(), [](char c) { return c > ' ' && c < 0x7f && c != ';' && c != '='; });
}

std::string sign_one(CanonicalMessage& message, const DkimSigner& signer, base::Time now) {
  const SignerOptions& options = signer.options();
  const auto names = headers_to_sign(message, options.headers);
  const int64_t seconds = base::to_seconds(now);
  std::string field = fmt::format("DKIM-Signature: v=1; a={}; c=relaxed/relaxed;\r\n\td={}; s={}; t={};",
                                  to_string(signer.key().algorithm()), options.domain, options.selector, seconds);
  if (options.lifetime) field += fmt::format(" x={};", seconds + options.lifetime->count());
  if (!options.identity.empty()) field += fmt::format("\r\n\ti={};", options.identity);
  field += "\r\n\th=" + fold_names(names, 10) + ";";
  field += "\r\n\tbh=" + base::base64_encode(message.body_hash(Canonicalization::kRelaxed).digest) + ";\r\n\tb=";
  const std::string digest = signed_digest(message, names, Canonicalization::kRelaxed, field);
  return field + fold_base64(signer.key().sign(digest)) + "\r\n";
}

}  // namespace

base::Result<DkimSigner> DkimSigner::make(SignerOptions options, const std::string& pem) {
  const auto refuse = [](const char* why) { return Error{ErrorKind::kInvalid, why}; };
  if (!is_domain_text(options.domain)) return refuse("bad DKIM domain");
  if (!is_domain_text(options.selector)) return refuse("bad DKIM selector");
  if (!options.identity.empty() && !is_plain_identity(options.identity, options.domain))
    return refuse("DKIM identity is not of the domain");
  if (!are_field_names(options.headers.oversigned) || !are_field_names(options.headers.present)) return refuse("bad header field name");
  if (!names_from(options.headers)) return refuse("DKIM must sign From");
  if (options.lifetime && options.lifetime->count() <= 0) return refuse("DKIM lifetime must be positive");
  auto key = PrivateKey::from_pem(pem);
  if (!key) return key.error();
  return DkimSigner(std::move(options), std::move(*key));
}

std::string dkim_sign(CanonicalMessage& message, std::span<const DkimSigner* const> signers, base::Time now) {
  if (message.header_too_large()) throw base::Failure(ErrorKind::kLimit, "message header is too large");
  std::string fields;
  for (const DkimSigner* signer : signers) fields += sign_one(message, *signer, now);
  return fields;
}

std::vector<std::string> headers_to_sign(const CanonicalMessage& message, const SignedHeaders& headers) {
  std::vector<std::string> names;
  const auto add = [&](const std::vector<std::string>& list, size_t extra) {
    for (const std::string& name : list) {
      const std::string lower = base::to_lower(name);
      names.insert(names.end(), message.named(lower).size() + extra, lower);
    }
  };
  add(headers.oversigned, 1);
  add(headers.present, 0);
  // A verifier bounds h= (see SignatureLimits); what a flood of equal fields would add beyond that is left unsigned.
  if (names.size() > SignatureLimits{}.signed_headers) names.resize(SignatureLimits{}.signed_headers);
  return names;
}

std::string fold_names(const std::vector<std::string>& names, size_t column) {
  std::string out;
  for (size_t i = 0; i < names.size(); ++i) {
    const size_t width = names[i].size() + 1;
    if (column + width > 78 && i > 0) {
      out += "\r\n\t ";
      column = 9;
    }
    out += names[i];
    if (i + 1 < names.size()) out += ':';
    column += width;
  }
  return out;
}

std::string fold_base64(std::string_view bytes) {
  const std::string text = base::base64_encode(bytes);
  constexpr size_t kLine = 68;
  std::string out;
  for (size_t at = 0; at < text.size(); at += kLine) {
    if (at > 0) out += "\r\n\t ";
    out.append(text, at, kLine);
  }
  return out;
}

}  // namespace mailauth
