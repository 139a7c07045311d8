// IDLE (RFC 2177): the change feed wakes the session, which looks at the latest version of its mailbox and says what differs. While it
// waits it holds no buffers.
#include "base/text.h"
#include "imap/handlers.h"

namespace imap {
namespace {

store::ChangeFeed::Subscription listen(Session& session) {
  if (!session.selected) return {};
  const int64_t id = session.selected->mailbox_id;
  auto wake = [&changed = session.changed, id](const store::Change& change) {
    if (change.mailbox_id == id) changed.notify();
  };
  return session.services.store.feed().subscribe(session.scope(), wake);
}

net::Task<bool> tell_news(Session& session) {
  if (!session.selected || !is_behind(session, Expunges::kAllowed)) co_return true;
  const bool there = co_await synchronize(session, Expunges::kAllowed, false);
  co_return there;
}

}  // namespace

net::Task<Reply> handle_idle(Session& session, Command&) {
  const auto subscription = listen(session);
  const auto deadline = net::Deadline::after(session.limits().idle_timeout);
  session.out += "+ idling\r\n";
  for (;;) {
    const bool there = co_await tell_news(session);
    if (!there) co_return ok("The selected mailbox was deleted");  // the loop says BYE
    co_await session.flush();
    session.out = std::string();
    const net::WaitResult result = co_await session.reader.wait_input(deadline, &session.changed);
    if (result == net::WaitResult::kTimeout) throw net::IoError(net::IoError::Kind::kTimeout, "idle");
    if (result == net::WaitResult::kStopping) throw net::IoError(net::IoError::Kind::kStopping, "idle");
    if (result == net::WaitResult::kReadable) break;
  }
  const net::Line line =
      co_await session.reader.read_line(session.limits().line_bytes, net::Deadline::after(session.limits().input_timeout));
  if (line.status == net::Line::Status::kEnd) throw net::IoError(net::IoError::Kind::kClosed, "in IDLE");
  co_return line.complete() && base::iequals(line.text, "DONE") ? ok("IDLE completed") : bad("Expected DONE");
}

}  // namespace imap
