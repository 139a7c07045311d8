// LIST with its selection and return options (RFC 5258 6, RFC 5819, RFC 6154, RFC 9051 6.3.9), LSUB, and the items of STATUS.
#include "imap/grammar.h"

namespace imap {
namespace {

void select_option(Scanner& in, ListArguments& out) {
  std::string word = in.keyword();
  if (word == "SUBSCRIBED")
    out.select_subscribed = out.return_subscribed = true;
  else if (word == "REMOTE")
    out.select_remote = true;
  else if (word == "RECURSIVEMATCH")
    out.select_recursive = true;
  else if (word == "SPECIAL-USE")
    out.select_special_use = out.return_special_use = true;
  else
    in.fail("Unknown LIST selection option");
}

void return_option(Scanner& in, ListArguments& out) {
  std::string word = in.keyword();
  if (word == "SUBSCRIBED") {
    out.return_subscribed = true;
  } else if (word == "CHILDREN") {
    out.return_children = true;
  } else if (word == "SPECIAL-USE") {
    out.return_special_use = true;
  } else if (word == "STATUS") {
    in.space();
    out.return_status = status_items(in);
  } else {
    in.fail("Unknown LIST return option");
  }
}

void patterns(Scanner& in, ListArguments& out) {
  if (in.peek() != '(') {
    out.patterns.push_back(in.list_mailbox());
    return;
  }
  out.extended = true;
  in.list([&] {
    out.patterns.push_back(in.list_mailbox());
    if (out.patterns.size() > 100) in.fail("Too many patterns");
  });
}

}  // namespace

StatusItems status_items(Scanner& in) {
  StatusItems out;
  in.list([&] {
    std::string word = in.keyword();
    if (word == "MESSAGES")
      out.messages = true;
    else if (word == "RECENT")
      out.recent = true;
    else if (word == "UIDNEXT")
      out.uid_next = true;
    else if (word == "UIDVALIDITY")
      out.uid_validity = true;
    else if (word == "UNSEEN")
      out.unseen = true;
    else if (word == "DELETED")
      out.deleted = true;
    else if (word == "SIZE")
      out.size = true;
    else if (word == "HIGHESTMODSEQ")
      out.highest_modseq = true;
    else if (word == "APPENDLIMIT")
      out.append_limit = true;
    else
      in.fail("Unknown STATUS item");
  });
  return out;
}

ListArguments list_arguments(Scanner& in) {
  ListArguments out;
  in.space();
  if (in.peek() == '(') {
    out.extended = true;
    in.list([&] { select_option(in, out); }, true);
    in.space();
  }
  // RFC 5258 3.5: it modifies another criterion and is none itself.
  if (out.select_recursive && !out.select_subscribed && !out.select_special_use) in.fail("RECURSIVEMATCH needs another selection option");
  out.reference = in.astring();
  in.space();
  patterns(in, out);
  if (in.take(' ')) {
    out.extended = true;
    if (!in.take_word("RETURN")) in.fail("Expected RETURN");
    in.space();
    in.list([&] { return_option(in, out); }, true);
  }
  return out;
}

ListArguments lsub_arguments(Scanner& in) {
  ListArguments out;
  in.space();
  out.reference = in.astring();
  in.space();
  out.patterns.push_back(in.list_mailbox());
  return out;
}

}  // namespace imap
