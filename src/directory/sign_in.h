#pragma once
// A sign-in from the client's first bytes to its outcome, for every protocol that has SASL (RFC 4422): the mechanism (sasl/), the look-ups
// (credential.h) on the pool, and the protocol's own way of putting a challenge and taking an answer.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "directory/credential.h"
#include "net/loop.h"
#include "net/stream.h"
#include "net/task.h"
#include "sasl/mechanism.h"

namespace directory {

// What a sign-in came to; `user` is what the client typed.
struct SignInOutcome {
  SignInFailure failure = SignInFailure::kMalformed;
  std::shared_ptr<const Member> member;  // set when failure is kNone, and where known otherwise
  std::string user;
  bool ok() const { return failure == SignInFailure::kNone && member; }
};

// Sends a challenge (raw bytes) and returns the client's answer, decoded; nullopt when it cancels or sends what cannot be decoded.
using Exchange = std::function<net::Task<std::optional<std::string>>(std::string challenge)>;

// The bindings of a stream's TLS; none without.
sasl::ChannelBindings channel_bindings(net::Stream& stream);

// nullopt: the client broke it off. `initial`: its initial response, if it sent one. `client`: its address, for the throttle. All
// references outlive the task.
net::Task<std::optional<SignInOutcome>> run_sign_in(Credentials& credentials, net::ThreadPool& pool, sasl::Mechanism& mechanism,
                                                    std::optional<std::string> initial, std::string client, const Exchange& exchange);
// A plain user name and password.
net::Task<SignInOutcome> check_password(Credentials& credentials, net::ThreadPool& pool, std::string user, std::string password,
                                        std::string client);

}  // namespace directory
