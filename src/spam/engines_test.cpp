// clamd and rspamd themselves, and scripted ones that answer oddly.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/text.h"
#include "net/block_on.h"
#include "net/pipe_stream.h"
#include "net/timer.h"
#include "spam/clamd.h"
#include "spam/rspamd.h"
#include "spam/testing.h"

namespace spam {
namespace {

using namespace std::chrono_literals;

testing::Clamd& clamd() {
  static testing::Clamd made;
  return made;
}
testing::Rspamd& rspamd() {
  static testing::Rspamd made;
  return made;
}

ClamdSettings clamd_at(const net::Endpoint& address) {
  ClamdSettings settings;
  settings.address = address;
  settings.timeout = 30s;
  return settings;
}
ClamdResult scan(const ClamdSettings& settings, const std::string& message) { return net::block_on(scan_for_viruses(settings, message)); }

std::string with_attachment(std::string_view bytes) {
  return "From: a@x.example\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=a.com\r\n"
         "Content-Transfer-Encoding: base64\r\n\r\n" +
         base::base64_encode(bytes) + "\r\n";
}

TEST(RealClamd, FindsWhatItKnowsOverBothSockets) {
  for (const auto& address : {clamd().tcp, clamd().local}) {
    EXPECT_EQ(net::block_on(ping_clamd(clamd_at(address))).kind, ClamdResult::Kind::kClean);
    EXPECT_EQ(scan(clamd_at(address), "From: a@x.example\r\n\r\nhello\r\n").kind, ClamdResult::Kind::kClean);
    auto found = scan(clamd_at(address), with_attachment(testing::kEicar));
    EXPECT_EQ(found.kind, ClamdResult::Kind::kInfected) << found.cause;
    EXPECT_EQ(found.signature, "Test.Eicar.Body.UNOFFICIAL");
    auto small = clamd_at(address);
    small.chunk_bytes = 1;
    EXPECT_EQ(scan(small, std::string(testing::kEicar)).kind, ClamdResult::Kind::kInfected);
    EXPECT_EQ(scan(clamd_at(address), "").kind, ClamdResult::Kind::kClean);
  }
}

TEST(RealClamd, SaysTooLargeBeforeAndAfterAsking) {
  auto settings = clamd_at(clamd().tcp);
  settings.message_bytes = 1000;
  EXPECT_EQ(scan(settings, std::string(1001, 'x')).kind, ClamdResult::Kind::kTooLarge);
  settings = clamd_at(clamd().local);
  for (const size_t size : {testing::kClamdStream - 1000, testing::kClamdStream + 1, 3 * testing::kClamdStream}) {
    const auto result = scan(settings, std::string(size, 'x'));
    const auto wanted = size < testing::kClamdStream ? ClamdResult::Kind::kClean : ClamdResult::Kind::kTooLarge;
    EXPECT_EQ(result.kind, wanted) << size << " " << result.cause;
  }
}

TEST(Clamd, NobodyThereIsUnavailable) {
  for (const auto& address : {testing::free_endpoint(), net::Endpoint::unix_socket("/nonexistent/clamd.sock")}) {
    const auto result = scan(clamd_at(address), "x");
    EXPECT_EQ(result.kind, ClamdResult::Kind::kUnavailable);
    EXPECT_NE(result.cause, "");
    EXPECT_EQ(net::block_on(ping_clamd(clamd_at(address))).kind, ClamdResult::Kind::kUnavailable);
  }
}

TEST(Clamd, RepliesAreReadStrictly) {
  using Kind = ClamdResult::Kind;
  const struct {
    const char* reply;
    Kind kind;
  } cases[] = {
      {"stream: OK", Kind::kClean},
      {"stream: OK\n", Kind::kClean},
      {"stream: X FOUND", Kind::kInfected},
      {"stream: FOUND", Kind::kInfected},
      {"INSTREAM size limit exceeded. ERROR", Kind::kTooLarge},
      {"stream: Can't allocate memory ERROR", Kind::kUnavailable},
      {"OK", Kind::kUnavailable},
      {"NOT OK", Kind::kUnavailable},
      {"", Kind::kUnavailable},
      {"UNKNOWN COMMAND", Kind::kUnavailable},
  };
  for (const auto& c : cases) EXPECT_EQ(read_clamd_reply(c.reply).kind, c.kind) << c.reply;
  EXPECT_EQ(read_clamd_reply("stream: a\r\nb FOUND").signature, "a\\x0d\\x0ab") << "fit for a reply line";
}

// A server at the other end of a pipe: reads until it has seen `until`, writes `answer` in pieces, and ends when told to.
struct Script {
  std::string until;
  std::vector<std::string> answer;
  bool end = true;
};
net::Task<> serve(std::shared_ptr<net::Stream> stream, Script script, std::shared_ptr<std::string> seen) {
  std::vector<char> buffer(65536);
  while (seen->find(script.until) == std::string::npos) {
    const std::span<char> space(buffer);
    const size_t count = co_await stream->read_some(space, net::Deadline::after(5s));
    if (count == 0) break;
    seen->append(buffer.data(), count);
  }
  for (const auto& piece : script.answer) {
    const std::string_view bytes(piece);
    co_await stream->write(bytes, net::Deadline::after(5s));
    co_await net::sleep_for(1ms);
  }
  if (!script.end) co_await net::sleep_for(30s);
  stream->close();
}

net::Task<ClamdResult> scan_scripted(net::Executor executor, Script script, std::chrono::milliseconds patience) {
  auto pipe = net::make_pipe(executor, {});
  std::shared_ptr<net::Stream> server(std::move(pipe.server));
  boost::asio::co_spawn(executor, serve(server, script, std::make_shared<std::string>()), boost::asio::detached);
  const auto deadline = net::Deadline::after(patience);
  const std::string message = "hello";
  ClamdSettings settings;
  try {
    auto result = co_await scan_over(*pipe.client, settings, message, deadline);
    co_return result;
  } catch (const net::IoError& error) {
    co_return ClamdResult{ClamdResult::Kind::kUnavailable, {}, net::to_string(error.kind())};
  }
}

TEST(Clamd, OddPeers) {
  const std::string end("\0\0\0\0", 4);
  auto run = [](Script script, std::chrono::milliseconds patience = 5s) {
    return net::block_on_with([&](net::Executor executor) { return scan_scripted(executor, script, patience); });
  };
  EXPECT_EQ(run({end, {"str", "eam: ", std::string("OK\0", 3)}, false}).kind, ClamdResult::Kind::kClean) << "in pieces, still open";
  EXPECT_EQ(run({end, {"stream: OK"}}).kind, ClamdResult::Kind::kClean) << "ended by closing";
  EXPECT_EQ(run({end, {std::string(100'000, 'x')}}).kind, ClamdResult::Kind::kUnavailable) << "endless";
  EXPECT_EQ(run({end, {}}).kind, ClamdResult::Kind::kUnavailable);
  EXPECT_EQ(run({end, {"stream: O"}, false}, 100ms).cause, "timeout");
}

RspamdSettings rspamd_at(const std::string& url) {
  RspamdSettings settings;
  settings.url = *http::parse_service_url(url);
  settings.timeout = 30s;
  return settings;
}

TEST(RealRspamd, RejectsGtubeAndExplainsTheRest) {
  const std::string gtube = "From: a@x.example\r\nTo: b@y.example\r\nSubject: t\r\n\r\n" + std::string(testing::kGtube) + "\r\n";
  RspamdQuestion question{
      .ip = "192.0.2.1", .helo = "evil\r\nUser: root", .from = "a@x.example", .recipients = {"b@y.example", "c@y.example"}};
  question.message = gtube;
  auto result = net::block_on(ask_rspamd(rspamd_at(rspamd().url()), question));
  ASSERT_EQ(result.kind, RspamdResult::Kind::kAnswered) << result.cause;
  EXPECT_EQ(result.answer.action, "reject");
  EXPECT_EQ(result.answer.score, result.answer.required_score);
  EXPECT_EQ(result.answer.symbols.at(0).name, "GTUBE");
  EXPECT_EQ(result.answer.smtp_message, "Gtube pattern");

  const std::string plain = "From: a@x.example\r\n\r\nhello\r\n";
  question.message = plain;
  result = net::block_on(ask_rspamd(rspamd_at(rspamd().url()), question));
  ASSERT_EQ(result.kind, RspamdResult::Kind::kAnswered) << result.cause;
  EXPECT_NE(result.answer.action, "reject");
  const auto dateless = std::ranges::find(result.answer.symbols, "MISSING_DATE", &RspamdSymbol::name);
  ASSERT_NE(dateless, result.answer.symbols.end());
  EXPECT_EQ(dateless->description, "Message date is missing");
  EXPECT_EQ(dateless->score, 1.0);
}

TEST(Rspamd, NobodyThereIsUnavailableAndLargeMailIsNotAsked) {
  RspamdQuestion question;
  const std::string message(1000, 'x');
  question.message = message;
  auto settings = rspamd_at("http://" + testing::free_endpoint().to_string());
  EXPECT_EQ(net::block_on(ask_rspamd(settings, question)).kind, RspamdResult::Kind::kUnavailable);
  settings.message_bytes = 999;
  EXPECT_EQ(net::block_on(ask_rspamd(settings, question)).kind, RspamdResult::Kind::kNotAsked);
}

net::Task<RspamdResult> ask_scripted(net::Executor executor, Script script, std::chrono::milliseconds patience,
                                     std::shared_ptr<std::string> seen) {
  net::PipeOptions options;
  options.one_byte_at_a_time = patience < 10s;
  auto pipe = net::make_pipe(executor, options);
  std::shared_ptr<net::Stream> server(std::move(pipe.server));
  boost::asio::co_spawn(executor, serve(server, script, seen), boost::asio::detached);
  const auto deadline = net::Deadline::after(patience);
  RspamdQuestion question{.helo = "a\r\nUser: root", .recipients = {"one@y.example", "two@y.example"}};
  const std::string message = "the message.";
  question.message = message;
  RspamdSettings settings;
  settings.url.host = "localhost";
  settings.url.target = "/";
  settings.answer_bytes = 10'000;
  try {
    auto result = co_await ask_rspamd_over(*pipe.client, settings, question, deadline);
    co_return result;
  } catch (const net::IoError& error) {
    co_return RspamdResult{RspamdResult::Kind::kUnavailable, {}, net::to_string(error.kind())};
  }
}

TEST(Rspamd, OddPeers) {
  auto seen = std::make_shared<std::string>();
  auto run = [&](std::vector<std::string> answer, bool end = true, std::chrono::milliseconds patience = 5s) {
    seen->clear();
    const Script script{"the message.", std::move(answer), end};
    return net::block_on_with([&](net::Executor executor) { return ask_scripted(executor, script, patience, seen); });
  };
  const std::string json = R"({"action":"no action","score":1})";
  const std::string length = "Content-Length: " + std::to_string(json.size()) + "\r\n\r\n";
  auto good = run({"HTTP/1.1 200 OK\r\n" + length + json}, false);
  EXPECT_EQ(good.kind, RspamdResult::Kind::kAnswered) << good.cause;
  EXPECT_NE(seen->find("POST /checkv2 HTTP/1.1\r\n"), std::string::npos);
  EXPECT_NE(seen->find("\r\nHelo: a  User: root\r\n"), std::string::npos) << *seen;
  EXPECT_NE(seen->find("\r\nRcpt: one@y.example\r\nRcpt: two@y.example\r\n"), std::string::npos);
  EXPECT_NE(seen->find("\r\nFrom: <>\r\n"), std::string::npos);

  EXPECT_EQ(run({"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n" + length, json}).kind, RspamdResult::Kind::kAnswered);
  EXPECT_EQ(run({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + json.substr(0, 5) + "\r\n1b\r\n" + json.substr(5) +
                 "\r\n0\r\n\r\n"},
                false)
                .kind,
            RspamdResult::Kind::kAnswered);
  EXPECT_EQ(run({"HTTP/1.0 200 OK\r\n\r\n" + json}).kind, RspamdResult::Kind::kAnswered) << "up to the end of the stream";
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"SSH-2.0-OpenSSH\r\n"},
      {"HTTP/1.1 200 OK\r\n" + length + json.substr(1)},
      {"HTTP/1.1 500 Oh\r\n" + length + json},
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n"},
      {"HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n"},
  };
  for (const auto& answer : wrong) {
    const auto result = run(answer, true, 20s);
    EXPECT_EQ(result.kind, RspamdResult::Kind::kUnavailable);
    EXPECT_NE(result.cause, "");
  }
  EXPECT_EQ(run({"HTTP/1.1 200 OK\r\n" + length}, false, 200ms).cause, "timeout");
}

TEST(RspamdAnswers, AreReadAndMadeSafe) {
  const auto answer =
      parse_rspamd_answer(R"({"action":"rewrite subject","score":7.5,"required_score":15,"thresholds":{"reject":15,"add header":6},
    "symbols":{"SMALL":{"score":-0.1},"BIG":{"score":5,"description":"two\r\nlines"},"ODD":3},
    "subject":"***SPAM*** x","milter":{"add_headers":{"X-A":"1","X-B":{"value":"2\nX-Evil: 1","order":0},"X-C":[{"value":"3"},"4"],"bad name":"5"},
    "remove_headers":{"X-D":0,"bad:name":0}},"dkim-signature":"v=1"})");
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  EXPECT_EQ(answer->score, 7.5);
  EXPECT_EQ(answer->junk_score, 6.0);
  ASSERT_EQ(answer->symbols.size(), 2u);
  EXPECT_EQ(answer->symbols[0].name, "BIG");
  EXPECT_EQ(answer->symbols[0].description, "two  lines");
  EXPECT_EQ(answer->subject, "***SPAM*** x");
  using Fields = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(answer->add_headers, (Fields{{"X-A", "1"}, {"X-B", "2 X-Evil: 1"}, {"X-C", "3"}, {"X-C", "4"}}));
  EXPECT_EQ(answer->remove_headers, std::vector<std::string>{"X-D"});
  for (const auto* wrong :
       {"", "{", "[]", "null", "{\"action\":1,\"score\":1}", "{\"action\":\"reject\"}", "{\"action\":\"x\",\"score\":\"1\"}"}) {
    EXPECT_FALSE(parse_rspamd_answer(wrong).ok()) << wrong;
  }
  EXPECT_FALSE(parse_rspamd_answer(std::string(100'000, '[')).ok());
}

}  // namespace
}  // namespace spam
