// LIST and LSUB (RFC 9051 6.3.9, RFC 5258, RFC 5819, RFC 6154, RFC 3501 6.3.9).
//
// The names that can appear are those of mailboxes, those above them that are no mailbox (\NonExistent), and subscriptions to what is no
// longer there. Each is a Node; selection options and patterns then choose among the nodes.
#include <map>

#include "imap/handlers.h"
#include "imap/mailbox_name.h"
#include "imap/response.h"

namespace imap {
namespace {

struct Node {
  const store::Mailbox* mailbox = nullptr;  // null: \NonExistent
  bool subscribed = false;
  bool has_children = false;  // a mailbox is below
  bool chosen = false;        // fits the selection options
  bool chosen_below = false;  // something below does
};

struct Listing {
  std::vector<store::Mailbox> mailboxes;
  std::vector<std::string> subscriptions;
};

using Nodes = std::map<std::string, Node, std::less<>>;

template <typename Fn>
void for_each_parent(Nodes& nodes, std::string_view name, Fn&& fn) {
  for (size_t slash = name.rfind('/'); slash != std::string_view::npos && slash > 0; slash = name.rfind('/', slash - 1))
    fn(nodes[std::string(name.substr(0, slash))]);
}

Nodes make_nodes(const Listing& listing) {
  Nodes nodes;
  for (const store::Mailbox& mailbox : listing.mailboxes) {
    Node& node = nodes[mailbox.name];
    node.mailbox = &mailbox;
    for_each_parent(nodes, mailbox.name, [](Node& parent) { parent.has_children = true; });
  }
  for (const std::string& name : listing.subscriptions) nodes[name].subscribed = true;
  return nodes;
}

bool is_chosen(const Node& node, const ListArguments& arguments) {
  if (arguments.select_subscribed && !node.subscribed) return false;
  if (arguments.select_special_use && (!node.mailbox || node.mailbox->special_use == store::SpecialUse::kNone)) return false;
  // Without selection options a subscription alone is no reason to be listed; a parent without mailbox is.
  return arguments.select_subscribed || node.mailbox || node.has_children;
}

void choose(Nodes& nodes, const ListArguments& arguments) {
  std::vector<std::string> chosen;
  for (auto& [name, node] : nodes) {
    node.chosen = is_chosen(node, arguments);
    if (node.chosen && arguments.select_recursive) chosen.push_back(name);
  }
  for (const std::string& name : chosen) for_each_parent(nodes, name, [](Node& parent) { parent.chosen_below = true; });
}

bool fits(const std::vector<std::string>& patterns, std::string_view name, const Limits& limits) {
  for (const std::string& pattern : patterns)
    if (matches_pattern(pattern, name, limits.list_matches)) return true;
  return false;
}

std::string_view use_name(store::SpecialUse use) {
  switch (use) {
    case store::SpecialUse::kNone:
      return {};
    case store::SpecialUse::kDrafts:
      return "\\Drafts";
    case store::SpecialUse::kSent:
      return "\\Sent";
    case store::SpecialUse::kJunk:
      return "\\Junk";
    case store::SpecialUse::kTrash:
      return "\\Trash";
    case store::SpecialUse::kArchive:
      return "\\Archive";
    case store::SpecialUse::kFlagged:
      return "\\Flagged";
    case store::SpecialUse::kAll:
      return "\\All";
    case store::SpecialUse::kImportant:
      return "\\Important";
  }
  return {};
}

void put_node(Session& session, std::string_view name, const Node& node, const ListArguments& arguments) {
  std::string& out = session.out;
  const char* separator = "";
  auto attribute = [&](std::string_view text) {
    if (text.empty()) return;
    out.append(separator).append(text);
    separator = " ";
  };
  out += "* LIST (";
  if (!node.mailbox) attribute(arguments.extended || session.rev2 ? "\\NonExistent" : "\\Noselect");
  attribute(node.has_children ? "\\HasChildren" : "\\HasNoChildren");
  if (arguments.return_subscribed && node.subscribed) attribute("\\Subscribed");
  if (node.mailbox) attribute(use_name(node.mailbox->special_use));
  out += ") \"/\" ";
  put_mailbox(out, name, session.utf8);
  if (node.chosen_below && arguments.select_subscribed) out += " (\"CHILDINFO\" (\"SUBSCRIBED\"))";  // RFC 5258 3.5
  out += "\r\n";
  if (arguments.return_status && node.mailbox) put_status(out, session, *node.mailbox, *arguments.return_status);
}

net::Task<> put_list(Session& session, Nodes& nodes, const ListArguments& arguments, const std::vector<std::string>& patterns) {
  choose(nodes, arguments);
  for (const auto& [name, node] : nodes) {
    if (!node.chosen && !node.chosen_below) continue;
    if (!fits(patterns, name, session.limits())) continue;
    put_node(session, name, node, arguments);
    co_await session.flush_some();
  }
}

// RFC 3501 6.3.9: subscribed names; where "%" stops above one of them, the name there as \Noselect.
void put_lsub(Session& session, Nodes& nodes, const std::vector<std::string>& patterns) {
  std::vector<std::string> subscribed;
  for (const auto& [name, node] : nodes)
    if (node.subscribed) subscribed.push_back(name);
  for (const std::string& name : subscribed) for_each_parent(nodes, name, [](Node& parent) { parent.chosen_below = true; });
  bool percent = false;
  for (const std::string& pattern : patterns) percent = percent || (!pattern.empty() && pattern.back() == '%');
  for (const auto& [name, node] : nodes) {
    const bool above = percent && node.chosen_below;
    if ((!node.subscribed && !above) || !fits(patterns, name, session.limits())) continue;
    session.out += node.subscribed ? "* LSUB () \"/\" " : "* LSUB (\\Noselect) \"/\" ";
    put_mailbox(session.out, name, session.utf8);
    session.out += "\r\n";
  }
}

std::optional<std::vector<std::string>> full_patterns(const Session& session, const ListArguments& arguments) {
  std::vector<std::string> out;
  for (const std::string& pattern : arguments.patterns) {
    auto decoded = decode_mailbox(arguments.reference + pattern, session.utf8);
    if (!decoded) return std::nullopt;
    out.push_back(std::move(*decoded));
  }
  return out;
}

}  // namespace

net::Task<Reply> handle_list(Session& session, Command& command) {
  const auto& arguments = std::get<ListArguments>(command.arguments);
  const bool lsub = command.verb == Verb::kLsub;
  const std::string done = lsub ? "LSUB completed" : "LIST completed";
  if (!arguments.extended && !lsub && arguments.patterns.front().empty()) {  // RFC 9051 6.3.9: what the separator is
    session.out += "* LIST (\\Noselect) \"/\" \"\"\r\n";
    co_return ok(done);
  }
  const auto patterns = full_patterns(session, arguments);
  if (!patterns) co_return no("[CANNOT] Malformed mailbox name");
  if (arguments.return_status && arguments.return_status->highest_modseq) enable_condstore(session);
  store::Store& store = session.services.store;
  const auto scope = session.scope();
  auto read = [&store, scope](sql::Transaction& tx) {
    Listing listing;
    listing.mailboxes = store.mailboxes(tx, scope);
    listing.subscriptions = store.subscriptions(tx, scope);
    return listing;
  };
  const Listing listing = co_await session.database().async_read(read);
  Nodes nodes = make_nodes(listing);
  if (lsub)
    put_lsub(session, nodes, *patterns);
  else
    co_await put_list(session, nodes, arguments, *patterns);
  co_return ok(done);
}

}  // namespace imap
