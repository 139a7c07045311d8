#pragma once
// OAUTHBEARER (RFC 7628) and XOAUTH2: the client sends an OAuth 2 token; who checks it is the caller's business.
//
//   OAUTHBEARER  gs2-header 0x01 key=value 0x01 ... 0x01      with auth=Bearer token
//   XOAUTH2      user=name 0x01 auth=Bearer token 0x01 0x01
//
// A refused token is told as a JSON challenge; the client answers with 0x01 (or nothing, XOAUTH2), then the exchange fails (RFC
// 7628 3.2.3).

#include <memory>

#include "sasl/mechanism.h"

namespace sasl {

std::unique_ptr<Mechanism> make_oauthbearer(const Limits& limits);
std::unique_ptr<Mechanism> make_xoauth2(const Limits& limits);

}  // namespace sasl
