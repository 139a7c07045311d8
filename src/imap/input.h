#pragma once
// Reads one command with its literals from the connection, within the limits.

#include "imap/session.h"

namespace imap {

struct Input {
  enum class Status {
    kCommand,  // `raw` is complete
    kRefused,  // it was read or will not be sent; answer `refusal` to `tag` and go on
    kFatal,    // the stream cannot be followed any more: say BYE with `refusal` and end
    kEnd,      // the client has gone
  };
  Status status = Status::kCommand;
  RawCommand raw;
  std::string tag;
  std::string refusal;
};

// Throws IoError; kStopping when the server shuts down and nothing has come.
net::Task<Input> read_input(Session& session);

}  // namespace imap
