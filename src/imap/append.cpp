// APPEND, with MULTIAPPEND (RFC 3502), BINARY (RFC 3516) and UTF8 (RFC 6855): starts it; the session answers when it is done (appends.h).
#include "imap/handlers.h"

namespace imap {

net::Task<Reply> handle_append(Session& session, Command& command) {
  auto& arguments = std::get<AppendArguments>(command.arguments);
  auto name = mailbox_name(session, arguments.mailbox);
  if (!name) co_return from_error(name.error());
  for (const AppendMessage& message : arguments.messages) {
    if (message.body.empty()) co_return no("[CANNOT] Empty message");  // RFC 3502 6.3.11: a client takes its APPEND back so
    if (message.body.size() > session.limits().append_bytes) co_return no("[TOOBIG] Message too large");
  }
  if (!session.appends) {
    AppendContext context{session.member, session.blob_key, session.peer()};
    session.appends = std::make_shared<AppendQueue>(session.services, std::move(context), session.stream->executor());
  }
  session.appends->start(std::move(command.tag), std::move(*name), std::move(arguments.messages));
  co_return answered();
}

}  // namespace imap
