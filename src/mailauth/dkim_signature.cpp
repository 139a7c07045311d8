#include "mailauth/dkim_signature.h"

#include <algorithm>

#include "base/text.h"
#include "mailauth/sha256.h"

namespace mailauth {
namespace {

using Kind = SignatureFault::Kind;

SignatureFault syntax(std::string reason) { return {Kind::kSyntax, std::move(reason)}; }
SignatureFault permanent(std::string reason) { return {Kind::kPermanent, std::move(reason)}; }

// RFC 5322 2.2: printable, no colon; ";" ended the tag.
bool is_field_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

std::optional<Canonicalization> form_named(std::string_view name) {
  if (name == "simple") return Canonicalization::kSimple;
  if (name == "relaxed") return Canonicalization::kRelaxed;
  return std::nullopt;
}

// Reads one field's tags into a Signature; stops at the first fault.
class Reader {
 public:
  Reader(SignatureKind kind, const TagList& tags, const SignatureLimits& limits, Signature& out)
      : kind_(kind), tags_(tags), limits_(limits), out_(out) {}

  std::optional<SignatureFault> read() {
    if (auto fault = read_names()) return fault;
    if (auto fault = read_algorithm()) return fault;
    if (auto fault = read_signature()) return fault;
    if (auto fault = read_times()) return fault;
    if (kind_ == SignatureKind::kArcSeal) return read_seal();
    if (auto fault = read_canonicalization()) return fault;
    if (auto fault = read_headers()) return fault;
    return read_body();
  }

 private:
  static SignatureFault missing(std::string_view name) { return syntax("no " + std::string(name) + "= tag"); }

  std::optional<SignatureFault> read_names() {
    const auto d = tags_.value("d"), s = tags_.value("s");
    if (d && is_domain_text(*d)) out_.domain = base::to_lower(*d);
    if (s && is_domain_text(*s)) out_.selector = *s;
    if (!d) return missing("d");
    if (!s) return missing("s");
    if (out_.domain.empty()) return syntax("bad d= tag");
    if (out_.selector.empty()) return syntax("bad s= tag");
    return kind_ == SignatureKind::kDkim ? read_identity() : read_instance();
  }

  // RFC 6376 3.5: i= is of d= or below it.
  std::optional<SignatureFault> read_identity() {
    const auto v = tags_.value("v");
    if (!v) return missing("v");
    if (*v != "1") return syntax("version is unknown");
    const auto i = tags_.value("i");
    out_.identity = i ? without_space(*i) : "@" + out_.domain;
    const size_t at = out_.identity.rfind('@');
    if (at == std::string::npos || !is_domain_text(std::string_view(out_.identity).substr(at + 1))) return syntax("bad i= tag");
    if (!is_of_domain(std::string_view(out_.identity).substr(at + 1), out_.domain)) return permanent("i= is not of the domain in d=");
    return std::nullopt;
  }

  // RFC 8617 4.2.1.
  std::optional<SignatureFault> read_instance() {
    const auto i = tags_.value("i");
    if (!i) return missing("i");
    const auto number = base::parse_number(*i);
    if (!number || *number < 1 || *number > 50) return syntax("bad i= tag");
    out_.instance = static_cast<unsigned>(*number);
    return std::nullopt;
  }

  std::optional<SignatureFault> read_algorithm() {
    const auto a = tags_.value("a");
    if (!a) return missing("a");
    out_.algorithm_name = *a;
    if (*a == "rsa-sha256")
      out_.algorithm = SigningAlgorithm::kRsaSha256;
    else if (*a == "ed25519-sha256")
      out_.algorithm = SigningAlgorithm::kEd25519Sha256;
    else if (*a == "rsa-sha1")
      return permanent("rsa-sha1 is historic");  // RFC 8301 3.1
    else
      return syntax("algorithm is unknown");
    // RFC 6376 3.5: at least one of the methods must be known.
    if (const auto q = tags_.value("q")) {
      const auto methods = split_colons(*q);
      if (std::find(methods.begin(), methods.end(), "dns/txt") == methods.end()) return syntax("query method is unknown");
    }
    return std::nullopt;
  }

  std::optional<SignatureFault> read_signature() {
    const auto b = tags_.value("b");
    if (!b) return missing("b");
    const auto decoded = decode_base64_tag(*b);
    if (!decoded) return syntax("bad b= tag");
    out_.signature = *decoded;
    out_.signature_text = without_space(*b);
    return std::nullopt;
  }

  std::optional<SignatureFault> read_number(std::string_view name, std::optional<uint64_t>& number) {
    const auto value = tags_.value(name);
    if (!value) return std::nullopt;
    number = base::parse_number(*value);
    if (!number) return syntax("bad " + std::string(name) + "= tag");
    return std::nullopt;
  }

  std::optional<SignatureFault> read_times() {
    if (auto fault = read_number("t", out_.signed_at)) return fault;
    if (auto fault = read_number("x", out_.expires)) return fault;
    if (out_.signed_at && out_.expires && *out_.expires <= *out_.signed_at) return syntax("x= is not after t=");
    return std::nullopt;
  }

  // RFC 8617 4.1.3: the tags that say what is signed do not exist here.
  std::optional<SignatureFault> read_seal() {
    if (tags_.find("h")) return permanent("h= in an ARC-Seal");
    const auto cv = tags_.value("cv");
    if (!cv) return missing("cv");
    out_.chain_status = base::to_lower(*cv);
    if (out_.chain_status != "none" && out_.chain_status != "pass" && out_.chain_status != "fail") return syntax("bad cv= tag");
    return std::nullopt;
  }

  std::optional<SignatureFault> read_canonicalization() {
    const auto c = tags_.value("c");
    // RFC 8617 does not say what c= is by default in an ARC-Message-Signature; those in use take it so.
    if (!c && kind_ == SignatureKind::kArcMessage) out_.header_form = out_.body_form = Canonicalization::kRelaxed;
    if (!c) return std::nullopt;
    const size_t slash = c->find('/');
    const auto header = form_named(c->substr(0, slash));
    const auto body = slash == std::string_view::npos ? Canonicalization::kSimple : form_named(c->substr(slash + 1));
    if (!header || !body) return syntax("canonicalization is unknown");
    out_.header_form = *header;
    out_.body_form = *body;
    return std::nullopt;
  }

  std::optional<SignatureFault> read_headers() {
    const auto h = tags_.value("h");
    if (!h) return missing("h");
    const auto names = split_colons(*h);
    if (names.size() > limits_.signed_headers) return syntax("too many names in h=");
    for (const auto name : names) {
      if (!is_field_name(name)) return syntax("bad h= tag");
      out_.signed_headers.push_back(base::to_lower(name));
    }
    const auto has = [&](std::string_view name) {
      return std::find(out_.signed_headers.begin(), out_.signed_headers.end(), name) != out_.signed_headers.end();
    };
    if (!has("from")) return permanent("From is not signed");
    if (kind_ == SignatureKind::kArcMessage && has("arc-seal")) return permanent("ARC-Seal is signed");  // RFC 8617 4.1.2
    return std::nullopt;
  }

  std::optional<SignatureFault> read_body() {
    const auto bh = tags_.value("bh");
    if (!bh) return missing("bh");
    const auto decoded = decode_base64_tag(*bh);
    if (!decoded || decoded->size() != 32) return syntax("bad bh= tag");
    out_.body_hash = *decoded;
    return read_number("l", out_.body_length);
  }

  SignatureKind kind_;
  const TagList& tags_;
  const SignatureLimits& limits_;
  Signature& out_;
};

}  // namespace

Signature parse_signature(SignatureKind kind, const HeaderField& field, const SignatureLimits& limits) {
  Signature signature;
  const auto tags = TagList::parse(field.value, limits.tags);
  if (!tags) {
    signature.fault = syntax(tags.error().text);
    return signature;
  }
  if (const Tag* b = tags->find("b")) {
    const auto begin = static_cast<size_t>(b->raw.data() - field.text.data());
    signature.unsigned_text = field.text.substr(0, begin);
    signature.unsigned_text += field.text.substr(begin + b->raw.size());
  }
  signature.fault = Reader(kind, *tags, limits, signature).read();
  return signature;
}

std::string signed_digest(const CanonicalMessage& message, const std::vector<std::string>& signed_headers, Canonicalization form,
                          std::string_view unsigned_text) {
  std::unordered_map<std::string_view, size_t> used;
  std::string data;
  for (const std::string& name : signed_headers) {
    const auto& instances = message.named(name);
    size_t& taken = used[name];
    if (taken == instances.size()) continue;
    ++taken;
    append_canonical(form, message.fields()[instances[instances.size() - taken]].text, data);
    data += "\r\n";
  }
  append_canonical(form, unsigned_text, data);
  return sha256(data);
}

bool is_of_domain(std::string_view name, std::string_view domain) {
  if (name.size() == domain.size()) return base::iequals(name, domain);
  return name.size() > domain.size() && name[name.size() - domain.size() - 1] == '.' &&
         base::iequals(name.substr(name.size() - domain.size()), domain);
}

bool is_domain_text(std::string_view text) {
  if (text.empty() || text.size() > 255) return false;
  char before = '.';
  for (const char c : text) {
    if (c == '.' ? before == '.'
                 : !(base::is_alpha(c) || base::is_digit(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) > 0x7f))
      return false;
    before = c;
  }
  return before != '.';
}

}  // namespace mailauth
