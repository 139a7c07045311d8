// EXPUNGE and UID EXPUNGE (RFC 4315 2.1). The EXPUNGE responses come with the view's next look at the mailbox.
#include "imap/handlers.h"

namespace imap {

net::Task<Reply> handle_expunge(Session& session, Command& command) {
  const auto& arguments = std::get<ExpungeArguments>(command.arguments);
  const Selected& selected = *session.selected;
  if (selected.read_only) co_return no("[NOPERM] Mailbox is read-only");
  std::optional<store::UidSet> uids;
  if (arguments.uids) uids = resolve(selected, *arguments.uids, true);
  store::Store& store = session.services.store;
  const auto scope = session.scope();
  const int64_t id = selected.mailbox_id;
  auto write = [&store, scope, id, uids](sql::Transaction& tx) { return store.expunge(tx, scope, id, uids ? &*uids : nullptr); };
  auto result = co_await session.database().async_write(write);
  co_return result ? ok("EXPUNGE completed") : from_error(result.error());
}

}  // namespace imap
