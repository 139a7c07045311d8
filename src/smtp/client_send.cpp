// MAIL, RCPT, DATA or BDAT, pipelined where that is offered (RFC 5321 3.3, RFC 2920, RFC 3030).

#include <fmt/format.h>

#include <algorithm>

#include "smtp/client.h"
#include "smtp/dot_stuffing.h"

namespace smtp {

using queue::Disposition;
using queue::Extent;
using queue::Outcome;
using queue::Phase;

// One pass of MAIL to the final dot, for some recipients of a batch.
struct Client::Transaction {
  const MessagePlan& plan;
  std::string_view message;
  std::vector<size_t> recipients;  // indexes into the plan
  std::vector<std::optional<Outcome>>& outcomes;

  bool mail_accepted = false;
  std::vector<size_t> accepted;
  std::vector<size_t> later;  // "too many recipients": for the next pass, if there is one
  RemoteReply data;           // to a pipelined DATA
  bool relayed = false;
};

namespace {

// RFC 5321 4.5.3.1.10: 452, or 552 from old servers; RFC 3463 X.5.3. Without an enhanced code a full disk looks the same, and costs one
// more try.
bool is_too_many(const RemoteReply& reply) {
  if (!reply.enhanced.empty()) return reply.enhanced.ends_with(".5.3");
  return reply.code == 452 || reply.code == 552;
}

}  // namespace

// A reply that ends the hope for a message or recipient. One that is no refusal either means that we have lost each other.
Outcome Client::refusal(const RemoteReply& reply, Phase phase, Extent extent) {
  auto refused = outcome(reply, phase, extent);
  if (reply.temporary() || reply.permanent()) return refused;
  refused.disposition = Disposition::kTemporary;
  refused.attempt.enhanced = "4.5.0";
  refused.attempt.reason = "the server gave a reply that does not belong here";
  lose(phase, refused.attempt.reason);
  return refused;
}

net::Task<std::vector<Outcome>> Client::send(const queue::Batch& batch, std::string_view message) {
  const MessagePlan plan = plan_message(batch, message, extensions_, settings_.message, clock_.now());
  std::vector<std::optional<Outcome>> outcomes(batch.recipients.size());
  std::vector<size_t> waiting;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    const auto& refused = plan.refused ? plan.refused : plan.recipients[i].refused;
    if (refused)
      outcomes[i] = fill(*refused);
    else
      waiting.push_back(i);
  }
  while (!waiting.empty()) {
    Transaction transaction{plan, message, std::move(waiting), outcomes, false, {}, {}, {}, false};
    co_await transact(transaction);
    waiting.clear();
    if (transaction.relayed && !broken_) waiting = std::move(transaction.later);
    for (const size_t index : waiting) outcomes[index].reset();
  }
  std::vector<Outcome> result;
  for (auto& outcome : outcomes) result.push_back(std::move(*outcome));
  co_return result;
}

// What has no outcome yet gets this one.
void Client::refuse_rest(Transaction& transaction, const Outcome& outcome) {
  for (const size_t index : transaction.recipients)
    if (!transaction.outcomes[index]) transaction.outcomes[index] = outcome;
}

net::Task<> Client::reset() {
  if (!dirty_) co_return;
  const RemoteReply reply = co_await ask("RSET", Phase::kMail, limits_.reset);
  if (reply.code != 0 && !reply.positive()) lose(Phase::kMail, "the server refused RSET");
  dirty_ = false;
}

net::Task<> Client::transact(Transaction& transaction) {
  until_ = net::Deadline::after(limits_.transaction);
  co_await reset();
  const bool with_data = extensions_.pipelining && !transaction.plan.bdat;
  if (!broken_) co_await send_envelope(transaction, with_data);
  if (!broken_) co_await send_body(transaction, with_data);
  if (broken_) refuse_rest(transaction, *broken_);
  until_ = net::Deadline::none();
}

// --- the envelope ---

net::Task<> Client::send_envelope(Transaction& transaction, bool with_data) {
  std::vector<std::string> commands{transaction.plan.mail};
  for (const size_t index : transaction.recipients) commands.push_back(transaction.plan.recipients[index].rcpt);
  if (with_data) commands.push_back("DATA");
  ++transactions_;
  dirty_ = true;

  size_t sent = 0;
  for (size_t answered = 0; answered < commands.size(); ++answered) {
    const bool is_data = with_data && answered + 1 == commands.size();
    const Phase phase = answered == 0 ? Phase::kMail : is_data ? Phase::kData : Phase::kRcpt;
    const auto timeout = answered == 0 ? limits_.mail : is_data ? limits_.data : limits_.rcpt;
    if (sent == answered) {
      if (answered > 0 && !transaction.mail_accepted) co_return;
      if (is_data && transaction.accepted.empty()) co_return;
      std::string group;
      const size_t most = extensions_.pipelining ? limits_.pipelined_commands : 1;
      for (size_t n = 0; n < most && sent < commands.size() && group.size() < limits_.pipelined_bytes; ++n)
        group += commands[sent++] + "\r\n";
      co_await write(std::move(group), phase, timeout);
    }
    const RemoteReply reply = co_await read_reply(phase, timeout);
    if (reply.code == 0) co_return;
    if (answered == 0) {
      transaction.mail_accepted = reply.positive();
      if (!reply.positive()) refuse_rest(transaction, refusal(reply, phase, Extent::kMessage));
    } else if (is_data) {
      transaction.data = reply;
    } else if (transaction.mail_accepted) {
      take_rcpt_reply(transaction, transaction.recipients[answered - 1], reply);
    }
    if (broken_) co_return;
  }
}

void Client::take_rcpt_reply(Transaction& transaction, size_t index, const RemoteReply& reply) {
  if (reply.positive()) {
    transaction.accepted.push_back(index);
    return;
  }
  auto refused = refusal(reply, Phase::kRcpt, Extent::kRecipient);
  if (!transaction.accepted.empty() && is_too_many(reply)) {
    refused.disposition = Disposition::kTemporary;
    transaction.later.push_back(index);
  }
  transaction.outcomes[index] = std::move(refused);
}

// --- the message ---

net::Task<> Client::send_body(Transaction& transaction, bool data_sent) {
  if (transaction.accepted.empty()) {
    if (transaction.data.go_ahead()) co_await send_lone_dot();
    co_return;
  }
  if (transaction.plan.bdat) {
    co_await send_chunk(transaction);
    co_return;
  }
  if (!data_sent) transaction.data = co_await ask("DATA", Phase::kData, limits_.data);
  if (transaction.data.code == 0) co_return;
  if (transaction.data.go_ahead()) {
    co_await send_after_data(transaction);
  } else {
    refuse_rest(transaction, refusal(transaction.data, Phase::kData, Extent::kMessage));
  }
}

// RFC 2920 3.1: the server refused every recipient and wants data all the same. It may take the nothing it gets, or refuse that.
net::Task<> Client::send_lone_dot() { co_await ask(".", Phase::kData, limits_.end); }

// The final dot is the last byte: a piece that was not written whole has not ended the message, so kData and no cut-off.
net::Task<> Client::send_after_data(Transaction& transaction) {
  DotStuffer stuffer(transaction.message);
  std::string piece;
  while (!stuffer.finished()) {
    stuffer.next(limits_.piece, piece);
    const bool written = co_await write(std::move(piece), Phase::kData, limits_.block);
    if (!written) co_return;
  }
  co_await end_message(transaction);
}

// RFC 3030 2: the whole message is one chunk.
net::Task<> Client::send_chunk(Transaction& transaction) {
  std::string_view rest = transaction.message;
  std::string piece = fmt::format("BDAT {} LAST\r\n", rest.size());
  for (;;) {
    piece += rest.substr(0, limits_.piece);
    rest.remove_prefix(std::min(limits_.piece, rest.size()));
    const bool written = co_await write(std::move(piece), Phase::kData, limits_.block);
    if (!written) co_return;
    if (rest.empty()) break;
    piece.clear();
  }
  co_await end_message(transaction);
}

net::Task<> Client::end_message(Transaction& transaction) {
  const RemoteReply reply = co_await read_reply(Phase::kEnd, limits_.end);
  if (reply.code == 0) co_return;
  transaction.relayed = reply.positive();
  auto answer = reply.positive() ? outcome(reply, Phase::kEnd, Extent::kMessage) : refusal(reply, Phase::kEnd, Extent::kMessage);
  answer.dsn_passed_on = reply.positive() && extensions_.dsn;
  if (reply.positive()) dirty_ = false;
  refuse_rest(transaction, answer);
}

}  // namespace smtp
