#pragma once
// What IMAP sessions need, with one member who can sign in, and the client's end of a pipe: for the tests and the fuzz target of this
// folder.

#include <memory>
#include <string>

#include "blob/memory.h"
#include "imap/server.h"
#include "net/line_reader.h"
#include "net/loop.h"
#include "net/pipe_stream.h"
#include "net/timer.h"
#include "sql/testing.h"

namespace imap {

inline constexpr auto kPatience = std::chrono::seconds(30);

inline directory::SignInLimits cheap_passwords() {
  directory::SignInLimits limits;
  limits.argon2_operations = 1;
  limits.argon2_memory_bytes = 8 * 1024;
  return limits;
}

struct TestWorld {
  // `start`: a later world on the same rows begins later, or its ids would be those of the earlier.
  explicit TestWorld(std::unique_ptr<sql::Database> fresh = sql::testing::make(sql::testing::Kind::kSqlite),
                     base::Time start = base::from_seconds(1'790'000'000))
      : clock(start), database(std::move(fresh)) {
    services.options.allow_plaintext_login = true;
  }
  ~TestWorld() {
    pool.join();
    loops.stop();
  }
  TestWorld(const TestWorld&) = delete;
  TestWorld& operator=(const TestWorld&) = delete;

  // alice@a.example, whose password is "secret".
  void add_alice() {
    const auto enterprise = base::value_or_throw(directory.create_enterprise("A"));
    base::value_or_throw(directory.add_domain({enterprise.id}, "a.example", directory::DomainState::kActive));
    base::value_or_throw(directory.add_member({enterprise.id}, {"alice@a.example", "Alice", "secret"},
                                              [this](sql::Transaction& tx, sql::AccountScope scope) { store.create_account(tx, scope); }));
  }

  std::optional<blob::EnterpriseKey> key_of(sql::EnterpriseScope scope) {
    const auto enterprise = directory.enterprise(scope);
    return enterprise ? std::optional(blob::enterprise_key(enterprise->blob_key)) : std::nullopt;
  }

  // A message straight into alice's INBOX.
  void deliver(const std::string& message) {
    const auto scope = directory.find_member("alice@a.example")->scope();
    const store::NewMessage prepared = store.prepare(message, *key_of(scope.enterprise()), clock.now());
    blobs->put(scope.enterprise_id, prepared.blob, message);
    database->write([&](sql::Transaction& tx) {
      base::value_or_throw(store.append(tx, scope, store.find_mailbox(tx, scope, "INBOX")->id, {&prepared, 1}, 0));
    });
  }

  // Runs `talk(client, reader, server)` against a session, then closes the client's end and waits. False: the session did not end.
  template <typename Talk>
  bool with_session(Talk talk, net::PipeOptions options = {}) {
    bool finished = false;
    auto run = [&](net::Executor executor) -> net::Task<> {
      net::PipePair pipe = net::make_pipe(executor, options);
      net::Stream* server = pipe.server.get();
      net::Notifier ended;
      auto session = [](std::unique_ptr<net::Stream> stream, const Services& given, net::Notifier& done) -> net::Task<> {
        co_await serve(std::move(stream), given);
        done.notify();
      };
      net::spawn(executor, session(std::move(pipe.server), services, ended));
      net::LineReader reader(*pipe.client, net::LineEnds::kStrict);
      co_await talk(*pipe.client, reader, *server);
      pipe.client.reset();
      finished = co_await net::wait_notified(ended, net::Deadline::after(kPatience));
    };
    loops.run(run(loops.executor(0)));
    return finished;
  }

  net::IoLoops loops{1};  // outlives the database, whose threads resume coroutines
  base::ManualClock clock;
  base::IdMaker ids{clock, 1};
  store::ChangeFeed feed;
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<blob::BlobStore> blobs = blob::open_memory();
  store::Store store{*database, *blobs, feed, clock, ids};
  directory::Directory directory{*database, clock, ids, {.passwords = cheap_passwords()}, ""};
  directory::Credentials credentials{directory, clock, cheap_passwords()};
  journal::Journal journal{*database, clock, ids};
  net::ThreadPool pool{2};
  UserSessions user_sessions;
  Services services{store, directory, credentials, journal, pool, clock, user_sessions};
};

}  // namespace imap
