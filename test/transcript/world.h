#pragma once
// A whole server in this process, fresh for one transcript: database, bodies in memory, directory, store, delivery and the protocols,
// all on one loop that the test itself turns.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "config/settings.h"
#include "net/stream.h"
#include "net/tls.h"
#include "sql/scope.h"
#include "sql/testing.h"
#include "sql/transaction.h"

namespace transcript {

struct Config {
  sql::testing::Kind database{};
  bool bytewise = false;  // the server and the client get one byte a read
};

struct NewAccount {
  std::string address;
  std::string password;
  std::string enterprise;  // empty: the one named after the domain
  int64_t quota_bytes = 0;
  bool disabled = false;
  std::vector<std::string> aliases;
};

struct Connecting {
  std::string protocol;  // smtp, lmtp, submission, imap
  bool tls = false;      // from the first byte
  std::string from = "203.0.113.9";
};

class World {
 public:
  World(const Config& config, const config::Settings& settings);
  // Waits for the sessions to end. REQUIRES: their clients have gone.
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Turns the loop until the task has ended; returns its result or throws its exception.
  template <typename T>
  T await(net::Task<T> task);

  // All throw Failed (or base::Failure) when the thing cannot be done.
  void add_domain(const std::string& name, const std::string& state, const std::string& enterprise);
  void add_account(const NewAccount& account);
  void set_catch_all(const std::string& domain, const std::string& address);
  void deliver(const std::string& address, const std::string& mailbox, const std::string& message, const std::string& flags,
               std::optional<int64_t> date);
  void advance(base::Duration by);

  uint64_t message_count(const std::string& address, const std::string& mailbox);
  std::string message(const std::string& address, const std::string& mailbox, uint32_t uid);

  // After the last client has gone: waits for the sessions and throws Failed when the store breaks one of its promises.
  void verify();

  // The client's end; a session runs on the other. REQUIRES for `tls`: the caller does the client's handshake.
  std::unique_ptr<net::Stream> connect(const Connecting& connecting);
  net::TlsClientContext& client_tls();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
  boost::asio::io_context& loop();
  net::Task<> session(std::unique_ptr<net::Stream> stream, Connecting connecting);
  sql::AccountScope scope_of(const std::string& address);
  int64_t mailbox_id(sql::Transaction& tx, sql::AccountScope scope, const std::string& mailbox);
  void turn_until(const bool& done);
  bool sessions_end();
};

template <typename T>
T World::await(net::Task<T> task) {
  using Stored = std::conditional_t<std::is_void_v<T>, char, T>;
  bool done = false;
  std::exception_ptr thrown;
  std::optional<Stored> value;
  if constexpr (std::is_void_v<T>) {
    boost::asio::co_spawn(loop(), std::move(task), [&](std::exception_ptr error) {
      thrown = error;
      done = true;
    });
  } else {
    boost::asio::co_spawn(loop(), std::move(task), [&](std::exception_ptr error, T result) {
      thrown = error;
      if (!error) value.emplace(std::move(result));
      done = true;
    });
  }
  turn_until(done);
  if (thrown) std::rethrow_exception(thrown);
  if constexpr (!std::is_void_v<T>) return std::move(*value);
}

}  // namespace transcript
