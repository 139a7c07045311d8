#include "imap/syntax.h"

#include <array>

#include "base/text.h"
#include "imap/grammar.h"
#include "imap/scanner.h"

namespace imap {
namespace {

using Arguments = decltype(Command::arguments);

Arguments no_arguments(Scanner&) { return NoArguments{}; }

Arguments id_arguments(Scanner& in) {  // RFC 2971
  IdArguments out;
  in.space();
  if (in.take_word("NIL")) return out;
  bool is_name = true;
  std::string name;
  in.list(
      [&] {
        if (is_name) {
          name = in.string();
        } else {
          out.fields.emplace_back(std::move(name), in.nstring().value_or(""));
          if (out.fields.size() > 30) in.fail("Too many ID fields");  // RFC 2971 3.3
        }
        is_name = !is_name;
      },
      true);
  if (!is_name) in.fail("ID field without a value");
  return out;
}

Arguments authenticate_arguments(Scanner& in) {
  AuthenticateArguments out;
  in.space();
  out.mechanism = in.keyword();
  if (in.take(' ')) out.initial = std::string(in.atom());  // RFC 4959
  return out;
}

Arguments login_arguments(Scanner& in) {
  LoginArguments out;
  in.space();
  out.user = in.astring();
  in.space();
  out.password = in.astring();
  return out;
}

Arguments enable_arguments(Scanner& in) {
  EnableArguments out;
  while (!in.at_end()) {
    in.space();
    out.capabilities.push_back(in.keyword());
    if (out.capabilities.size() > 100) in.fail("Too many capabilities");
  }
  if (out.capabilities.empty()) in.fail("Expected a capability");
  return out;
}

Arguments select_arguments(Scanner& in) {
  SelectArguments out;
  in.space();
  out.mailbox = in.astring();
  if (!in.take(' ')) return out;
  in.list([&] {
    if (in.keyword() == "CONDSTORE")  // RFC 7162 3.1.8
      out.condstore = true;
    else
      in.fail("Unknown SELECT parameter");
  });
  return out;
}

Arguments mailbox_arguments(Scanner& in) {
  in.space();
  return MailboxArguments{in.astring()};
}

Arguments create_arguments(Scanner& in) {
  CreateArguments out;
  in.space();
  out.mailbox = in.astring();
  if (!in.take(' ')) return out;
  in.list([&] {  // RFC 6154 3
    if (in.keyword() != "USE") return in.fail("Unknown CREATE parameter");
    in.space();
    in.list([&] { out.uses.push_back(in.flag()); }, true);
  });
  return out;
}

Arguments rename_arguments(Scanner& in) {
  RenameArguments out;
  in.space();
  out.from = in.astring();
  in.space();
  out.to = in.astring();
  return out;
}

Arguments status_arguments(Scanner& in) {
  StatusArguments out;
  in.space();
  out.mailbox = in.astring();
  in.space();
  out.items = status_items(in);
  return out;
}

AppendMessage append_message(Scanner& in) {
  AppendMessage out;
  if (in.peek() == '(') {
    out.flags = in.flags();
    in.space();
  }
  if (in.peek() == '"') {
    out.date = in.date_time();
    in.space();
  }
  bool binary = false;
  if (in.take_word("UTF8")) {  // RFC 6855 4
    in.space();
    in.expect('(');
    out.body = in.literal(binary);
    in.expect(')');
  } else {
    out.body = in.literal(binary);
  }
  if (!binary && out.body.find('\0') != std::string::npos) in.fail("NUL in a literal that is not binary");
  return out;
}

Arguments append_arguments(Scanner& in) {
  AppendArguments out;
  in.space();
  out.mailbox = in.astring();
  do {
    in.space();
    if (out.messages.size() == in.limits().append_messages) in.fail("Too many messages");
    if (!in.failed()) out.messages.push_back(append_message(in));
  } while (in.peek() == ' ');  // RFC 3502
  return out;
}

Arguments expunge_arguments(Scanner& in) {
  ExpungeArguments out;
  if (in.at_end()) return out;
  in.space();
  out.uids = in.sequence_set();
  return out;
}

Arguments copy_arguments(Scanner& in) {
  CopyArguments out;
  in.space();
  out.set = in.sequence_set();
  in.space();
  out.mailbox = in.astring();
  return out;
}

Arguments store_arguments(Scanner& in) {
  StoreArguments out;
  in.space();
  out.set = in.sequence_set();
  in.space();
  if (in.peek() == '(') {  // RFC 7162 3.1.3
    in.list([&] {
      if (in.keyword() != "UNCHANGEDSINCE") return in.fail("Unknown STORE modifier");
      in.space();
      out.unchanged_since = in.number64();
    });
    in.space();
  }
  if (in.take('+'))
    out.change = store::FlagChange::kAdd;
  else if (in.take('-'))
    out.change = store::FlagChange::kRemove;
  std::string item = in.keyword();
  out.silent = item == "FLAGS.SILENT";
  if (!out.silent && item != "FLAGS") in.fail("Unknown STORE item");
  in.space();
  out.flags = in.flags();
  return out;
}

struct Rule {
  std::string_view name;
  Verb verb;
  Arguments (*parse)(Scanner&);
  bool uid_too = false;  // has a UID form
};

constexpr std::array kRules = {
    Rule{"CAPABILITY", Verb::kCapability, no_arguments},
    Rule{"NOOP", Verb::kNoop, no_arguments},
    Rule{"LOGOUT", Verb::kLogout, no_arguments},
    Rule{"ID", Verb::kId, id_arguments},
    Rule{"STARTTLS", Verb::kStartTls, no_arguments},
    Rule{"AUTHENTICATE", Verb::kAuthenticate, authenticate_arguments},
    Rule{"LOGIN", Verb::kLogin, login_arguments},
    Rule{"ENABLE", Verb::kEnable, enable_arguments},
    Rule{"NAMESPACE", Verb::kNamespace, no_arguments},
    Rule{"SELECT", Verb::kSelect, select_arguments},
    Rule{"EXAMINE", Verb::kExamine, select_arguments},
    Rule{"CREATE", Verb::kCreate, create_arguments},
    Rule{"DELETE", Verb::kDelete, mailbox_arguments},
    Rule{"RENAME", Verb::kRename, rename_arguments},
    Rule{"SUBSCRIBE", Verb::kSubscribe, mailbox_arguments},
    Rule{"UNSUBSCRIBE", Verb::kUnsubscribe, mailbox_arguments},
    Rule{"LIST", Verb::kList, [](Scanner& in) -> Arguments { return list_arguments(in); }},
    Rule{"LSUB", Verb::kLsub, [](Scanner& in) -> Arguments { return lsub_arguments(in); }},
    Rule{"STATUS", Verb::kStatus, status_arguments},
    Rule{"APPEND", Verb::kAppend, append_arguments},
    Rule{"IDLE", Verb::kIdle, no_arguments},
    Rule{"CHECK", Verb::kCheck, no_arguments},
    Rule{"CLOSE", Verb::kClose, no_arguments},
    Rule{"UNSELECT", Verb::kUnselect, no_arguments},
    Rule{"EXPUNGE", Verb::kExpunge, expunge_arguments, true},
    Rule{"SEARCH", Verb::kSearch, [](Scanner& in) -> Arguments { return search_arguments(in); }, true},
    Rule{"FETCH", Verb::kFetch, [](Scanner& in) -> Arguments { return fetch_arguments(in); }, true},
    Rule{"STORE", Verb::kStore, store_arguments, true},
    Rule{"COPY", Verb::kCopy, copy_arguments, true},
    Rule{"MOVE", Verb::kMove, copy_arguments, true},
};

const Rule* find_rule(std::string_view name) {
  for (const Rule& rule : kRules)
    if (base::iequals(rule.name, name)) return &rule;
  return nullptr;
}

void parse_command(Scanner& in, Command& out) {
  in.space();
  std::string name = in.keyword();
  if (name == "UID") {
    out.uid = true;
    in.space();
    name = in.keyword();
  }
  if (in.failed()) return;
  const Rule* rule = find_rule(name);
  if (!rule || (out.uid && !rule->uid_too)) return in.fail("Unknown command");
  out.verb = rule->verb;
  out.arguments = rule->parse(in);
  if (rule->verb == Verb::kExpunge && !in.failed() && out.uid != std::get<ExpungeArguments>(out.arguments).uids.has_value())
    in.fail(out.uid ? "UID EXPUNGE needs a UID set" : "EXPUNGE takes no arguments");  // RFC 4315 2.1
  in.end();
}

}  // namespace

std::optional<LiteralMark> literal_mark(std::string_view line) {
  if (line.empty() || line.back() != '}') return std::nullopt;
  size_t open = line.rfind('{');
  if (open == std::string_view::npos) return std::nullopt;
  LiteralMark mark;
  std::string_view digits = line.substr(open + 1, line.size() - open - 2);
  if (!digits.empty() && digits.back() == '+') {  // RFC 7888
    mark.synchronizing = false;
    digits.remove_suffix(1);
  }
  auto size = base::parse_number(digits);
  if (!size) return std::nullopt;
  mark.size = *size;
  mark.binary = open > 0 && line[open - 1] == '~';
  return mark;
}

std::string tag_of(std::string_view first_line) {
  RawCommand raw{std::string(first_line), {}};
  const Limits limits;
  return Scanner(raw, limits).tag();
}

bool is_append(std::string_view first_line) {
  size_t space = first_line.find(' ');
  return space != std::string_view::npos && base::istarts_with(first_line.substr(space + 1), "APPEND ");
}

std::variant<Command, SyntaxError> parse(RawCommand raw, const Limits& limits) {
  Scanner in(raw, limits);
  Command command;
  command.tag = in.tag();
  if (in.failed()) return SyntaxError{"", in.error()};
  parse_command(in, command);
  if (in.failed()) return SyntaxError{std::move(command.tag), in.error()};
  return command;
}

}  // namespace imap
