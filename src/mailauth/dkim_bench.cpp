// How many 10 KB messages a core signs and verifies: ninja -C build/release dkim_bench && build/release/dkim_bench
#include <fmt/format.h>

#include <chrono>

#include "mailauth/dkim_testing.h"
#include "mailauth/sha256.h"

namespace {

using mailauth::DkimSigner;
using Clock = std::chrono::steady_clock;

const base::Time kNow = mailauth::testing::kNow;

std::string make_message(size_t size) {
  std::string out =
      "Received: from mail.a.example (mail.a.example [192.0.2.1])\r\n\tby mx.b.example with ESMTPS id 1234;\r\n\tMon, 1 Jan 2024 00:00:00 "
      "+0000\r\n"
      "From: Alice <alice@a.example>\r\nTo: bob@b.example\r\nSubject: a report\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\n"
      "Message-ID: <1@a.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
  while (out.size() < size) out += "The quick brown fox jumps over the lazy dog,  and the dog does not mind it. \r\n";
  return out;
}

template <typename F>
void measure(const char* what, F once) {
  size_t count = 0;
  const auto start = Clock::now();
  double seconds = 0;
  while (seconds < 1) {
    for (int i = 0; i < 20; ++i) once();
    count += 20;
    seconds = std::chrono::duration<double>(Clock::now() - start).count();
  }
  fmt::print("{:<44} {:>9.0f}/s {:>9.1f} us\n", what, count / seconds, seconds / count * 1e6);
}

}  // namespace

int main() {
  const std::string bytes = make_message(10 * 1024);
  const auto rsa = *DkimSigner::make({.domain = "a.example", .selector = "r"}, mailauth::testing::rsa_pem());
  const auto ed25519 = *DkimSigner::make({.domain = "a.example", .selector = "e"}, mailauth::testing::ed25519_pem());
  mailauth::testing::KeyTable keys;
  for (const auto* signer : {&rsa, &ed25519}) keys.records[signer->record_name()] = {signer->record()};

  const std::string digest = mailauth::sha256("x");
  measure("RSA-2048 private operation alone", [&] { (void)rsa.key().sign(digest); });
  measure("sign 10 KB, RSA-2048", [&] { (void)mailauth::testing::sign(bytes, {&rsa}); });
  measure("sign 10 KB, Ed25519", [&] { (void)mailauth::testing::sign(bytes, {&ed25519}); });
  measure("sign 10 KB, RSA-2048 and Ed25519", [&] { (void)mailauth::testing::sign(bytes, {&rsa, &ed25519}); });
  for (const auto& [name, fields] : {std::pair{"verify 10 KB, RSA-2048", mailauth::testing::sign(bytes, {&rsa})},
                                     std::pair{"verify 10 KB, Ed25519", mailauth::testing::sign(bytes, {&ed25519})},
                                     std::pair{"verify 10 KB, both", mailauth::testing::sign(bytes, {&rsa, &ed25519})}}) {
    const std::string signed_bytes = fields + bytes;
    measure(name, [&] {
      keys.asked.clear();
      for (const auto& result : mailauth::testing::verify(signed_bytes, keys))
        if (result.result != mailauth::DkimResult::kPass) std::abort();
    });
  }
  const std::string large = make_message(10 << 20);
  measure("hash a body of 10 MB, relaxed", [&] { (void)mailauth::hash_body(mailauth::Canonicalization::kRelaxed, large); });
  measure("hash a body of 10 MB, simple", [&] { (void)mailauth::hash_body(mailauth::Canonicalization::kSimple, large); });
}
