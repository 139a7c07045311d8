#include "transcript/runner.h"

#include <map>
#include <memory>

#include "config/value.h"
#include "transcript/client.h"
#include "transcript/pattern.h"

namespace transcript {
namespace {

// Settings are those of the whole transcript: they are in force before its first step.
config::Settings settings_of(const Script& script) {
  config::Settings settings;
  for (const auto& [name, value] : {std::pair{"signin.argon2_memory", "8KB"},
                                    {"signin.argon2_operations", "1"},
                                    {"imap.allow_plaintext_login", "true"},
                                    {"submission.allow_plaintext_login", "true"}})
    base::value_or_throw(settings.assign(name, value, "transcripts"));
  for (const Step& step : script.steps) {
    if (step.kind != Kind::kSet) continue;
    const std::string& word = step.words[0];
    const size_t equals = word.find('=');
    const auto done = settings.assign(word.substr(0, equals), word.substr(equals + 1), script.place(step));
    if (!done.ok()) throw Failed(done.error().text);
  }
  return settings;
}

class Run {
 public:
  Run(const Script& script, const Config& config) : script_(script), world_(config, settings_of(script)) {}

  void step(const Step& step) {
    switch (step.kind) {
      case Kind::kConnect:
        return connect(step);
      case Kind::kSend:
        return world_.await(client(step).send(step.text));
      case Kind::kSendMany:
        return send_many(step);
      case Kind::kExpect:
        return expect(step);
      case Kind::kSkipTo:
        return skip_to(step);
      case Kind::kExpectEnd:
        return expect_end(step);
      case Kind::kClose:
        return client(step).close();
      case Kind::kStartTls:
        return world_.await(client(step).start_tls(world_.client_tls()));
      case Kind::kDomain:
        return world_.add_domain(step.words[0], step.option("state", "active"), step.option("enterprise", step.words[0]));
      case Kind::kAccount:
        return add_account(step);
      case Kind::kCatchAll:
        return world_.set_catch_all(step.words[0], step.words[1]);
      case Kind::kDeliver:
        return deliver(step);
      case Kind::kSet:
        return;
      case Kind::kAdvance:
        return world_.advance(std::chrono::microseconds(step.count));
      case Kind::kMailbox:
        return check_count(step);
      case Kind::kMessage:
        return check_message(step);
    }
  }

  void finish() {
    clients_.clear();
    world_.verify();
  }

 private:
  void connect(const Step& step) {
    if (clients_.contains(step.connection)) throw Failed("this connection is already there");
    Connecting how;
    how.protocol = step.words.empty() ? script_.protocol : step.words[0];
    how.tls = step.options.contains("tls");
    how.from = step.option("from", how.from);
    auto made = std::make_unique<Client>(world_.connect(how));
    if (how.tls) world_.await(made->start_tls(world_.client_tls()));
    clients_.emplace(step.connection, std::move(made));
  }

  // The connection of a step; the first use of a number connects.
  Client& client(const Step& step) {
    if (!clients_.contains(step.connection)) {
      Step implied{Kind::kConnect};
      implied.connection = step.connection;
      connect(implied);
    }
    return *clients_.at(step.connection);
  }

  void send_many(const Step& step) {
    std::string bytes;
    bytes.reserve(step.text.size() * step.count);
    for (uint64_t i = 0; i < step.count; ++i) bytes += step.text;
    world_.await(client(step).send(std::move(bytes)));
  }

  void expect(const Step& step) {
    const std::optional<std::string> line = world_.await(client(step).line());
    if (!line) throw Failed("expected: " + step.text + "\n       got: the end of the connection" + rest(step));
    if (!matches(step.text, *line)) throw Failed("expected: " + step.text + "\n       got: " + escape(*line));
  }

  void skip_to(const Step& step) {
    std::string seen;
    while (const std::optional<std::string> line = world_.await(client(step).line())) {
      if (matches(step.text, *line)) return;
      seen += "\n      seen: " + escape(*line);
    }
    throw Failed("expected some time: " + step.text + seen + "\n       got: the end of the connection" + rest(step));
  }

  void expect_end(const Step& step) {
    std::optional<std::string> line;
    try {
      line = world_.await(client(step).line());
    } catch (const net::IoError& error) {
      if (error.kind() != net::IoError::Kind::kClosed) throw;
    }
    if (line) throw Failed("expected: the end of the connection\n       got: " + escape(*line));
    if (!client(step).unread().empty()) throw Failed("expected: the end of the connection" + rest(step));
  }

  std::string rest(const Step& step) {
    const std::string& unread = client(step).unread();
    return unread.empty() ? "" : "\n       after: " + escape(unread);
  }

  void add_account(const Step& step) {
    NewAccount account;
    account.address = step.words[0];
    account.password = step.option("password", "secret");
    account.enterprise = step.option("enterprise");
    account.disabled = step.options.contains("disabled");
    const std::string quota = step.option("quota", "0");
    const auto bytes = config::parse_bytes(quota);
    if (!bytes) throw Failed("not a size: " + quota);
    account.quota_bytes = *bytes;
    for (auto [alias, end] = step.options.equal_range("alias"); alias != end; ++alias) account.aliases.push_back(alias->second);
    world_.add_account(account);
  }

  void deliver(const Step& step) {
    std::optional<int64_t> date;
    if (step.options.contains("date")) date = std::stoll(step.option("date"));
    world_.deliver(step.words[0], step.words[1], step.words[2], step.option("flags"), date);
  }

  void check_count(const Step& step) {
    const uint64_t count = world_.message_count(step.words[0], step.words[1]);
    if (count != step.count) throw Failed("expected: " + std::to_string(step.count) + " messages\n       got: " + std::to_string(count));
  }

  void check_message(const Step& step) {
    const std::string bytes = world_.message(step.words[0], step.words[1], static_cast<uint32_t>(step.count));
    const bool found = bytes.find(step.words[4]) != std::string::npos;
    if (found == (step.words[3] == "contains")) return;
    throw Failed("expected: it " + step.words[3] + " " + escape(step.words[4]) + "\n       got: " + escape(bytes.substr(0, 2000)));
  }

  const Script& script_;
  World world_;
  std::map<int, std::unique_ptr<Client>> clients_;  // go before the world: a session ends when its client closes
};

}  // namespace

void run(const Script& script, const Config& config) {
  Run run(script, config);
  for (const Step& step : script.steps) {
    try {
      run.step(step);
    } catch (const std::exception& error) {
      throw Failed(script.place(step) + ": " + error.what());
    }
  }
  run.finish();
}

}  // namespace transcript
