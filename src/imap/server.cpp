// The session: the table of commands, and the loop that reads one, checks that it is allowed, runs its handler, tells what changed in the
// selected mailbox, and answers.
#include "imap/server.h"

#include <array>

#include "base/log.h"
#include "base/metrics.h"
#include "imap/handlers.h"
#include "imap/input.h"
#include "net/timer.h"

namespace imap {
namespace {

using Handler = net::Task<Reply> (*)(Session&, Command&);

constexpr uint8_t kFirst = static_cast<uint8_t>(State::kNotAuthenticated);
constexpr uint8_t kSelected = static_cast<uint8_t>(State::kSelected);
constexpr uint8_t kSignedIn = static_cast<uint8_t>(State::kAuthenticated) | kSelected;
constexpr uint8_t kAny = kFirst | kSignedIn;

struct TableEntry {
  Verb verb;
  uint8_t states;  // of State: where it is allowed (RFC 9051 6)
  Handler handler;
};

// In the order of enum Verb.
constexpr std::array kCommands = {
    TableEntry{Verb::kCapability, kAny, handle_capability},
    TableEntry{Verb::kNoop, kAny, handle_noop},
    TableEntry{Verb::kLogout, kAny, handle_logout},
    TableEntry{Verb::kId, kAny, handle_id},
    TableEntry{Verb::kStartTls, kFirst, handle_starttls},
    TableEntry{Verb::kAuthenticate, kFirst, handle_authenticate},
    TableEntry{Verb::kLogin, kFirst, handle_login},
    TableEntry{Verb::kEnable, kSignedIn, handle_enable},
    TableEntry{Verb::kNamespace, kSignedIn, handle_namespace},
    TableEntry{Verb::kSelect, kSignedIn, handle_select},
    TableEntry{Verb::kExamine, kSignedIn, handle_select},
    TableEntry{Verb::kCreate, kSignedIn, handle_create},
    TableEntry{Verb::kDelete, kSignedIn, handle_delete},
    TableEntry{Verb::kRename, kSignedIn, handle_rename},
    TableEntry{Verb::kSubscribe, kSignedIn, handle_subscribe},
    TableEntry{Verb::kUnsubscribe, kSignedIn, handle_subscribe},
    TableEntry{Verb::kList, kSignedIn, handle_list},
    TableEntry{Verb::kLsub, kSignedIn, handle_list},
    TableEntry{Verb::kStatus, kSignedIn, handle_status},
    TableEntry{Verb::kAppend, kSignedIn, handle_append},
    TableEntry{Verb::kIdle, kSignedIn, handle_idle},
    TableEntry{Verb::kCheck, kSelected, handle_noop},
    TableEntry{Verb::kClose, kSelected, handle_close},
    TableEntry{Verb::kUnselect, kSelected, handle_unselect},
    TableEntry{Verb::kExpunge, kSelected, handle_expunge},
    TableEntry{Verb::kSearch, kSelected, handle_search},
    TableEntry{Verb::kFetch, kSelected, handle_fetch},
    TableEntry{Verb::kStore, kSelected, handle_store},
    TableEntry{Verb::kCopy, kSelected, handle_copy},
    TableEntry{Verb::kMove, kSelected, handle_copy},
};
static_assert([] {
  for (size_t i = 0; i < kCommands.size(); ++i)
    if (static_cast<size_t>(kCommands[i].verb) != i) return false;
  return true;
}());

// RFC 9051 7.5.1: no EXPUNGE while FETCH, STORE or SEARCH with sequence numbers is answered.
Expunges expunges_after(const Command& command) {
  bool numbered = command.verb == Verb::kFetch || command.verb == Verb::kStore || command.verb == Verb::kSearch;
  return numbered && !command.uid ? Expunges::kHeldBack : Expunges::kAllowed;
}

void say_bye(Session& session, std::string_view text) {
  if (session.state != State::kLogout) session.out.append("* BYE ").append(text).append("\r\n");
  session.state = State::kLogout;
}

net::Task<> tell_changes(Session& session, Expunges expunges, bool with_uid) {
  if (session.state != State::kSelected || !is_behind(session, expunges)) co_return;
  const bool there = co_await synchronize(session, expunges, with_uid);
  if (!there) say_bye(session, "The selected mailbox was deleted");
}

// The handler, with what the lower layers throw turned into a reply.
net::Task<Reply> run_handler(Session& session, Command& command) {
  Reply reply;
  try {
    reply = co_await kCommands[static_cast<size_t>(command.verb)].handler(session, command);
    const Expunges expunges = expunges_after(command);
    const bool with_uid = command.uid;
    co_await tell_changes(session, expunges, with_uid);
  } catch (const net::IoError&) {
    throw;
  } catch (const base::Failure& failure) {
    base::log_warning("imap command failed", {{"verb", static_cast<int>(command.verb)}, {"cause", failure.what()}});
    reply = from_error(failure.error());
  }
  co_return reply;
}

// --- started APPENDs ---

net::Task<> answer_appends(Session& session) {
  AppendQueue& queue = *session.appends;
  for (;;) {
    const auto done = queue.take();
    if (!done) break;
    if (queue.empty()) co_await tell_changes(session, Expunges::kAllowed, false);
    put_reply(session.out, done->tag, *done->reply);
  }
  co_await session.flush();
}

// Until at most `most` are under way.
net::Task<> drain_appends(Session& session, size_t most, uint64_t most_bytes) {
  AppendQueue& queue = *session.appends;
  for (;;) {
    co_await answer_appends(session);
    if (queue.empty() || (queue.size() <= most && queue.bytes() <= most_bytes)) co_return;
    co_await net::wait_notified(queue.notifier(), net::Deadline::none());
  }
}

// While nothing has come from the client, answers the APPENDs that are done.
net::Task<> wait_for_input(Session& session) {
  while (!session.appends->empty()) {
    co_await answer_appends(session);
    if (session.appends->empty()) co_return;
    const auto deadline = net::Deadline::after(session.limits().idle_timeout);
    const auto result = co_await session.reader.wait_input(deadline, &session.appends->notifier());
    if (result == net::WaitResult::kReadable) co_return;
    if (result != net::WaitResult::kNotified) co_await drain_appends(session, 0, 0);
  }
}

// --- the loop ---

net::Task<> execute(Session& session, Command command) {
  const TableEntry& entry = kCommands[static_cast<size_t>(command.verb)];
  if ((entry.states & static_cast<uint8_t>(session.state)) == 0) {
    ++session.errors;
    put_reply(session.out, command.tag, bad("Command not allowed now"));
    co_return;
  }
  const Reply reply = co_await run_handler(session, command);
  if (reply.status == Reply::Status::kBad) ++session.errors;
  put_reply(session.out, command.tag, reply);
}

void refuse(Session& session, std::string_view tag, std::string text) {
  ++session.errors;
  put_reply(session.out, tag, bad(std::move(text)));
}

net::Task<> step(Session& session) {
  if (session.appends) co_await wait_for_input(session);
  if (session.appends && session.appends->empty()) session.appends.reset();
  Input input = co_await read_input(session);
  const bool keep_appends = input.status == Input::Status::kCommand && session.appends && is_append(input.raw.text);
  const Limits& limits = session.limits();
  if (keep_appends)
    co_await drain_appends(session, limits.appends_in_flight, limits.append_bytes_in_flight);
  else if (session.appends)
    co_await drain_appends(session, 0, 0);
  if (!keep_appends) session.appends.reset();
  switch (input.status) {
    case Input::Status::kEnd:
      session.state = State::kLogout;
      co_return;
    case Input::Status::kFatal:
      say_bye(session, input.refusal);
      break;
    case Input::Status::kRefused:
      ++session.errors;
      put_reply(session.out, input.tag, no(std::move(input.refusal)));
      break;
    case Input::Status::kCommand: {
      auto parsed = parse(std::move(input.raw), limits);
      if (auto* error = std::get_if<SyntaxError>(&parsed))
        refuse(session, error->tag, std::move(error->text));
      else
        co_await execute(session, std::get<Command>(std::move(parsed)));
      break;
    }
  }
  if (session.errors >= limits.errors) say_bye(session, "Too many errors");
  // Replies to a pipeline travel together.
  if (session.reader.buffered() == 0 || session.state == State::kLogout)
    co_await session.flush();
  else
    co_await session.flush_some();
}

net::Task<> converse(Session& session) {
  session.out += "* OK [CAPABILITY " + capabilities(session) + "] " + session.services.options.server_name + " ready\r\n";
  co_await session.flush();
  while (session.state != State::kLogout) co_await step(session);
  co_await session.flush();
}

std::string_view farewell(net::IoError::Kind kind) {
  if (kind == net::IoError::Kind::kTimeout) return "* BYE Autologout; idle for too long\r\n";
  if (kind == net::IoError::Kind::kStopping) return "* BYE Server shutting down\r\n";
  return {};
}

net::Task<> say_farewell(Session& session, std::string_view text) {
  try {
    co_await session.stream->write(text, net::Deadline::after(std::chrono::seconds(5)));
  } catch (const base::Failure&) {
    // The client is gone already.
  }
}

net::Task<> hang_up(Session& session) {
  try {
    co_await session.stream->shutdown(net::Deadline::after(std::chrono::seconds(5)));
  } catch (const base::Failure&) {
  }
  session.stream->close();
}

}  // namespace

net::Task<> serve(std::unique_ptr<net::Stream> stream, const Services& services) {
  static auto& connections = base::counter("posthouse_imap_connections_total", "IMAP connections");
  static auto& open = base::gauge("posthouse_imap_open_connections", "Open IMAP connections");
  connections.Increment();
  open.Increment();
  Session session(std::move(stream), services);
  std::string_view last_words;
  try {
    co_await converse(session);
  } catch (const net::IoError& error) {
    last_words = farewell(error.kind());
  } catch (const std::exception& error) {
    base::log_error("imap session failed", {{"cause", error.what()}});
    last_words = "* BYE Internal error\r\n";
  }
  if (!last_words.empty()) co_await say_farewell(session, last_words);
  co_await hang_up(session);
  open.Decrement();
}

}  // namespace imap
