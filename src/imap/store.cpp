// STORE (RFC 9051 6.4.6) with UNCHANGEDSINCE (RFC 7162 3.1.3).
#include "imap/handlers.h"
#include "imap/response.h"

namespace imap {
namespace {

// Messages that had the flags already are answered too; those that changed are told with the view's next look.
void put_unchanged(Session& session, const store::UidSet& asked, const store::FlagResult& result, bool with_uid) {
  const Selected& selected = *session.selected;
  std::string& out = session.out;
  selected.view->for_each(asked, [&](uint32_t sequence, const store::Entry& entry) {
    if (result.changed.contains(entry.uid) || result.refused.contains(entry.uid)) return;
    auto now = result.list->find(entry.uid);
    if (!now) return;
    begin_flags_fetch(session, sequence, entry.uid, with_uid);
    out += "FLAGS ";
    put_flags(out, now->flags, *result.list->state().keywords, selected.recent.contains(entry.uid));
    if (session.condstore) {
      out += " MODSEQ (";
      put_number(out, now->modseq);
      out.push_back(')');
    }
    out += ")\r\n";
  });
}

Reply modified(const Session& session, const store::UidSet& refused, bool uid) {
  store::UidSet numbers;
  if (uid)
    numbers = refused;
  else
    session.selected->view->for_each(refused, [&](uint32_t sequence, const store::Entry&) { numbers.add(sequence); });
  if (numbers.empty()) return ok("STORE completed");
  std::string text = "[MODIFIED ";
  put_set(text, numbers);
  return ok(text + "] Conditional STORE failed");
}

}  // namespace

net::Task<Reply> handle_store(Session& session, Command& command) {
  auto& arguments = std::get<StoreArguments>(command.arguments);
  Selected& selected = *session.selected;
  if (selected.read_only) co_return no("[NOPERM] Mailbox is read-only");
  const auto uids = resolve(selected, arguments.set, command.uid);
  if (!uids) co_return bad("No such message");
  if (arguments.unchanged_since) enable_condstore(session);
  store::Store& store = session.services.store;
  const auto scope = session.scope();
  const int64_t id = selected.mailbox_id;
  auto write = [&store, scope, id, uids = *uids, change = arguments.change, flags = std::move(arguments.flags),
                since = arguments.unchanged_since](sql::Transaction& tx) {
    return store.change_flags(tx, scope, id, uids, change, flags, since);
  };
  auto result = co_await session.database().async_write(std::move(write));
  if (!result) co_return from_error(result.error());
  if (arguments.silent) {
    selected.own_changes = result->changed;
    selected.own_modseq = result->modseq;
  } else {
    put_unchanged(session, *uids, *result, command.uid);
  }
  co_return modified(session, result->refused, command.uid);
}

}  // namespace imap
