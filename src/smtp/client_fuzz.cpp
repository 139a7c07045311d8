// What a hostile server can say to our client. The input is all that the server sends; the client must come to an end with an outcome for
// every recipient, and must never take anything but a 2xx after the message for a delivery.

#include <cstdlib>
#include <string>

#include "net/block_on.h"
#include "net/loop.h"
#include "net/pipe_stream.h"
#include "smtp/client.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

net::Task<> drain(std::unique_ptr<net::Stream> stream) {
  try {
    std::array<char, 4096> buffer;
    const net::Deadline until = net::Deadline::after(std::chrono::seconds(20));
    for (;;) {
      const std::span<char> room(buffer);
      const size_t count = co_await stream->read_some(room, until);
      if (count == 0) break;
    }
  } catch (const net::IoError&) {
    // The client went away: that is an end too.
  }
}

net::Task<> converse(net::Executor executor, std::string input, bool signing_in) {
  static const base::SystemClock clock;
  net::PipeOptions options;
  options.capacity = 1u << 20;
  auto pipe = net::make_pipe(executor, options);
  const net::Deadline until = net::Deadline::after(std::chrono::seconds(20));
  const std::string_view bytes = input;
  co_await pipe.server->write(bytes, until);
  co_await pipe.server->shutdown(until);
  net::spawn(executor, drain(std::move(pipe.server)));

  smtp::ClientSettings settings;
  settings.hello_name = "me.example";
  settings.limits.pipelined_commands = 2;
  smtp::Client client(std::move(pipe.client), "mx.example", settings, clock);
  const auto opened = co_await client.open();
  if (opened) {
    require(opened->disposition == queue::Disposition::kTemporary || opened->disposition == queue::Disposition::kPermanent);
    co_return;
  }
  if (signing_in) {
    const smtp::Credentials credentials{"u", "p", true};
    co_await client.sign_in(credentials);
  }
  queue::Batch batch;
  batch.envelope.return_path = "s@a.example";
  for (const char* address : {"a@b.example", "b@b.example", "c@b.example"}) batch.recipients.push_back({0, address, {}, 0});
  const std::string message = "Subject: hi\r\n\r\ntext\r\n";
  for (int i = 0; i < 2 && client.usable(); ++i) {
    const auto outcomes = co_await client.send(batch, message);
    require(outcomes.size() == batch.recipients.size());
    for (const auto& outcome : outcomes) {
      const auto& attempt = outcome.attempt;
      if (outcome.disposition == queue::Disposition::kRelayed)
        require(attempt.phase == queue::Phase::kEnd && attempt.reply_code / 100 == 2);
      if (attempt.cut_off) require(outcome.disposition == queue::Disposition::kTemporary && attempt.phase == queue::Phase::kEnd);
    }
  }
  co_await client.quit();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > 16'384) return 0;
  const std::string input(reinterpret_cast<const char*>(data + 1), size - 1);
  const bool signing_in = (data[0] & 1) != 0;
  net::block_on_with([&](net::Executor executor) { return converse(executor, input, signing_in); });
  return 0;
}
