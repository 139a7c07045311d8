// Any message: its signatures are checked with keys that all names have, it is signed, and our own signature on it verifies.

#include <cstdlib>

#include "mailauth/dkim_testing.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

// RFC 8463 A.2, A.3: whoever is asked for, these are the keys.
class OneKey : public net::Resolver {
 public:
  net::Task<net::DnsAnswer> resolve(std::string name, net::DnsType, net::Deadline) override {
    net::DnsAnswer answer;
    answer.status = net::DnsStatus::kOk;
    if (name == ours_name)
      answer.texts = {ours};
    else if (name.starts_with("test."))
      answer.texts = {
          "v=DKIM1; k=rsa; "
          "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutA"
          "CDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"};
    else
      answer.texts = {"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="};
    co_return answer;
  }
  std::string ours_name, ours;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const mailauth::DkimSigner signer = *mailauth::DkimSigner::make(
      {.domain = "fuzz.example", .selector = "ours"}, mailauth::generate_key(mailauth::SigningAlgorithm::kEd25519Sha256));
  OneKey keys;
  keys.ours_name = signer.record_name();
  keys.ours = signer.record();
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  for (const auto& result : mailauth::testing::verify(bytes, keys))
    require(result.result == mailauth::DkimResult::kPass || !result.reason.empty());

  mailauth::CanonicalMessage message(bytes);
  if (message.header_too_large()) return 0;
  const mailauth::DkimSigner* signers[] = {&signer};
  const std::string signed_bytes = mailauth::dkim_sign(message, signers, mailauth::testing::kNow) + bytes;
  const auto results = mailauth::testing::verify(signed_bytes, keys);
  // A message that begins in the middle of a folded field joins ours; one from an mbox file loses its first line.
  const bool joins = !bytes.empty() && (bytes.front() == ' ' || bytes.front() == '\t');
  const bool mbox = bytes.starts_with("From ") || bytes.starts_with(">From ");
  if (joins || mbox || message.fields().empty()) return 0;
  require(!results.empty() && results.front().domain == "fuzz.example" && results.front().result == mailauth::DkimResult::kPass);
  return 0;
}
