#pragma once
// A server that follows a script, for the tests of the client. Not part of the program.
//
//   S: 250 ok        sends the line (several: '\n' between them)
//   C: MAIL FROM:*   the client must say this; '*' at the end matches any rest
//   DATA             takes a message up to its lone dot into `messages`, as it came
//   BYTES 12         takes that many bytes into `messages`
//   SOME             takes whatever comes first
//   TLS              server side of the handshake; its failure ends the script in good order
//   HANG             says nothing more until the client goes
//   DROP             closes at once; the end of the script does so too

#include <string>
#include <vector>

#include "base/text.h"
#include "net/line_reader.h"
#include "net/stream.h"
#include "net/tls.h"

namespace smtp {

using Script = std::vector<std::string>;

class ScriptedPeer {
 public:
  std::vector<std::string> problems;
  std::vector<std::string> messages;
  net::TlsContext* tls = nullptr;

  net::Task<> run(std::unique_ptr<net::Stream> stream, Script script) {
    net::LineReader reader(*stream, net::LineEnds::kStrict);
    std::string at;
    try {
      for (const auto& step : script) {
        at = step;
        co_await follow(*stream, reader, step);
        if (step == "DROP" || step == "HANG") break;
      }
    } catch (const net::IoError& error) {
      if (at != "TLS") problems.push_back(at + ": " + error.what());
    }
    stream->close();
  }

 private:
  static net::Deadline guard() { return net::Deadline::after(std::chrono::seconds(20)); }

  net::Task<> follow(net::Stream& stream, net::LineReader& reader, std::string step) {
    if (step.starts_with("S: ")) {
      std::string out;
      for (const auto line : base::split(std::string_view(step).substr(3), '\n')) out += std::string(line) + "\r\n";
      const std::string_view bytes = out;
      co_await stream.write(bytes, guard());
    } else if (step.starts_with("C: ")) {
      const net::Line line = co_await reader.read_line(100'000, guard());
      expect(step.substr(3), line);
    } else if (step == "DATA") {
      std::string message;
      for (;;) {
        const net::Line line = co_await reader.read_line(1'000'000, guard());
        if (!line.complete()) problems.push_back("a broken line in the message: " + line.text);
        if (!line.complete() || line.text == ".") break;
        message += line.text + "\r\n";
      }
      messages.push_back(std::move(message));
    } else if (step.starts_with("BYTES ")) {
      std::string message;
      const size_t count = *base::parse_number(step.substr(6));
      co_await reader.read_exact(count, message, guard());
      messages.push_back(std::move(message));
    } else if (step == "SOME") {
      const std::string_view some = co_await reader.peek(guard());
      reader.consume(some.size());
    } else if (step == "TLS") {
      co_await stream.start_tls(*tls, guard());
    } else if (step == "HANG") {
      std::string_view some = "x";
      while (!some.empty()) {
        some = co_await reader.peek(guard());
        reader.consume(some.size());
      }
    } else if (step != "DROP") {
      problems.push_back("no such step: " + step);
    }
  }

  void expect(std::string wanted, const net::Line& line) {
    const bool open = wanted.ends_with('*');
    if (open) wanted.pop_back();
    const bool same = open ? line.text.starts_with(wanted) : line.text == wanted;
    if (!same || !line.complete()) problems.push_back("wanted \"" + wanted + "\", got \"" + line.text + "\"");
  }
};

}  // namespace smtp
