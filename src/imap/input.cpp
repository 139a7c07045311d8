#include "imap/input.h"

namespace imap {
namespace {

// How large literals may be in this command, as far as its first line tells.
struct LiteralBudget {
  uint64_t each = 0;
  uint64_t all = 0;
};

LiteralBudget budget_for(const Session& session, std::string_view first_line) {
  const Limits& limits = session.limits();
  if (session.state == State::kNotAuthenticated) return {limits.unauthenticated_literal_bytes, 2 * limits.unauthenticated_literal_bytes};
  if (is_append(first_line)) return {limits.append_bytes, limits.append_bytes + limits.literal_bytes};
  return {limits.literal_bytes, limits.command_bytes};
}

Input refused(Input::Status status, std::string_view first_line, std::string text) {
  Input out;
  out.status = status;
  out.tag = tag_of(first_line);
  out.refusal = std::move(text);
  return out;
}

net::Deadline begin_deadline(const Session& session) {
  if (session.state == State::kNotAuthenticated) return session.login_deadline;
  return net::Deadline::after(session.limits().idle_timeout);
}

// The time for what remains of a command.
net::Deadline rest_deadline(const Session& session) {
  if (session.state == State::kNotAuthenticated) return session.login_deadline;
  return net::Deadline::after(session.limits().input_timeout);
}

net::Task<bool> read_literal(Session& session, const LiteralMark& mark, std::string& into) {
  if (mark.synchronizing) {
    session.out += "+ Ready\r\n";
    co_await session.flush();
  }
  // Grows with what arrives: a promise of 50 MB costs nothing until it is kept.
  auto sink = [&into](std::string_view piece) { into += piece; };
  const auto progress = session.state == State::kNotAuthenticated ? std::chrono::milliseconds(session.limits().login_timeout)
                                                                  : std::chrono::milliseconds(session.limits().input_timeout);
  net::LineReader::Sink collect = sink;
  const bool whole = co_await session.reader.read_exact(mark.size, collect, progress);
  co_return whole;
}

net::Task<bool> skip_literal(Session& session, uint64_t size) {
  net::LineReader::Sink drop = [](std::string_view) {};
  const auto progress = std::chrono::milliseconds(session.limits().input_timeout);
  const bool whole = co_await session.reader.read_exact(size, drop, progress);
  co_return whole;
}

// A literal over the budget. RFC 7888 4: what is coming anyway is read and dropped when that is bearable, or else the connection ends.
net::Task<Input> refuse_literal(Session& session, std::string first_line, LiteralMark mark, LiteralBudget budget) {
  const std::string text = is_append(first_line) ? "[TOOBIG] Message too large" : "[TOOBIG] Literal too large";
  if (mark.synchronizing) co_return refused(Input::Status::kRefused, first_line, text);
  if (session.state == State::kNotAuthenticated || mark.size > 4 * budget.all) co_return refused(Input::Status::kFatal, first_line, text);
  // The rest of the command follows the literal, and may announce further ones.
  for (std::optional<LiteralMark> next = mark; next;) {
    if (next->size > 4 * budget.all) co_return refused(Input::Status::kFatal, first_line, text);
    const bool skipped = co_await skip_literal(session, next->size);
    if (!skipped) co_return Input{Input::Status::kEnd};
    const net::Line line = co_await session.reader.read_line(session.limits().line_bytes, rest_deadline(session));
    if (!line.complete()) co_return refused(Input::Status::kFatal, first_line, text);
    next = literal_mark(line.text);
    if (next && next->synchronizing) break;
  }
  co_return refused(Input::Status::kRefused, first_line, text);
}

std::optional<Input> bad_line(const net::Line& line) {
  if (line.complete()) return std::nullopt;
  if (line.status == net::Line::Status::kEnd) return Input{Input::Status::kEnd};
  return refused(Input::Status::kFatal, line.text, "Line too long");
}

}  // namespace

net::Task<Input> read_input(Session& session) {
  const Limits& limits = session.limits();
  net::Line line = co_await session.reader.read_command(limits.line_bytes, begin_deadline(session));
  if (auto bad = bad_line(line)) co_return std::move(*bad);
  Input input;
  input.raw.text = std::move(line.text);
  auto mark = literal_mark(input.raw.text);
  if (!mark) co_return input;
  const std::string first_line = input.raw.text;
  const LiteralBudget budget = budget_for(session, first_line);
  for (uint64_t total = 0; mark;) {
    total += mark->size;
    if (mark->size > budget.each || total > budget.all) {
      input = co_await refuse_literal(session, first_line, *mark, budget);
      co_return input;
    }
    std::string& literal = input.raw.literals.emplace_back();
    const bool whole = co_await read_literal(session, *mark, literal);
    if (!whole) co_return Input{Input::Status::kEnd};
    if (input.raw.text.size() >= limits.line_bytes) co_return refused(Input::Status::kFatal, first_line, "Line too long");
    line = co_await session.reader.read_line(limits.line_bytes - input.raw.text.size(), rest_deadline(session));
    if (auto bad = bad_line(line)) co_return std::move(*bad);
    input.raw.text += "\r\n";
    input.raw.text += line.text;
    mark = literal_mark(line.text);
  }
  co_return input;
}

}  // namespace imap
