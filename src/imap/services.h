#pragma once
// What an IMAP session works with, handed in by the server. Everything here outlives all sessions and the loops they run on.

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/time.h"
#include "delivery/lessons.h"
#include "directory/credential.h"
#include "directory/directory.h"
#include "imap/limits.h"
#include "journal/journal.h"
#include "net/loop.h"
#include "net/tls.h"
#include "store/store.h"

namespace imap {

struct Options {
  bool allow_plaintext_login = false;     // passwords without TLS from anywhere
  bool plaintext_on_loopback = true;      // and from this machine itself
  std::string server_name = "Posthouse";  // in the greeting and ID
  std::string version;                    // in ID; empty: not told
};

// How many sessions each member has; thread-safe.
class UserSessions {
 public:
  // False, and nothing is counted, when there are `most` already.
  bool enter(int64_t account_id, size_t most);
  void leave(int64_t account_id);

 private:
  std::mutex mutex_;
  std::unordered_map<int64_t, size_t> counts_;
};

struct Services {
  store::Store& store;
  directory::Directory& directory;
  directory::Credentials& credentials;
  journal::Journal& journal;
  net::ThreadPool& pool;  // password checks, which may read the database
  const base::Clock& clock;
  UserSessions& user_sessions;
  net::TlsContext* tls = nullptr;  // null: no STARTTLS
  Limits limits;
  Options options;
  delivery::Lessons* lessons = nullptr;  // null: moves teach nothing
};

}  // namespace imap
