#pragma once
// The tagged answer to a command, and how errors of the lower layers become one (RFC 9051 7.1, RFC 5530).

#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace imap {

struct Reply {
  enum class Status : unsigned char { kOk, kNo, kBad, kNone };
  Status status = Status::kOk;
  std::string text;  // with its response code: "[READ-WRITE] SELECT completed"
};

inline Reply ok(std::string text) { return {Reply::Status::kOk, std::move(text)}; }
inline Reply no(std::string text) { return {Reply::Status::kNo, std::move(text)}; }
inline Reply bad(std::string text) { return {Reply::Status::kBad, std::move(text)}; }
// The handler has answered, or will (a started APPEND).
inline Reply answered() { return {Reply::Status::kNone, {}}; }

// NO with the code of its kind. `not_found`: what a missing mailbox is called here: NONEXISTENT, or TRYCREATE where the client may create
// it.
Reply from_error(const base::Error& error, std::string_view not_found = "NONEXISTENT");

void put_reply(std::string& out, std::string_view tag, const Reply& reply);

}  // namespace imap
