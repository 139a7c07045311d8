#pragma once
// Checks that all mechanisms share: is this a user name, and does the client ask to act as somebody else.

#include <string_view>

#include "sasl/mechanism.h"

namespace sasl {

// UTF-8 without control characters, 1..limits.name_bytes bytes.
bool is_user_name(std::string_view name, const Limits& limits);
// authzid empty or the user itself: nobody may act as somebody else.
bool is_own_identity(std::string_view authzid, std::string_view user);

inline Step failed(Failure failure) { return {.kind = StepKind::kFailed, .failure = failure}; }
inline Step challenge(std::string bytes) { return {.kind = StepKind::kChallenge, .challenge = std::move(bytes)}; }
inline Step done(std::string user) { return {.kind = StepKind::kDone, .user = std::move(user)}; }

}  // namespace sasl
