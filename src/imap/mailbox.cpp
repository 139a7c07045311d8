// CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE.
#include "base/text.h"
#include "imap/handlers.h"

namespace imap {
namespace {

// RFC 6154 3: the uses a client may give; \All, \Flagged and \Important would be views of other mailboxes, which we do not have.
std::optional<store::SpecialUse> special_use(std::string_view name) {
  struct Use {
    std::string_view name;
    store::SpecialUse use;
  };
  static constexpr Use kUses[] = {{"\\Drafts", store::SpecialUse::kDrafts},
                                  {"\\Sent", store::SpecialUse::kSent},
                                  {"\\Junk", store::SpecialUse::kJunk},
                                  {"\\Trash", store::SpecialUse::kTrash},
                                  {"\\Archive", store::SpecialUse::kArchive}};
  for (const Use& entry : kUses)
    if (base::iequals(entry.name, name)) return entry.use;
  return std::nullopt;
}

}  // namespace

net::Task<Reply> handle_create(Session& session, Command& command) {
  const auto& arguments = std::get<CreateArguments>(command.arguments);
  auto name = mailbox_name(session, arguments.mailbox);
  if (!name) co_return from_error(name.error());
  // RFC 9051 6.3.4: a trailing separator says that mailboxes will be made below; ours need no such promise.
  if (name->size() > 1 && name->back() == '/') name->pop_back();
  store::SpecialUse use = store::SpecialUse::kNone;
  for (const std::string& wanted : arguments.uses) {
    const auto found = special_use(wanted);
    if (!found || use != store::SpecialUse::kNone) co_return no("[USEATTR] Special use not supported");
    use = *found;
  }
  store::Store& store = session.services.store;
  const auto scope = session.scope();
  auto write = [&store, scope, use, name = *name](sql::Transaction& tx) { return store.create_mailbox(tx, scope, name, use); };
  auto created = co_await session.database().async_write(write);
  co_return created ? ok("CREATE completed") : from_error(created.error());
}

net::Task<Reply> handle_delete(Session& session, Command& command) {
  auto name = mailbox_name(session, std::get<MailboxArguments>(command.arguments).mailbox);
  if (!name) co_return from_error(name.error());
  store::Store& store = session.services.store;
  const auto scope = session.scope();
  auto write = [&store, scope, name = *name](sql::Transaction& tx) -> base::Result<int64_t> {
    auto mailbox = store.find_mailbox(tx, scope, name);
    auto deleted = store.delete_mailbox(tx, scope, name);
    if (!deleted) return deleted.error();
    return mailbox ? mailbox->id : 0;
  };
  auto deleted = co_await session.database().async_write(write);
  if (!deleted) co_return from_error(deleted.error());
  if (session.selected && session.selected->mailbox_id == *deleted) {
    session.selected.reset();
    session.state = State::kAuthenticated;
    session.out += "* OK [CLOSED] The selected mailbox was deleted\r\n";
  }
  co_return ok("DELETE completed");
}

net::Task<Reply> handle_rename(Session& session, Command& command) {
  const auto& arguments = std::get<RenameArguments>(command.arguments);
  auto from = mailbox_name(session, arguments.from);
  auto to = mailbox_name(session, arguments.to);
  if (!from || !to) co_return from_error(from ? to.error() : from.error());
  if (to->size() > 1 && to->back() == '/') to->pop_back();
  store::Store& store = session.services.store;
  const auto scope = session.scope();
  auto write = [&store, scope, from = *from, to = *to](sql::Transaction& tx) { return store.rename_mailbox(tx, scope, from, to); };
  auto renamed = co_await session.database().async_write(write);
  co_return renamed ? ok("RENAME completed") : from_error(renamed.error());
}

net::Task<Reply> handle_subscribe(Session& session, Command& command) {
  auto name = mailbox_name(session, std::get<MailboxArguments>(command.arguments).mailbox);
  if (!name) co_return from_error(name.error());
  const bool subscribed = command.verb == Verb::kSubscribe;
  store::Store& store = session.services.store;
  const auto scope = session.scope();
  // RFC 9051 6.3.7: a name may be subscribed to before its mailbox is there; it must only be one that could exist.
  if (name->empty() || name->size() > store.limits().name_bytes) co_return no("[CANNOT] Not a mailbox name");
  auto write = [&store, scope, subscribed, name = *name](sql::Transaction& tx) { store.set_subscribed(tx, scope, name, subscribed); };
  co_await session.database().async_write(write);
  co_return ok(subscribed ? "SUBSCRIBE completed" : "UNSUBSCRIBE completed");
}

}  // namespace imap
