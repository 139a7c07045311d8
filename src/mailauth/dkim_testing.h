#pragma once
// For the tests of this folder: keys in a table instead of DNS, messages with CRLF, and verifying in one call.

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mailauth/dkim.h"
#include "mailauth/dkim_sign.h"
#include "net/block_on.h"

namespace mailauth::testing {

// TXT records by lower-case name. A name of `failing` is answered with a temporary error.
class KeyTable : public net::Resolver {
 public:
  std::map<std::string, std::vector<std::string>> records;
  std::set<std::string> failing;
  std::vector<std::string> asked;

  net::Task<net::DnsAnswer> resolve(std::string name, net::DnsType type, net::Deadline) override {
    asked.push_back(name);
    net::DnsAnswer answer;
    answer.status = net::DnsStatus::kNoName;
    if (failing.contains(name)) answer.status = net::DnsStatus::kTemporary;
    if (const auto it = records.find(name); it != records.end() && type == net::DnsType::kTxt) {
      answer.status = net::DnsStatus::kOk;
      answer.texts = it->second;
    }
    co_return answer;
  }
};

inline std::string crlf(std::string_view text) {
  std::string out;
  char before = 0;
  for (const char c : text) {
    if (c == '\n' && before != '\r') out += '\r';
    out += c;
    before = c;
  }
  return out;
}

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw base::Failure(base::ErrorKind::kNotFound, path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline const base::Time kNow = base::from_seconds(1'700'000'000);

inline std::vector<DkimSignatureResult> verify(const std::string& bytes, net::Resolver& keys, base::Time now = kNow,
                                               const DkimLimits& limits = {}) {
  CanonicalMessage message(bytes);
  return net::block_on(verify_dkim(message, keys, now, net::Deadline::none(), limits));
}

// Made once per process: RSA takes a while under the sanitizers.
inline const std::string& rsa_pem() {
  static const std::string pem = generate_key(SigningAlgorithm::kRsaSha256);
  return pem;
}
inline const std::string& ed25519_pem() {
  static const std::string pem = generate_key(SigningAlgorithm::kEd25519Sha256);
  return pem;
}

inline std::string sign(const std::string& bytes, std::vector<const DkimSigner*> signers, base::Time now = kNow) {
  CanonicalMessage message(bytes);
  return dkim_sign(message, signers, now);
}

}  // namespace mailauth::testing
