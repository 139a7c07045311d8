#pragma once
// PLAIN (RFC 4616) and LOGIN (draft-murchison-sasl-login): the password itself, so only inside TLS.
//
//   PLAIN   [authzid] NUL user NUL password
//   LOGIN   challenge "Username:", then "Password:"; an initial response is the user name

#include <memory>

#include "sasl/mechanism.h"

namespace sasl {

std::unique_ptr<Mechanism> make_plain(const Limits& limits);
std::unique_ptr<Mechanism> make_login(const Limits& limits);

}  // namespace sasl
