// Streams without TLS: pipes, TCP and unix sockets; deadlines, cancelling, notifiers, blocking work.

#include "net/stream.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "base/test_folder.h"
#include "net/block_on.h"
#include "net/loop.h"
#include "net/notifier.h"
#include "net/pipe_stream.h"
#include "net/socket.h"
#include "net/tcp_stream.h"
#include "net/timer.h"

namespace net {
namespace {

using namespace std::chrono_literals;

constexpr auto kLong = 60s;    // never reached when the code is right
constexpr auto kShort = 20ms;  // always reached

Deadline soon() { return Deadline::after(kShort); }
Deadline later() { return Deadline::after(kLong); }

Task<std::string> read_all(Stream& stream) {
  std::string all;
  std::string room(4096, '\0');
  for (;;) {
    const size_t count = co_await stream.read_some(std::span<char>(room), later());
    if (count == 0) co_return all;
    all.append(room, 0, count);
  }
}

Task<> write_and_end(Stream& stream, std::string text) {
  co_await stream.write(std::string_view(text), later());
  co_await stream.shutdown(later());
}

// The kind of IoError that the task ends with; nullopt when it ends well.
template <typename T>
Task<std::optional<IoError::Kind>> failure_of(Task<T> task) {
  try {
    co_await std::move(task);
  } catch (const IoError& error) {
    co_return error.kind();
  }
  co_return std::nullopt;
}

// How the streams of a test come about.
enum class Kind { kPipe, kOneByte, kTcp, kTcp6, kUnix };

struct Pair {
  std::unique_ptr<Stream> client, server;
};

Task<Pair> connect_sockets(std::string address) {
  auto listening = listen_on(*Endpoint::parse(address), 1);
  if (!listening.ok()) throw std::runtime_error(listening.error().text + listening.error().cause);
  const Executor executor = co_await boost::asio::this_coro::executor;
  Pair pair;
  pair.client = co_await connect(local_endpoint(listening->get()), later());
  pair.server = adopt_socket(executor, ::accept(listening->get(), nullptr, nullptr));
  co_return pair;
}

Task<Pair> make_pair(Kind kind, std::string folder) {
  const Executor executor = co_await boost::asio::this_coro::executor;
  if (kind == Kind::kTcp) co_return co_await connect_sockets("127.0.0.1:0");
  if (kind == Kind::kTcp6) co_return co_await connect_sockets("[::1]:0");
  if (kind == Kind::kUnix) co_return co_await connect_sockets("unix:" + folder + "/socket");
  PipeOptions options;
  options.one_byte_at_a_time = kind == Kind::kOneByte;
  auto pipe = make_pipe(executor, options);
  Pair pair{std::move(pipe.client), std::move(pipe.server)};
  co_return pair;
}

class Streams : public testing::TestWithParam<Kind> {
 protected:
  void run(std::function<Task<>(Stream& client, Stream& server)> test) {
    block_on_with([&](Executor) -> Task<> {
      Pair pair = co_await make_pair(GetParam(), folder_.path());
      co_await test(*pair.client, *pair.server);
    });
  }

 private:
  base::TestFolder folder_;
};

TEST_P(Streams, CarryBytesBothWays) {
  run([](Stream& client, Stream& server) -> Task<> {
    const std::string large(300'000, 'x');
    spawn(client.executor(), write_and_end(client, "up" + large));
    const std::string up = co_await read_all(server);
    EXPECT_EQ(up, "up" + large);
    spawn(server.executor(), write_and_end(server, "down"));
    const std::string down = co_await read_all(client);
    EXPECT_EQ(down, "down");
  });
}

TEST_P(Streams, GatherKeepsOrder) {
  run([](Stream& client, Stream& server) -> Task<> {
    const std::string large(100'000, 'y');
    auto gather = [](Stream& stream, std::string big) -> Task<> {
      std::vector<std::string_view> parts(100, "ab");
      parts.push_back("");
      parts.push_back(big);
      parts.push_back("end");
      co_await stream.write(std::span<const std::string_view>(parts), later());
      co_await stream.shutdown(later());
    };
    spawn(client.executor(), gather(client, large));
    const std::string all = co_await read_all(server);
    std::string expected;
    for (int i = 0; i < 100; ++i) expected += "ab";
    EXPECT_EQ(all, expected + large + "end");
  });
}

TEST_P(Streams, DeadlinesEndReadsAndWrites) {
  run([](Stream& client, Stream& server) -> Task<> {
    char byte[1];
    const auto read = co_await failure_of(server.read_some(byte, soon()));
    EXPECT_EQ(read, IoError::Kind::kTimeout);
    const auto waited = co_await failure_of(server.wait_readable(soon()));
    EXPECT_EQ(waited, IoError::Kind::kTimeout);
    const WaitResult idle = co_await server.wait_input(soon(), nullptr);
    EXPECT_EQ(idle, WaitResult::kTimeout);
    const std::string huge(32 << 20, 'z');  // more than socket buffers take
    const auto written = co_await failure_of(server.write(std::string_view(huge), soon()));
    EXPECT_EQ(written, IoError::Kind::kTimeout);
    EXPECT_FALSE(client.info().tls);
  });
}

TEST_P(Streams, EarlierDeadlineAfterALaterOne) {
  run([](Stream& client, Stream& server) -> Task<> {
    co_await client.write(std::string_view("x"), later());
    co_await server.wait_readable(later());
    char byte[1];
    co_await server.read_some(byte, later());
    Notifier notifier;
    notifier.notify();
    const WaitResult first = co_await server.wait_input(later(), &notifier);  // sets the timer far ahead
    EXPECT_EQ(first, WaitResult::kNotified);
    const WaitResult second = co_await server.wait_input(soon(), &notifier);
    EXPECT_EQ(second, WaitResult::kTimeout);
    const WaitResult third = co_await server.wait_input(soon(), nullptr);
    EXPECT_EQ(third, WaitResult::kTimeout);
  });
}

TEST_P(Streams, CancelCloseAndInterrupt) {
  run([](Stream& client, Stream& server) -> Task<> {
    auto soon_do = [](Stream& stream, void (Stream::*action)()) -> Task<> {
      co_await sleep_for(kShort);
      (stream.*action)();
    };
    spawn(server.executor(), soon_do(server, &Stream::interrupt));
    const WaitResult result = co_await server.wait_input(later(), nullptr);
    EXPECT_EQ(result, WaitResult::kStopping);
    spawn(server.executor(), soon_do(server, &Stream::cancel));
    char byte[1];
    const auto cancelled = co_await failure_of(server.read_some(byte, later()));
    EXPECT_EQ(cancelled, IoError::Kind::kCancelled);
    spawn(client.executor(), soon_do(client, &Stream::close));
    const auto closed = co_await failure_of(client.read_some(byte, later()));
    EXPECT_EQ(closed, IoError::Kind::kClosed);
    const auto after = co_await failure_of(client.write(std::string_view("x"), later()));
    EXPECT_EQ(after, IoError::Kind::kClosed);
  });
}

TEST_P(Streams, WritingToOneThatIsGone) {
  run([](Stream& client, Stream& server) -> Task<> {
    server.close();
    auto write_twice = [](Stream& stream) -> Task<> {
      const std::string text(1 << 20, 'x');
      for (int i = 0; i < 20; ++i) co_await stream.write(std::string_view(text), later());
    };
    const auto kind = co_await failure_of(write_twice(client));
    EXPECT_EQ(kind, IoError::Kind::kClosed);
  });
}

TEST_P(Streams, NotifiedFromAnotherThread) {
  run([](Stream& client, Stream& server) -> Task<> {
    Notifier notifier;
    std::thread other([&] {
      std::this_thread::sleep_for(kShort);
      for (int i = 0; i < 1000; ++i) notifier.notify();
    });
    const WaitResult first = co_await wait_readable_or(server, notifier, later());
    EXPECT_EQ(first, WaitResult::kNotified);
    other.join();
    notifier.take();
    const WaitResult quiet = co_await wait_readable_or(server, notifier, soon());
    EXPECT_EQ(quiet, WaitResult::kTimeout);
    co_await client.write(std::string_view("x"), later());
    notifier.notify();
    const WaitResult readable = co_await wait_readable_or(server, notifier, later());
    EXPECT_EQ(readable, WaitResult::kReadable);  // bytes first
    EXPECT_TRUE(notifier.take());
  });
}

TEST_P(Streams, SuspendedSessionsAreFreedWithTheirLoop) {
  run([](Stream&, Stream& server) -> Task<> {
    auto waits = [](Executor executor) -> Task<> {
      auto pipe = make_pipe(executor);
      const auto forever = std::make_unique<int>(1);  // the leak check would find it
      co_await pipe.server->wait_input(Deadline::none(), nullptr);
    };
    spawn(server.executor(), waits(server.executor()));
    auto sleeps = []() -> Task<> {
      const auto forever = std::make_unique<int>(1);
      co_await sleep_for(kLong);
    };
    spawn(server.executor(), sleeps());
    co_await sleep_for(1ms);
  });
}

std::string kind_name(const testing::TestParamInfo<Kind>& info) {
  constexpr const char* kNames[] = {"Pipe", "OneByte", "Tcp", "Tcp6", "Unix"};
  return kNames[static_cast<int>(info.param)];
}
INSTANTIATE_TEST_SUITE_P(All, Streams, testing::Values(Kind::kPipe, Kind::kOneByte, Kind::kTcp, Kind::kTcp6, Kind::kUnix), kind_name);

TEST(Connect, RefusedIsAnError) {
  block_on_with([](Executor) -> Task<> {
    auto listening = listen_on(*Endpoint::parse("127.0.0.1:0"), 1);
    const Endpoint gone = local_endpoint(listening->get());
    *listening = Fd();
    const auto kind = co_await failure_of(connect(gone, later()));
    EXPECT_EQ(kind, IoError::Kind::kSystem);
  });
}

TEST(Loops, BlockingWorkResumesOnTheCallersLoop) {
  IoLoops loops(2);
  ThreadPool pool(2);
  auto task = [](ThreadPool& workers) -> Task<> {
    const auto here = std::this_thread::get_id();
    for (int i = 0; i < 200; ++i) {
      const auto there = co_await run_blocking(workers, [] { return std::this_thread::get_id(); });
      EXPECT_NE(there, here);
      EXPECT_EQ(std::this_thread::get_id(), here);
    }
    auto failing = [] { throw std::runtime_error("work failed"); };
    std::string caught;
    try {
      co_await run_blocking(workers, failing);
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
    EXPECT_EQ(caught, "work failed");
  };
  loops.run(task(pool));
}

TEST(Notifiers, ManyRoundsAcrossThreads) {
  IoLoops loops(2);
  struct Table {
    Notifier ping, pong;
  } table;
  auto side = [](Notifier& mine, Notifier& other, bool begins) -> Task<> {
    if (begins) other.notify();
    for (int i = 0; i < 2000; ++i) {
      const bool notified = co_await wait_notified(mine, later());
      EXPECT_TRUE(notified);
      other.notify();
    }
  };
  loops.spawn_on(0, side(table.ping, table.pong, false));
  loops.run(side(table.pong, table.ping, true));
  loops.stop();
}

}  // namespace
}  // namespace net
