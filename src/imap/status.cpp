// STATUS (RFC 9051 6.3.11, STATUS=SIZE RFC 8438, HIGHESTMODSEQ RFC 7162, APPENDLIMIT RFC 7889).
#include <algorithm>

#include "imap/handlers.h"
#include "imap/response.h"

namespace imap {
namespace {

// Messages nobody was shown yet. Some of them may have been expunged unseen, so it is a bound; RFC 9051 has dropped the item.
uint64_t recent_bound(const store::MailboxState& state) {
  return state.uid_next > state.recent_from ? std::min(state.exists, state.uid_next - state.recent_from) : 0;
}

}  // namespace

void put_status(std::string& out, const Session& session, const store::Mailbox& mailbox, const StatusItems& items) {
  const store::MailboxState& state = mailbox.state;
  out += "* STATUS ";
  put_mailbox(out, mailbox.name, session.utf8);
  const char* separator = " (";
  auto put = [&](bool wanted, std::string_view name, uint64_t value) {
    if (!wanted) return;
    out.append(separator).append(name).append(" ");
    put_number(out, value);
    separator = " ";
  };
  put(items.messages, "MESSAGES", state.exists);
  put(items.recent, "RECENT", recent_bound(state));
  put(items.uid_next, "UIDNEXT", state.uid_next);
  put(items.uid_validity, "UIDVALIDITY", state.uid_validity);
  put(items.unseen, "UNSEEN", state.unseen);
  put(items.deleted, "DELETED", state.deleted);
  put(items.size, "SIZE", state.bytes);
  put(items.highest_modseq, "HIGHESTMODSEQ", state.modseq);
  put(items.append_limit, "APPENDLIMIT", session.limits().append_bytes);
  out += ")\r\n";
}

net::Task<Reply> handle_status(Session& session, Command& command) {
  const auto& arguments = std::get<StatusArguments>(command.arguments);
  auto name = mailbox_name(session, arguments.mailbox);
  if (!name) co_return from_error(name.error());
  if (arguments.items.highest_modseq) enable_condstore(session);  // RFC 7162 3.1
  store::Store& store = session.services.store;
  const auto scope = session.scope();
  auto read = [&store, scope, name = *name](sql::Transaction& tx) { return store.find_mailbox(tx, scope, name); };
  const auto mailbox = co_await session.database().async_read(read);
  if (!mailbox) co_return no("[NONEXISTENT] No such mailbox");
  put_status(session.out, session, *mailbox, arguments.items);
  co_return ok("STATUS completed");
}

}  // namespace imap
