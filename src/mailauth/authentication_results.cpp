#include "mailauth/authentication_results.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "mailauth/arc.h"
#include "mailauth/dkim.h"

namespace mailauth {
namespace {

bool is_keyword(std::string_view word) {
  return !word.empty() &&
         std::all_of(word.begin(), word.end(), [](char c) { return base::is_alpha(c) || base::is_digit(c) || c == '-' || c == '_'; });
}

bool all_of(std::string_view text, std::string_view punctuation) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return base::is_alpha(c) || base::is_digit(c) || punctuation.find(c) != std::string_view::npos; });
}

// What may stand without quotes: a token (RFC 2045 5.1), or an address whose local part is a dot-atom.
bool is_bare(std::string_view value) {
  if (value.empty()) return false;
  const size_t at = value.rfind('@');
  if (at == std::string_view::npos) return all_of(value, "-._+!#$%&'*^`{|}~");
  return all_of(value.substr(0, at), "-._+!#$%&'*^`{|}~/=?") && at + 1 < value.size() && all_of(value.substr(at + 1), "-._");
}

char printable(char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f ? ' ' : c; }

std::string quoted(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += printable(c);
  }
  return out + '"';
}

std::string value_text(std::string_view value) { return is_bare(value) ? std::string(value) : quoted(value); }

std::string comment_text(std::string_view comment) {
  std::string out = "(";
  for (const char c : comment) {
    if (c == '(' || c == ')' || c == '\\') out += '\\';
    out += printable(c);
  }
  return out + ')';
}

// Gathers words into lines of at most 78 characters where they allow it.
class Folder {
 public:
  explicit Folder(std::string begin) : out_(std::move(begin)), column_(out_.size() + 24) {}
  void line(const std::string& word) {
    out_ += "\r\n\t" + word;
    column_ = 8 + word.size();
  }
  void word(const std::string& word) {
    if (column_ + 1 + word.size() > 78) return line(word);
    out_ += ' ' + word;
    column_ += 1 + word.size();
  }
  void semicolon() { out_ += ';'; }
  void none() { out_ += "; none"; }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  size_t column_;
};

bool is_writable(const AuthResult& result) { return is_keyword(result.method) && is_keyword(result.result); }

void add_result(const AuthResult& result, Folder& out) {
  out.semicolon();
  out.line(result.method + (result.version == 1 ? "" : "/" + std::to_string(result.version)) + "=" + result.result);
  if (!result.comment.empty()) out.word(comment_text(result.comment));
  if (!result.reason.empty()) out.word("reason=" + quoted(result.reason));
  for (const AuthProperty& property : result.properties) {
    if (!is_keyword(property.type) || !is_keyword(property.name)) continue;
    out.word(property.type + "." + property.name + "=" + value_text(property.value));
  }
}

}  // namespace

const std::string* AuthResult::find(std::string_view type, std::string_view name) const {
  for (const AuthProperty& property : properties)
    if (property.type == type && property.name == name) return &property.value;
  return nullptr;
}

std::string format_payload(const AuthenticationResults& results) {
  Folder out(value_text(results.authserv_id));
  for (const AuthResult& result : results.results)
    if (is_writable(result)) add_result(result, out);
  if (std::none_of(results.results.begin(), results.results.end(), is_writable)) out.none();
  return out.take();
}

std::string format_field(const AuthenticationResults& results) { return "Authentication-Results: " + format_payload(results) + "\r\n"; }

AuthResult dkim_auth_result(const DkimSignatureResult& result) {
  AuthResult out{.method = "dkim", .result = to_string(result.result)};
  if (result.key_bits > 0) out.comment = fmt::format("{}-bit key{}", result.key_bits, result.testing ? ", testing" : "");
  out.reason = result.reason;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out.properties.push_back({"header", name, value});
  };
  add("d", result.domain);
  add("i", result.identity);
  add("s", result.selector);
  add("a", result.algorithm);
  add("b", result.header_b);
  return out;
}

std::vector<AuthResult> dkim_auth_results(const std::vector<DkimSignatureResult>& results) {
  std::vector<AuthResult> out;
  for (const auto& result : results) out.push_back(dkim_auth_result(result));
  if (out.empty()) out.push_back({.method = "dkim", .result = "none"});
  return out;
}

AuthResult spf_auth_result(std::string result, std::string mail_from, std::string helo, std::string reason) {
  AuthResult out{.method = "spf", .result = std::move(result), .reason = std::move(reason)};
  if (!mail_from.empty()) out.properties.push_back({"smtp", "mailfrom", std::move(mail_from)});
  if (!helo.empty()) out.properties.push_back({"smtp", "helo", std::move(helo)});
  return out;
}

AuthResult dmarc_auth_result(std::string result, std::string from_domain, std::string policy, std::string disposition) {
  AuthResult out{.method = "dmarc", .result = std::move(result)};
  if (!policy.empty()) out.comment = fmt::format("p={} dis={}", policy, disposition);
  out.properties.push_back({"header", "from", std::move(from_domain)});
  return out;
}

AuthResult arc_auth_result(const ArcChain& chain, std::string remote_ip) {
  AuthResult out{.method = "arc", .result = to_string(chain.status), .reason = chain.reason};
  if (chain.highest > 0) out.comment = fmt::format("i={}", chain.highest);
  // RFC 8617 10.2
  if (!remote_ip.empty()) out.properties.push_back({"smtp", "remote-ip", std::move(remote_ip)});
  if (chain.status == ArcStatus::kPass) out.properties.push_back({"header", "oldest-pass", std::to_string(chain.oldest_pass)});
  return out;
}

AuthResult iprev_auth_result(std::string result, std::string remote_ip) {
  AuthResult out{.method = "iprev", .result = std::move(result)};
  out.properties.push_back({"policy", "iprev", std::move(remote_ip)});
  return out;
}

}  // namespace mailauth
