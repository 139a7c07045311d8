// A whole session over a pipe, with a real directory, store and delivery behind it. The first byte of the input chooses protocol and
// starting point; the rest is what the client sends. Every reply must be well-formed, and the session must end when the client does.

#include <cstdlib>
#include <string>

#include "base/log.h"
#include "base/text.h"
#include "delivery/test_parts.h"
#include "net/loop.h"
#include "net/pipe_stream.h"
#include "smtp/server.h"

namespace {

struct World {
  delivery::TestParts parts;
  smtp::Services services{parts.directory, parts.delivery, parts.store, parts.journal, parts.clock, parts.ids, nullptr, "mx.example", {}};
  World() {
    base::set_up_log(base::LogLevel::kOff, base::LogFormat::kText);
    const int64_t house = parts.add_enterprise("a.example");
    parts.add_member(house, "alice@a.example");
    parts.add_member(house, "bob@a.example", 100'000);
    services.limits.message_size = 2048;
    services.limits.drain = 4096;
  }
};

void require(bool holds) {
  if (!holds) std::abort();
}

// RFC 5321 4.2: three digits, a space or hyphen, text, CRLF.
void check_replies(std::string_view output) {
  while (!output.empty()) {
    const size_t end = output.find("\r\n");
    require(end != std::string_view::npos && end >= 4);
    for (int i = 0; i < 3; ++i) require(base::is_digit(output[i]));
    require(output[3] == ' ' || output[3] == '-');
    const auto line = output.substr(0, end);
    require(line.find_first_of("\r\n") == std::string_view::npos && line.find('\0') == std::string_view::npos);
    output.remove_prefix(end + 2);
  }
}

std::string opening(int choice, bool lmtp) {
  const std::string hello = lmtp ? "LHLO c.example\r\n" : "EHLO c.example\r\n";
  const std::string envelope = "MAIL FROM:<s@b.example>\r\nRCPT TO:<alice@a.example>\r\nRCPT TO:<bob@a.example>\r\n";
  switch (choice % 4) {
    case 0:
      return "";
    case 1:
      return hello;
    case 2:
      return hello + envelope;
    default:
      return hello + envelope + "DATA\r\n";
  }
}

net::Task<std::string> read_to_end(net::Stream& client, net::Deadline until) {
  std::string output;
  std::array<char, 8192> buffer;
  for (;;) {
    const std::span<char> room(buffer);
    const size_t count = co_await client.read_some(room, until);
    if (count == 0) co_return output;
    output.append(buffer.data(), count);
  }
}

net::Task<std::string> converse(net::Executor executor, const World& world, std::string input, smtp::Mode mode) {
  net::PipeOptions options;
  options.capacity = 16u << 20;
  net::PipePair pipe = net::make_pipe(executor, options);
  net::spawn(executor, smtp::serve(std::move(pipe.server), world.services, mode));
  const net::Deadline until = net::Deadline::after(std::chrono::seconds(60));
  co_await pipe.client->wait_readable(until);  // the greeting
  const std::string_view bytes = input;
  co_await pipe.client->write(bytes, until);
  co_await pipe.client->shutdown(until);
  std::string output = co_await read_to_end(*pipe.client, until);
  co_return output;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static World world;
  if (size == 0 || size > 16'384) return 0;
  const bool lmtp = (data[0] & 4) != 0;
  const std::string input = opening(data[0], lmtp) + std::string(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto output =
      world.parts.await(converse(world.parts.loop.get_executor(), world, input, lmtp ? smtp::Mode::kLmtp : smtp::Mode::kSmtp));
  require(output.starts_with("220 "));
  check_replies(output);
  return 0;
}
