// SELECT, EXAMINE, CLOSE, UNSELECT.
#include "imap/handlers.h"
#include "imap/mailbox_name.h"
#include "imap/response.h"

namespace imap {
namespace {

struct Opened {
  std::string name;
  store::ListPtr list;
};

base::Result<Opened> open_mailbox(sql::Transaction& tx, store::Store& store, store::AccountScope scope, const std::string& name) {
  auto mailbox = store.find_mailbox(tx, scope, name);
  if (!mailbox) return base::Error{base::ErrorKind::kNotFound, "No such mailbox"};
  auto list = store.list(tx, scope, mailbox->id);
  if (!list) return list.error();
  return Opened{mailbox->name, std::move(*list)};
}

void put_code(std::string& out, std::string_view code, uint64_t number) {
  out.append("* OK [").append(code).append(" ");
  put_number(out, number);
  out += "] Ok\r\n";
}

void put_mailbox_data(Session& session, std::string_view name) {
  const Selected& selected = *session.selected;
  const store::MailboxState& state = selected.view->state();
  std::string& out = session.out;
  put_mailbox_flags(out, session.keywords(), selected.read_only);
  out += "* ";
  put_number(out, selected.view->size());
  out += " EXISTS\r\n";
  if (!session.rev2) {
    out += "* ";
    put_number(out, count_recent(selected));
    out += " RECENT\r\n";
    if (auto unseen = selected.view->first_unseen()) put_code(out, "UNSEEN", *unseen);
  }
  put_code(out, "UIDVALIDITY", state.uid_validity);
  put_code(out, "UIDNEXT", state.uid_next);
  put_code(out, "HIGHESTMODSEQ", state.modseq);
  if (!session.rev2) return;
  out += "* LIST () \"/\" ";  // RFC 9051 6.3.2
  put_mailbox(out, name, session.utf8);
  out += "\r\n";
}

void close_selected(Session& session) {
  if (!session.selected) return;
  session.selected.reset();
  session.state = State::kAuthenticated;
}

}  // namespace

net::Task<Reply> handle_select(Session& session, Command& command) {
  const auto& arguments = std::get<SelectArguments>(command.arguments);
  const bool read_only = command.verb == Verb::kExamine;
  if (session.selected) session.out += "* OK [CLOSED] Previous mailbox closed\r\n";  // RFC 9051 7.1
  close_selected(session);                                                           // also when the new one cannot be opened
  auto name = mailbox_name(session, arguments.mailbox);
  if (!name) co_return from_error(name.error());
  store::Store& store = session.services.store;
  const auto scope = session.scope();
  const std::string wanted = *name;
  auto read = [&store, scope, wanted](sql::Transaction& tx) { return open_mailbox(tx, store, scope, wanted); };
  auto opened = co_await session.database().async_read(read);
  if (!opened) co_return from_error(opened.error());
  session.selected = std::make_unique<Selected>();
  session.selected->mailbox_id = opened->list->state().mailbox_id;
  session.selected->read_only = read_only;
  session.selected->view = session.selected->committed = opened->list;
  session.state = State::kSelected;
  co_await claim_recent(session, opened->list);
  if (arguments.condstore) session.condstore = true;
  put_mailbox_data(session, opened->name);
  co_return ok(read_only ? "[READ-ONLY] EXAMINE completed" : "[READ-WRITE] SELECT completed");
}

net::Task<Reply> handle_close(Session& session, Command&) {
  const Selected& selected = *session.selected;
  if (!selected.read_only) {
    store::Store& store = session.services.store;
    const auto scope = session.scope();
    const int64_t id = selected.mailbox_id;
    auto write = [&store, scope, id](sql::Transaction& tx) { return store.expunge(tx, scope, id, nullptr); };
    auto result = co_await session.database().async_write(write);
    if (!result && result.error().kind != base::ErrorKind::kNotFound) co_return from_error(result.error());
  }
  close_selected(session);
  co_return ok("CLOSE completed");
}

net::Task<Reply> handle_unselect(Session& session, Command&) {
  close_selected(session);
  co_return ok("UNSELECT completed");
}

}  // namespace imap
