#include "imap/reply.h"

namespace imap {

Reply from_error(const base::Error& error, std::string_view not_found) {
  auto with = [&](std::string_view code) { return no("[" + std::string(code) + "] " + error.text); };
  switch (error.kind) {
    case base::ErrorKind::kNotFound:
      return with(not_found);
    case base::ErrorKind::kExists:
      return with("ALREADYEXISTS");
    case base::ErrorKind::kDenied:
      return with("CANNOT");
    case base::ErrorKind::kOverQuota:
      return with("OVERQUOTA");
    case base::ErrorKind::kLimit:
      return with("LIMIT");
    case base::ErrorKind::kUnavailable:
      return no("[UNAVAILABLE] Temporary failure, try again later");
    case base::ErrorKind::kCorrupt:
      return no("[SERVERBUG] Stored data is damaged");
    case base::ErrorKind::kInvalid:
      return with("CANNOT");
  }
  return no("[SERVERBUG] Unknown error");
}

void put_reply(std::string& out, std::string_view tag, const Reply& reply) {
  if (reply.status == Reply::Status::kNone) return;
  out += tag.empty() ? "*" : tag;
  out += reply.status == Reply::Status::kOk ? " OK " : reply.status == Reply::Status::kNo ? " NO " : " BAD ";
  // Error texts may quote what the client sent.
  for (char c : reply.text) out.push_back(c == '\r' || c == '\n' ? ' ' : c);
  out += "\r\n";
}

}  // namespace imap
