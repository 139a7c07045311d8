// Every mechanism against a client that sends anything.
//
//   input := mechanism(byte) bindings(byte) response (0xff response)*
//
// A response that begins with 0xfe is none (nullopt). The directory's answers are taken from the response's length.

#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "sasl/mechanism.h"
#include "sasl/password.h"

namespace {

constexpr std::string_view kNames[] = {"PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "OAUTHBEARER", "XOAUTH2"};

void require(bool condition) {
  if (!condition) std::abort();
}

sasl::Step answer(sasl::Mechanism& mechanism, sasl::Step step, bool right) {
  const sasl::ScramSecret secret{"salt", 1, std::string(32, 's'), std::string(32, 'k')};
  while (step.kind == sasl::StepKind::kCheckPassword || step.kind == sasl::StepKind::kCheckToken ||
         step.kind == sasl::StepKind::kScramSecret) {
    require(base::is_valid_utf8(step.user));
    if (step.kind == sasl::StepKind::kCheckPassword) {
      auto prepared = sasl::prepare_password(step.secret);
      require(!prepared || base::is_valid_utf8(*prepared));
    }
    step = step.kind == sasl::StepKind::kScramSecret ? mechanism.scram_secret(secret, right) : mechanism.checked(right);
  }
  return step;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  sasl::ChannelBindings bindings;
  if (data[1] & 1) bindings.tls_exporter = std::string(32, 'e');
  if (data[1] & 2) bindings.tls_server_end_point = std::string(32, 'p');
  auto mechanism = sasl::make_mechanism(kNames[data[0] % std::size(kNames)], bindings, {.message_bytes = 4096});
  for (auto response : base::split({reinterpret_cast<const char*>(data) + 2, size - 2}, '\xff')) {
    const bool none = response.starts_with('\xfe');
    auto step = answer(*mechanism, mechanism->next(none ? std::nullopt : std::optional(response)), response.size() % 2 == 0);
    require(step.kind != sasl::StepKind::kDone || base::is_valid_utf8(step.user));
    if (step.kind == sasl::StepKind::kFailed) require(step.failure != sasl::Failure::kNone);
  }
  return 0;
}
