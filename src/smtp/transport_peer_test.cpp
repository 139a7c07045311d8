// Our transport against an independent server: smtp-sink of Postfix, in the moods that it can be told.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/block_on.h"
#include "net/resolver_table.h"
#include "net/tcp_stream.h"
#include "net/timer.h"
#include "smtp/transport.h"

namespace smtp {
namespace {

using queue::Batch;
using queue::Disposition;
using queue::Outcome;
using queue::Phase;

uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

class Sink {
 public:
  explicit Sink(std::vector<std::string> options) : port_(free_port()) {
    std::vector<std::string> words{"smtp-sink"};
    if (::geteuid() == 0) words.insert(words.end(), {"-u", "nobody"});
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"127.0.0.1:" + std::to_string(port_), "10"});
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::execv("/usr/sbin/smtp-sink", arguments.data());
      ::_exit(127);
    }
  }
  ~Sink() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  uint16_t port() const { return port_; }

 private:
  uint16_t port_;
  pid_t pid_ = -1;
};

net::Task<> wait_for_port(uint16_t port) {
  const auto to = net::Endpoint::ip(*net::IpAddress::parse("127.0.0.1"), port);
  for (int i = 0; i < 200; ++i) {
    bool up = true;
    try {
      const net::Deadline until = net::Deadline::after(1s);
      co_await net::connect(to, until);
    } catch (const net::IoError&) {
      up = false;
    }
    if (up) co_return;
    co_await net::sleep_for(25ms);
  }
}

Batch make_batch() {
  Batch batch;
  batch.hop.key = "b.example";
  batch.envelope.return_path = "s@a.example";
  for (const char* address : {"r1@b.example", "r2@b.example"}) batch.recipients.push_back({1, address, "", 0});
  batch.more_coming = true;
  batch.body = []() -> net::Task<base::Result<std::shared_ptr<const std::string>>> {
    co_return std::make_shared<const std::string>("Subject: hi\r\n\r\n.\r\n" + std::string(200'000, 'x') + "\r\n");
  };
  return batch;
}

// The outcomes of the last of several messages.
std::vector<Outcome> send_to_sink(std::vector<std::string> options, size_t count) {
  const Sink sink(std::move(options));
  net::ResolverTable dns;
  dns.add("b.example A 127.0.0.1");
  base::SystemClock clock;
  TransportSettings settings;
  settings.client.hello_name = "me.example";
  settings.route.refuse_loopback = false;
  settings.route.port = sink.port();
  auto transport = base::value_or_throw(Transport::make(settings, {dns, clock}));
  std::vector<Outcome> outcomes;
  auto run = [&]() -> net::Task<> {
    co_await wait_for_port(sink.port());
    for (size_t i = 0; i < count; ++i) {
      auto sending = transport->send(make_batch());
      outcomes = co_await std::move(sending);
    }
    co_await transport->close_kept();
  };
  net::block_on(run());
  return outcomes;
}

TEST(SmtpSink, TakesManyMessages) {
  for (const std::vector<std::string>& options : {std::vector<std::string>{}, {"-p"}, {"-e"}, {"-8"}}) {
    const auto outcomes = send_to_sink(options, 20);
    ASSERT_EQ(outcomes.size(), 2u);
    for (const auto& outcome : outcomes) EXPECT_EQ(outcome.disposition, Disposition::kRelayed) << outcome.attempt.reason;
  }
}

TEST(SmtpSink, Refuses) {
  struct {
    std::vector<std::string> options;
    Disposition disposition;
    Phase phase;
  } const cases[] = {
      {{"-r", "RCPT"}, Disposition::kTemporary, Phase::kRcpt}, {{"-f", "RCPT"}, Disposition::kPermanent, Phase::kRcpt},
      {{"-f", "MAIL"}, Disposition::kPermanent, Phase::kMail}, {{"-r", "DATA"}, Disposition::kTemporary, Phase::kData},
      {{"-f", "."}, Disposition::kPermanent, Phase::kEnd},     {{"-q", "DATA"}, Disposition::kTemporary, Phase::kData},
  };
  for (const auto& c : cases) {
    for (const auto& outcome : send_to_sink(c.options, 2)) {
      EXPECT_EQ(outcome.disposition, c.disposition) << c.options[0] << c.options[1];
      EXPECT_EQ(outcome.attempt.phase, c.phase) << c.options[0] << c.options[1] << " " << outcome.attempt.text;
      EXPECT_FALSE(outcome.attempt.cut_off);
    }
  }
}

TEST(SmtpSink, HangsUpAfterTheFinalDot) {
  for (const auto& outcome : send_to_sink({"-q", "."}, 1)) {
    EXPECT_TRUE(outcome.attempt.cut_off);
    EXPECT_EQ(outcome.attempt.phase, Phase::kEnd);
  }
}

}  // namespace
}  // namespace smtp
