// Any bytes, read as lines with a limit: the lines do not depend on how the bytes arrive, no line is longer than the limit, and in strict
// mode what is called complete has neither CR nor LF in it.

#include <cstdlib>
#include <vector>

#include "net/block_on.h"
#include "net/line_reader.h"
#include "net/pipe_stream.h"

namespace {

constexpr size_t kMost = 20;

using Lines = std::vector<std::pair<net::Line::Status, std::string>>;

net::Task<Lines> read_lines(std::string_view input, net::LineEnds ends, bool one_byte) {
  const net::Executor executor = co_await boost::asio::this_coro::executor;
  net::PipeOptions options;
  options.capacity = input.size() + 1;
  options.one_byte_at_a_time = one_byte;
  auto pipe = net::make_pipe(executor, options);
  co_await pipe.client->write(input, net::Deadline::none());
  pipe.client->close();
  net::LineLimits limits;
  limits.buffer_bytes = 13;
  net::LineReader reader(*pipe.server, ends, limits);
  Lines lines;
  for (;;) {
    net::Line line = co_await reader.read_line(kMost, net::Deadline::none());
    lines.emplace_back(line.status, std::move(line.text));
    if (lines.back().first == net::Line::Status::kEnd) co_return lines;
  }
}

void require(bool promise) {
  if (!promise) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4096) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  for (const auto ends : {net::LineEnds::kStrict, net::LineEnds::kLenient}) {
    const Lines whole = net::block_on(read_lines(input, ends, false));
    require(whole == net::block_on(read_lines(input, ends, true)));
    for (const auto& [status, text] : whole) {
      require(text.size() <= kMost);
      require(text.find('\n') == std::string::npos);
      const bool clean = ends == net::LineEnds::kStrict && status == net::Line::Status::kComplete;
      require(!clean || text.find('\r') == std::string::npos);
    }
  }
  return 0;
}
