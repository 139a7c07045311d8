// COPY and MOVE (RFC 6851), with COPYUID (RFC 4315 3).
#include "imap/handlers.h"
#include "imap/response.h"

namespace imap {
namespace {

struct Transfer {
  store::AccountScope scope;
  int64_t from = 0;
  store::UidSet uids;
  std::string to;
  int64_t quota_bytes = 0;
  bool move = false;
};

base::Result<store::Copied> transfer(sql::Transaction& tx, store::Store& store, const Transfer& what) {
  auto target = store.find_mailbox(tx, what.scope, what.to);
  if (!target) return base::Error{base::ErrorKind::kNotFound, "No such mailbox"};
  if (what.move) return store.move(tx, what.scope, what.from, what.uids, target->id);
  return store.copy(tx, what.scope, what.from, what.uids, target->id, what.quota_bytes);
}

std::string copy_uid(const store::Copied& copied) {
  std::string code = "[COPYUID ";
  put_number(code, copied.uid_validity);
  code.push_back(' ');
  put_set(code, copied.source);
  code.push_back(' ');
  put_set(code, copied.target);
  return code + "] ";
}

}  // namespace

net::Task<Reply> handle_copy(Session& session, Command& command) {
  const auto& arguments = std::get<CopyArguments>(command.arguments);
  const Selected& selected = *session.selected;
  const bool move = command.verb == Verb::kMove;
  const std::string done = move ? "MOVE completed" : "COPY completed";
  if (move && selected.read_only) co_return no("[NOPERM] Mailbox is read-only");
  auto uids = resolve(selected, arguments.set, command.uid);
  if (!uids) co_return bad("No such message");
  auto name = mailbox_name(session, arguments.mailbox);
  if (!name) co_return from_error(name.error());
  store::Store& store = session.services.store;
  const std::string target = *name;
  Transfer what{session.scope(), selected.mailbox_id, std::move(*uids), std::move(*name), session.member->quota_bytes, move};
  auto write = [&store, what = std::move(what)](sql::Transaction& tx) { return transfer(tx, store, what); };
  auto copied = co_await session.database().async_write(std::move(write));
  if (!copied) co_return from_error(copied.error(), "TRYCREATE");
  if (copied->source.empty()) co_return ok(done);
  if (session.services.lessons) session.services.lessons->note_moved(session.scope(), selected.mailbox_id, target, copied->target);
  if (!move) co_return ok(copy_uid(*copied) + done);
  session.out += "* OK " + copy_uid(*copied) + "Moved\r\n";  // RFC 6851 4.3: before the EXPUNGE responses
  co_return ok(done);
}

}  // namespace imap
