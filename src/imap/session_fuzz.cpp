// A whole session over a pipe, with a real directory and store behind it, made anew for each input. The first byte of the input chooses
// the starting point, the rest is what the client sends. Every line of the server must be well formed, the session must end when the
// client does, and the store must keep its promises.

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/log.h"
#include "base/test_folder.h"
#include "base/text.h"
#include "imap/session_testing.h"
#include "store/verify.h"

namespace {

using namespace std::literals;

constexpr std::string_view kMessages[] = {
    "From: Bob <bob@b.example>\r\nTo: alice@a.example\r\nSubject: plain\r\nDate: Mon, 2 Mar 2026 09:00:00 +0000\r\n\r\nHello.\r\n"sv,
    "From: =?utf-8?q?J=C3=B6rg?= <j@b.example>\r\nSubject: =?gb2312?B?xOO6ww==?=\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n5L2g5aW9\r\n"
    "--b\r\nContent-Type: image/png; name=\"a.png\"\r\nContent-Disposition: attachment; filename=a.png\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n"sv,
    "Subject: outer\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nFrom: group: a@b.example, c@d.example;\r\n\r\ninner body\r\n"sv,
    "Subject: raw \xff\xfe \"quoted\\\r\nTo: <>\r\nContent-Type: text/x; charset=\"a\\\"b\"\r\n\r\n\x80\x00\x01 no line end"sv,
};

void require(bool holds, const char* what, std::string_view where = {}) {
  if (holds) return;
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(where.size()), where.data());
  std::abort();
}

// What the server sends (RFC 9051 7).
class Output {
 public:
  explicit Output(std::string_view bytes) : rest_(bytes) {}

  void check() {
    while (!rest_.empty()) {
      line_ = rest_.substr(0, 300);
      check_response();
    }
  }

 private:
  void must(bool holds, const char* what) { require(holds, what, line_); }
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  void check_response() {
    if (take("+ ")) return take_text();
    if (take("* ")) return take_status(true) ? take_text() : take_data();
    const std::string_view tag = rest_.substr(0, rest_.find(' '));
    must(!tag.empty() && tag.size() < rest_.size(), "no tag");
    for (const char c : tag) must(c > 0x20 && c < 0x7f && std::string_view("+(){%*\"\\").find(c) == std::string_view::npos, "a bad tag");
    rest_.remove_prefix(tag.size() + 1);
    must(take_status(false), "no status");
    take_text();
  }

  bool take_status(bool untagged) { return take("OK ") || take("NO ") || take("BAD ") || (untagged && (take("BYE ") || take("PREAUTH "))); }

  // resp-text
  void take_text() {
    const size_t end = rest_.find("\r\n");
    must(end != std::string_view::npos, "a line without end");
    const std::string_view text = rest_.substr(0, end);
    must(text.find_first_of(std::string_view("\0\r\n", 3)) == std::string_view::npos, "a control character in a text");
    rest_.remove_prefix(end + 2);
  }

  void take_data() {
    must(rest_.front() != '\r', "an empty response");
    int depth = 0;
    while (!take("\r\n")) {
      must(!rest_.empty(), "a response without end");
      const char c = rest_.front();
      if (c == '"') {
        take_quoted();
      } else if (take("~{")) {
        take_literal(true);
      } else if (take("{")) {
        take_literal(false);
      } else {
        must(c >= 0x20 && c < 0x7f, "a byte that must be quoted");
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        must(depth >= 0, "a parenthesis too many");
        rest_.remove_prefix(1);
      }
    }
    must(depth == 0, "a parenthesis too few");
  }

  void take_quoted() {
    rest_.remove_prefix(1);
    std::string text;
    while (!take("\"")) {
      if (take("\\")) must(rest_.starts_with('"') || rest_.starts_with('\\'), "a bad escape");
      must(!rest_.empty() && rest_[0] != '\r' && rest_[0] != '\n' && rest_[0] != '\0', "a bad quoted string");
      text += rest_[0];
      rest_.remove_prefix(1);
    }
    must(base::is_valid_utf8(text), "a quoted string that is not UTF-8");
  }

  void take_literal(bool binary) {
    const size_t end = rest_.find('}');
    const auto size = base::parse_number(rest_.substr(0, end));
    must(end != std::string_view::npos && size, "a bad literal");
    rest_.remove_prefix(end + 1);
    must(take("\r\n") && *size <= rest_.size(), "a literal without its bytes");
    must(binary || rest_.substr(0, *size).find('\0') == std::string_view::npos, "NUL in a literal");
    rest_.remove_prefix(*size);
  }

  std::string_view rest_;
  std::string_view line_;  // where the response begins, for the message
};

enum class Start { kGreeting, kSignedIn, kSelected, kIdle };

std::string opening(Start start) {
  if (start == Start::kGreeting) return "";
  std::string lines = "o1 LOGIN alice@a.example secret\r\n";
  if (start >= Start::kSelected) lines += "o2 SELECT INBOX\r\n";
  if (start == Start::kIdle) lines += "o3 IDLE\r\n";
  return lines;
}

// The file that every input's database begins as.
class Template {
 public:
  Template() {
    base::set_up_log(base::LogLevel::kOff, base::LogFormat::kText);
    imap::TestWorld world(sql::open("sqlite:" + folder_ / "template.db"));
    world.add_alice();
  }
  std::unique_ptr<sql::Database> copy() {
    std::error_code ignored;
    for (const char* rest : {"test.db-wal", "test.db-shm"}) std::filesystem::remove(folder_ / rest, ignored);
    std::filesystem::copy_file(folder_ / "template.db", folder_ / "test.db", std::filesystem::copy_options::overwrite_existing);
    return sql::open("sqlite:" + folder_ / "test.db", {.connections = 1});
  }

 private:
  base::TestFolder folder_;
};

net::Task<> read_until(net::Stream& client, std::string& output, std::string_view what) {
  std::array<char, 8192> buffer;
  for (;;) {
    if (!what.empty() && output.find(what) != std::string::npos) co_return;
    const std::span<char> room(buffer);
    const size_t count = co_await client.read_some(room, net::Deadline::after(imap::kPatience));
    if (count == 0) co_return;
    output.append(buffer.data(), count);
  }
}

std::string converse(imap::TestWorld& world, Start start, bool one_byte, std::string_view input) {
  std::string output;
  auto talk = [&](net::Stream& client, net::LineReader&, net::Stream&) -> net::Task<> {
    const net::Deadline until = net::Deadline::after(imap::kPatience);
    const std::string first = opening(start);
    co_await client.write(first, until);
    if (start == Start::kIdle) {
      co_await read_until(client, output, "+ idling\r\n");
      world.deliver(std::string(kMessages[0]));
      co_await read_until(client, output, "* 5 EXISTS\r\n");
    }
    co_await client.write(input, until);
    co_await client.shutdown(until);
    co_await read_until(client, output, {});
  };
  net::PipeOptions options;
  options.capacity = 64u << 20;
  options.one_byte_at_a_time = one_byte;
  require(world.with_session(talk, options), "the session does not end");
  return output;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Template prepared;
  if (size == 0 || size > 16'384) return 0;
  imap::TestWorld world(prepared.copy(), base::from_seconds(1'790'000'100));
  world.services.limits.append_bytes = 4096;
  for (const std::string_view message : kMessages) world.deliver(std::string(message));
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::string output = converse(world, static_cast<Start>(data[0] & 3), (data[0] & 4) != 0, input);
  require(output.starts_with("* OK [CAPABILITY "), "no greeting", output);
  constexpr std::string_view kOpened[] = {"* OK ", "\r\no1 OK ", "\r\no2 OK ", "\r\n* 5 EXISTS\r\n"};
  require(output.find(kOpened[data[0] & 3]) != std::string::npos, "the starting point is not reached", output);
  Output(output).check();
  const auto key_of = [&](sql::EnterpriseScope scope) { return world.key_of(scope); };
  store::verify(world.store, key_of, [](const std::string& finding) { require(false, "the store", finding); });
  return 0;
}
