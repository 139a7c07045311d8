// Any message: its ARC chain is checked, and where a chain may be continued the set that is added is sound.

#include <cstdlib>

#include "mailauth/arc.h"
#include "mailauth/dkim_testing.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::string pem = mailauth::generate_key(mailauth::SigningAlgorithm::kEd25519Sha256);
  static const mailauth::ArcSealer sealer = *mailauth::ArcSealer::make({.domain = "fuzz.example", .selector = "ours"}, pem);
  mailauth::testing::KeyTable keys;
  keys.records["ours._domainkey.fuzz.example"] = {mailauth::PrivateKey::from_pem(pem)->record()};
  keys.records["dummy._domainkey.example.org"] = {
      "v=DKIM1; k=rsa; "
      "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/"
      "8uBs"
      "CR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"};

  const std::string bytes(reinterpret_cast<const char*>(data), size);
  mailauth::CanonicalMessage message(bytes);
  const auto verify = [&](mailauth::CanonicalMessage& one) {
    return net::block_on(mailauth::verify_arc(one, keys, mailauth::testing::kNow, net::Deadline::none()));
  };
  const mailauth::ArcChain chain = verify(message);
  require((chain.status == mailauth::ArcStatus::kFail) == !chain.reason.empty());
  require(chain.highest <= mailauth::kMaxArcSets && chain.sets.size() <= chain.highest);
  const auto fields = sealer.seal(message, chain, {.authserv_id = "mx.example", .results = {mailauth::arc_auth_result(chain, "")}},
                                  mailauth::testing::kNow);
  if (!fields.ok() || chain.status == mailauth::ArcStatus::kFail || message.fields().empty() ||
      message.fields().front().text.data() != bytes.data())
    return 0;
  const std::string sealed = *fields + bytes;
  mailauth::CanonicalMessage after(sealed);
  const mailauth::ArcChain longer = verify(after);
  require(longer.status == mailauth::ArcStatus::kPass && longer.highest == chain.highest + 1);
  return 0;
}
