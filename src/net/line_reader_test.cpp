#include "net/line_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "net/block_on.h"
#include "net/pipe_stream.h"

namespace net {
namespace {

using namespace std::chrono_literals;

const char* name(Line::Status status) {
  switch (status) {
    case Line::Status::kComplete:
      return "";
    case Line::Status::kTooLong:
      return "!long ";
    case Line::Status::kBareLf:
      return "!lf ";
    case Line::Status::kBareCr:
      return "!cr ";
    case Line::Status::kEnd:
      return "!end ";
  }
  return "?";
}

// All lines of `input`, at most 10 bytes each, with what is special about each before it.
std::vector<std::string> lines(std::string input, LineEnds ends, bool one_byte) {
  return block_on_with([&](Executor executor) -> Task<std::vector<std::string>> {
    PipeOptions options;
    options.one_byte_at_a_time = one_byte;
    auto pipe = make_pipe(executor, options);
    co_await pipe.client->write(std::string_view(input), Deadline::none());
    pipe.client->close();
    LineLimits limits;
    limits.buffer_bytes = 7;
    LineReader reader(*pipe.server, ends, limits);
    std::vector<std::string> found;
    for (;;) {
      const Line line = co_await reader.read_line(10, Deadline::after(10s));
      found.push_back(name(line.status) + line.text);
      if (line.status == Line::Status::kEnd) co_return found;
    }
  });
}

TEST(LineReader, EndsAndLimits) {
  using Lines = std::vector<std::string>;
  struct {
    std::string input;
    Lines strict, lenient;
  } const cases[] = {
      {"a\r\nbb\r\n", {"a", "bb", "!end "}, {"a", "bb", "!end "}},
      {"\r\n\r\n", {"", "", "!end "}, {"", "", "!end "}},
      {"a\nb\r\n", {"!lf a", "b", "!end "}, {"a", "b", "!end "}},
      {"a\rb\r\n", {"!cr a\rb", "!end "}, {"a\rb", "!end "}},
      {"a\r\r\n", {"!cr a\r", "!end "}, {"a\r", "!end "}},
      {"0123456789\r\n", {"0123456789", "!end "}, {"0123456789", "!end "}},
      {"0123456789\n", {"!lf 0123456789", "!end "}, {"0123456789", "!end "}},
      {"0123456789a\r\nok\r\n", {"!long 0123456789", "ok", "!end "}, {"!long 0123456789", "ok", "!end "}},
      {"0123456789abcdefghijklmnop\r\nok\r\n", {"!long 0123456789", "ok", "!end "}, {"!long 0123456789", "ok", "!end "}},
      {"no end", {"!end no end"}, {"!end no end"}},
      {"", {"!end "}, {"!end "}},
  };
  for (const auto& c : cases) {
    for (const bool one_byte : {false, true}) {
      EXPECT_EQ(lines(c.input, LineEnds::kStrict, one_byte), c.strict) << c.input << one_byte;
      EXPECT_EQ(lines(c.input, LineEnds::kLenient, one_byte), c.lenient) << c.input << one_byte;
    }
  }
}

TEST(LineReader, LiteralsPeekAndBuffered) {
  block_on_with([](Executor executor) -> Task<> {
    auto pipe = make_pipe(executor);
    LineReader reader(*pipe.server, LineEnds::kStrict);
    const std::string input = "A {5}\r\nhelloB\r\nxyz";
    co_await pipe.client->write(std::string_view(input), Deadline::none());
    const Line first = co_await reader.read_command(100, Deadline::after(10s));
    EXPECT_EQ(first.text, "A {5}");
    EXPECT_EQ(reader.buffered(), input.size() - 7);
    std::string literal;
    const bool whole = co_await reader.read_exact(5, literal, Deadline::after(10s));
    EXPECT_TRUE(whole);
    EXPECT_EQ(literal, "hello");
    const Line second = co_await reader.read_line(100, Deadline::after(10s));
    EXPECT_EQ(second.text, "B");
    const std::string_view rest = co_await reader.peek(Deadline::after(10s));
    EXPECT_EQ(rest, "xyz");
    reader.consume(1);
    EXPECT_EQ(reader.buffered_bytes(), "yz");
    reader.discard();
    EXPECT_EQ(reader.buffered(), 0u);
    pipe.client->close();
    std::string pieces;
    LineReader::Sink sink = [&](std::string_view piece) { pieces += piece; };
    const bool more = co_await reader.read_exact(uint64_t{3}, sink, 10s);
    EXPECT_FALSE(more);
    EXPECT_EQ(pieces, "");
  });
}

TEST(LineReader, ShutdownEndsIdleSessionsOnly) {
  block_on_with([](Executor executor) -> Task<> {
    auto pipe = make_pipe(executor);
    LineReader reader(*pipe.server, LineEnds::kStrict);
    pipe.server->interrupt();
    co_await pipe.client->write(std::string_view("QUIT\r\n"), Deadline::none());
    const Line line = co_await reader.read_command(100, Deadline::after(10s));  // what has come is served first
    EXPECT_EQ(line.text, "QUIT");
    auto kind = IoError::Kind::kSystem;
    try {
      co_await reader.read_command(100, Deadline::after(10s));
    } catch (const IoError& error) {
      kind = error.kind();
    }
    EXPECT_EQ(kind, IoError::Kind::kStopping);
  });
}

}  // namespace
}  // namespace net
