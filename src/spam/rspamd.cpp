#include "spam/rspamd.h"

#include "net/tcp_stream.h"

namespace spam {

namespace {

RspamdResult unavailable(std::string cause) { return {RspamdResult::Kind::kUnavailable, {}, std::move(cause)}; }

http::ClientRequest request_of(const RspamdSettings& settings, const RspamdQuestion& question) {
  http::ClientRequest request;
  request.method = "POST";
  request.target = settings.url.target == "/" ? "/checkv2" : settings.url.target;
  request.host = settings.url.host;
  request.body = question.message;
  auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) request.fields.emplace_back(name, value);
  };
  add("IP", question.ip);
  add("Helo", question.helo);
  add("Hostname", question.hostname);
  // The null sender is said as "<>": without the field rspamd would take it from the message.
  add("From", question.from.empty() ? "<>" : question.from);
  for (const auto& recipient : question.recipients) add("Rcpt", recipient);
  add("User", question.user);
  add("Queue-Id", question.queue_id);
  add("Deliver-To", question.deliver_to);
  return request;
}

net::Task<RspamdResult> connect_and_ask(RspamdSettings settings, RspamdQuestion question) {
  const auto deadline = net::Deadline::after(settings.timeout);
  auto stream = co_await net::connect(settings.url.endpoint, deadline);
  auto result = co_await ask_rspamd_over(*stream, std::move(settings), std::move(question), deadline);
  co_return result;
}

}  // namespace

net::Task<RspamdResult> ask_rspamd_over(net::Stream& stream, RspamdSettings settings, RspamdQuestion question, net::Deadline deadline) {
  http::ClientLimits limits;
  limits.body_bytes = settings.answer_bytes;
  auto request = request_of(settings, question);
  auto response = co_await http::exchange(stream, std::move(request), limits, deadline);
  if (!response.ok()) co_return unavailable(response.error().text + ": " + response.error().cause);
  if (response->status != 200) co_return unavailable("rspamd answered with HTTP status " + std::to_string(response->status));
  auto answer = parse_rspamd_answer(response->body, settings);
  if (!answer.ok()) co_return unavailable(answer.error().text);
  co_return RspamdResult{RspamdResult::Kind::kAnswered, std::move(*answer), {}};
}

net::Task<RspamdResult> ask_rspamd(RspamdSettings settings, RspamdQuestion question) {
  if (question.message.size() > settings.message_bytes) co_return RspamdResult{};
  std::string cause;
  try {
    auto result = co_await connect_and_ask(std::move(settings), std::move(question));
    co_return result;
  } catch (const net::IoError& error) {
    cause = std::string(net::to_string(error.kind())) + ": " + error.what();
  }
  co_return unavailable(std::move(cause));
}

}  // namespace spam
