// CAPABILITY, NOOP, LOGOUT, ID, ENABLE, NAMESPACE.
#include "imap/handlers.h"
#include "imap/mailbox_name.h"
#include "imap/response.h"
#include "sasl/mechanism.h"

namespace imap {
namespace {

void put_sign_in(std::string& out, const Session& session) {
  const bool tls = session.stream->info().tls;
  if (!tls && session.services.tls) out += " STARTTLS";
  if (!session.may_send_password()) out += " LOGINDISABLED";
  const sasl::Offer offer{.plaintext_passwords = session.may_send_password(), .channel_bindings = tls};
  for (std::string_view mechanism : sasl::offered_mechanisms(offer)) out.append(" AUTH=").append(mechanism);
}

}  // namespace

std::string capabilities(const Session& session) {
  std::string out = "IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID ENABLE IDLE";
  if (session.state == State::kNotAuthenticated) {
    put_sign_in(out, session);
    return out;
  }
  out +=
      " NAMESPACE UIDPLUS MOVE UNSELECT CHILDREN LIST-EXTENDED LIST-STATUS SPECIAL-USE CREATE-SPECIAL-USE STATUS=SIZE ESEARCH SEARCHRES "
      "CONDSTORE"
      " BINARY MULTIAPPEND UTF8=ACCEPT APPENDLIMIT=";
  put_number(out, session.limits().append_bytes);
  return out;
}

net::Task<Reply> handle_capability(Session& session, Command&) {
  session.out += "* CAPABILITY " + capabilities(session) + "\r\n";
  co_return ok("CAPABILITY completed");
}

net::Task<Reply> handle_noop(Session&, Command& command) {
  co_return ok(command.verb == Verb::kCheck ? "CHECK completed" : "NOOP completed");
}

net::Task<Reply> handle_logout(Session& session, Command&) {
  session.out += "* BYE Logging out\r\n";
  session.selected.reset();
  session.state = State::kLogout;
  co_return ok("LOGOUT completed");
}

net::Task<Reply> handle_id(Session& session, Command&) {
  const Options& options = session.services.options;
  session.out += "* ID (\"name\" ";
  put_string(session.out, options.server_name, false);
  if (!options.version.empty()) {
    session.out += " \"version\" ";
    put_string(session.out, options.version, false);
  }
  session.out += ")\r\n";
  co_return ok("ID completed");
}

void enable_condstore(Session& session) {
  if (session.condstore) return;
  session.condstore = true;
  if (!session.selected) return;
  session.out += "* OK [HIGHESTMODSEQ ";
  put_number(session.out, session.selected->view->state().modseq);
  session.out += "] Highest\r\n";
}

net::Task<Reply> handle_enable(Session& session, Command& command) {
  std::string enabled;
  for (const std::string& name : std::get<EnableArguments>(command.arguments).capabilities) {
    if (name == "IMAP4REV2")
      session.rev2 = session.utf8 = true;
    else if (name == "UTF8=ACCEPT")
      session.utf8 = true;
    else if (name == "CONDSTORE")
      enable_condstore(session);
    else
      continue;  // RFC 5161 3.1: what is not known is passed over
    enabled += name == "IMAP4REV2" ? " IMAP4rev2" : " " + name;
  }
  session.out += "* ENABLED" + enabled + "\r\n";
  co_return ok("ENABLE completed");
}

net::Task<Reply> handle_namespace(Session& session, Command&) {
  session.out += "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n";
  co_return ok("NAMESPACE completed");
}

base::Result<std::string> mailbox_name(const Session& session, std::string_view name) {
  auto decoded = decode_mailbox(name, session.utf8);
  if (!decoded) return base::Error{base::ErrorKind::kInvalid, "Malformed mailbox name"};
  return std::move(*decoded);
}

}  // namespace imap
