// Whole sessions over a pipe where a transcript cannot follow: SCRAM's computed exchange, channel binding, shutdown, pipelined APPENDs.
#include <gtest/gtest.h>

#include "base/text.h"
#include "blob/memory.h"
#include "imap/server.h"
#include "net/line_reader.h"
#include "net/loop.h"
#include "net/pipe_stream.h"
#include "net/timer.h"
#include "sasl/scram_client.h"
#include "sql/testing.h"

namespace imap {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);

directory::SignInLimits cheap_passwords() {
  directory::SignInLimits limits;
  limits.argon2_operations = 1;
  limits.argon2_memory_bytes = 64 * 1024;
  return limits;
}

class SessionTest : public testing::Test {
 protected:
  SessionTest()
      : database_(sql::testing::make(sql::testing::Kind::kSqlite)),
        blobs_(blob::open_memory()),
        store_(*database_, *blobs_, feed_, clock_, ids_),
        directory_(*database_, clock_, ids_, {}, ""),
        credentials_(directory_, clock_, cheap_passwords()),
        journal_(*database_, clock_, ids_),
        services_{store_, directory_, credentials_, journal_, pool_, clock_, user_sessions_} {
    services_.options.allow_plaintext_login = true;
    const auto enterprise = base::value_or_throw(directory_.create_enterprise("A"));
    (void)base::value_or_throw(directory_.add_domain({enterprise.id}, "a.example", directory::DomainState::kActive));
    (void)base::value_or_throw(
        directory_.add_member({enterprise.id}, {"alice@a.example", "Alice", "secret"},
                              [this](sql::Transaction& tx, sql::AccountScope scope) { store_.create_account(tx, scope); }));
  }

  // Runs `talk(client, reader)` against a session and waits for the session's end.
  template <typename Talk>
  void with_session(Talk talk) {
    auto run = [this, &talk](net::Executor executor) -> net::Task<> {
      net::PipePair pipe = net::make_pipe(executor);
      net::Stream* server = pipe.server.get();
      net::Notifier ended;
      auto session = [](std::unique_ptr<net::Stream> stream, const Services& services, net::Notifier& done) -> net::Task<> {
        co_await serve(std::move(stream), services);
        done.notify();
      };
      net::spawn(executor, session(std::move(pipe.server), services_, ended));
      net::LineReader reader(*pipe.client, net::LineEnds::kStrict);
      co_await talk(*pipe.client, reader, *server);
      pipe.client.reset();
      const bool finished = co_await net::wait_notified(ended, net::Deadline::after(kPatience));
      EXPECT_TRUE(finished);
    };
    loops_.run(run(loops_.executor(0)));
  }

  static net::Task<std::string> receive(net::LineReader& reader) {
    const net::Line line = co_await reader.read_line(100'000, net::Deadline::after(kPatience));
    co_return line.text;
  }
  static net::Task<> send(net::Stream& stream, std::string line) {
    line += "\r\n";
    co_await stream.write(line, net::Deadline::after(kPatience));
  }

  net::IoLoops loops_{1};  // outlives the database, whose threads resume coroutines
  base::ManualClock clock_{base::from_seconds(1'790'000'000)};
  base::IdMaker ids_{clock_, 1};
  store::ChangeFeed feed_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<blob::BlobStore> blobs_;
  store::Store store_;
  directory::Directory directory_;
  directory::Credentials credentials_;
  journal::Journal journal_;
  net::ThreadPool pool_{2};
  UserSessions user_sessions_;
  Services services_;
};

std::string decoded_challenge(const std::string& line) {
  if (line.substr(0, 2) != "+ ") return "not a challenge: " + line;
  return base::base64_decode(line.substr(2)).value_or("not base64");
}

TEST_F(SessionTest, ScramSignsInWithTheRightPasswordOnly) {
  for (const std::string password : {"secret", "wrong"}) {
    with_session([&](net::Stream& client, net::LineReader& reader, net::Stream&) -> net::Task<> {
      sasl::ScramClient::Options options;
      options.user = "alice@a.example";
      options.password = password;
      sasl::ScramClient scram(options);
      co_await receive(reader);
      co_await send(client, "a AUTHENTICATE SCRAM-SHA-256 " + base::base64_encode(scram.first()));
      const std::string first = co_await receive(reader);
      const auto proof = scram.final(decoded_challenge(first));
      EXPECT_TRUE(proof) << first;
      if (!proof) co_return;
      co_await send(client, base::base64_encode(*proof));
      const std::string second = co_await receive(reader);
      if (password == "secret") {
        EXPECT_TRUE(scram.verify(decoded_challenge(second)));
        co_await send(client, "");
        const std::string last = co_await receive(reader);
        EXPECT_EQ(last.substr(0, 16), "a OK [CAPABILITY");
      } else {
        EXPECT_EQ(second.substr(0, 28), "a NO [AUTHENTICATIONFAILED] ");
      }
    });
  }
}

TEST_F(SessionTest, ScramOfAnUnknownUserFailsAtItsEnd) {
  with_session([&](net::Stream& client, net::LineReader& reader, net::Stream&) -> net::Task<> {
    sasl::ScramClient::Options options;
    options.user = "nobody@a.example";
    options.password = "secret";
    sasl::ScramClient scram(options);
    co_await receive(reader);
    co_await send(client, "a AUTHENTICATE SCRAM-SHA-256 " + base::base64_encode(scram.first()));
    const std::string first = co_await receive(reader);
    const auto proof = scram.final(decoded_challenge(first));
    EXPECT_TRUE(proof) << first;
    if (!proof) co_return;
    co_await send(client, base::base64_encode(*proof));
    const std::string last = co_await receive(reader);
    EXPECT_EQ(last.substr(0, 28), "a NO [AUTHENTICATIONFAILED] ");
  });
}

TEST_F(SessionTest, AnIdleSessionSaysByeAtShutdown) {
  with_session([&](net::Stream& client, net::LineReader& reader, net::Stream& server) -> net::Task<> {
    co_await receive(reader);
    co_await send(client, "a NOOP");
    const std::string noop = co_await receive(reader);
    EXPECT_EQ(noop, "a OK NOOP completed");
    server.interrupt();
    const std::string bye = co_await receive(reader);
    EXPECT_EQ(bye, "* BYE Server shutting down");
  });
}

TEST_F(SessionTest, PipelinedAppendsAreAnsweredInOrder) {
  constexpr int kMessages = 500;
  with_session([&](net::Stream& client, net::LineReader& reader, net::Stream&) -> net::Task<> {
    co_await receive(reader);
    co_await send(client, "a LOGIN alice@a.example secret");
    co_await receive(reader);
    std::string all;
    for (int i = 0; i < kMessages; ++i) {
      const std::string message = "Subject: " + std::to_string(i) + "\r\n\r\nbody\r\n";
      all += "t" + std::to_string(i) + " APPEND INBOX {" + std::to_string(message.size()) + "+}\r\n" + message + "\r\n";
    }
    co_await client.write(all, net::Deadline::after(kPatience));
    for (int i = 0; i < kMessages; ++i) {
      const std::string reply = co_await receive(reader);
      const std::string begin = "t" + std::to_string(i) + " OK [APPENDUID ";
      EXPECT_EQ(reply.substr(0, begin.size()), begin);
      EXPECT_NE(reply.find(" " + std::to_string(i + 1) + "]"), std::string::npos) << reply;
    }
  });
}

TEST_F(SessionTest, AClientThatLeavesInTheMiddleOfALiteralEndsTheSession) {
  with_session([&](net::Stream& client, net::LineReader& reader, net::Stream&) -> net::Task<> {
    co_await receive(reader);
    co_await send(client, "a LOGIN {10+}");
    co_await client.write("abc", net::Deadline::after(kPatience));
  });
}

}  // namespace
}  // namespace imap
