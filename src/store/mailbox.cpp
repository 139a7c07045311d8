// Mailboxes: their names, made, renamed and deleted (RFC 9051 6.3.4 to 6.3.8).

#include <algorithm>

#include "base/text.h"
#include "store/cache.h"
#include "store/edit.h"

namespace store {

const char kMailboxColumns[] =
    "mailbox_id, name, special_use, uid_validity, uid_next, modseq, messages, unseen, deleted, bytes, recent_from, keywords";

Mailbox read_mailbox(const sql::Row& row) {
  Mailbox mailbox;
  mailbox.id = row.number(0);
  mailbox.name = row.text(1);
  mailbox.special_use = static_cast<SpecialUse>(row.number(2));
  MailboxState& state = mailbox.state;
  state.mailbox_id = mailbox.id;
  state.uid_validity = static_cast<uint32_t>(row.number(3));
  state.uid_next = static_cast<uint32_t>(row.number(4));
  state.modseq = static_cast<uint64_t>(row.number(5));
  state.exists = static_cast<uint32_t>(row.number(6));
  state.unseen = static_cast<uint32_t>(row.number(7));
  state.deleted = static_cast<uint32_t>(row.number(8));
  state.bytes = static_cast<uint64_t>(row.number(9));
  state.recent_from = static_cast<uint32_t>(row.number(10));
  if (auto keywords = row.blob(11); !keywords.empty())
    state.keywords = std::make_shared<std::vector<std::string>>(decode_keywords(keywords));
  return mailbox;
}

namespace {

// INBOX in any case is INBOX, also as the first level of a longer name (RFC 9051 5.1).
std::string canonical_name(std::string_view name) {
  if (base::istarts_with(name, "INBOX") && (name.size() == 5 || name[5] == '/')) return "INBOX" + std::string(name.substr(5));
  return std::string(name);
}

base::Result<void> check_name(std::string_view name, const Limits& limits) {
  auto bad = [](const char* why) { return base::Error{base::ErrorKind::kInvalid, why}; };
  if (name.empty()) return bad("a mailbox needs a name");
  if (name.size() > limits.name_bytes) return bad("the mailbox name is too long");
  if (!base::is_valid_utf8(name)) return bad("the mailbox name is not UTF-8");
  for (unsigned char c : name)
    if (c < 0x20 || c == 0x7f) return bad("the mailbox name has a control character");  // RFC 9051 5.1
  auto levels = base::split(name, '/');
  if (levels.size() > limits.name_depth) return bad("the mailbox name has too many levels");
  for (auto level : levels)
    if (level.empty()) return bad("the mailbox name has an empty level");
  return {};
}

// Greater than any the account has used, so that a name that is used again never shows old UIDs as new (RFC 9051 2.3.1.1).
uint32_t next_uid_validity(sql::Transaction& tx, AccountScope scope, base::Time now) {
  auto rows = tx.query(
      "update mail_account set uid_validity = case when uid_validity < ? then ? else uid_validity + 1 end "
      "where account_id = ? and enterprise_id = ? returning uid_validity",
      base::to_seconds(now), base::to_seconds(now), scope.account_id, scope.enterprise_id);
  if (!rows.next()) throw base::Failure(base::ErrorKind::kNotFound, "no such account");
  return static_cast<uint32_t>(rows.number(0));
}

// Tells the account's sessions that the set of mailboxes changed.
void announce(sql::Transaction& tx, ChangeFeed& feed, AccountScope scope) {
  tx.on_commit([&feed, scope] { feed.publish(scope, {}); });
}

std::string select_mailboxes() {
  return std::string("select ") + kMailboxColumns +
         ", (select count(*) from subscription s where s.account_id = mailbox.account_id and s.name = mailbox.name) from mailbox where "
         "account_id = ?";
}

Mailbox read_with_subscription(const sql::Row& row) {
  Mailbox mailbox = read_mailbox(row);
  mailbox.subscribed = row.number(12) != 0;
  return mailbox;
}

}  // namespace

std::vector<Mailbox> Store::mailboxes(sql::Transaction& tx, AccountScope scope) {
  static const std::string kSelect = select_mailboxes();
  std::vector<Mailbox> all;
  for (const sql::Row& row : tx.query(kSelect, scope.account_id)) all.push_back(read_with_subscription(row));
  std::sort(all.begin(), all.end(), [](const Mailbox& a, const Mailbox& b) { return a.name < b.name; });
  return all;
}

std::vector<std::string> Store::subscriptions(sql::Transaction& tx, AccountScope scope) {
  std::vector<std::string> names;
  for (const sql::Row& row : tx.query("select name from subscription where account_id = ?", scope.account_id))
    names.emplace_back(row.text(0));
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<Mailbox> Store::find_mailbox(sql::Transaction& tx, AccountScope scope, std::string_view name) {
  static const std::string kSelect = select_mailboxes() + " and name = ?";
  auto rows = tx.query(kSelect, scope.account_id, canonical_name(name));
  if (!rows.next()) return std::nullopt;
  return read_with_subscription(rows.row());
}

base::Result<Mailbox> Store::create_mailbox(sql::Transaction& tx, AccountScope scope, std::string_view wanted, SpecialUse use) {
  std::string name = canonical_name(wanted);
  if (auto good = check_name(name, limits_); !good.ok()) return good.error();
  if (find_mailbox(tx, scope, name)) return base::Error{base::ErrorKind::kExists, "the mailbox exists already"};
  auto rows = tx.query("select count(*) from mailbox where account_id = ?", scope.account_id);
  rows.next();
  auto levels = static_cast<size_t>(std::count(name.begin(), name.end(), '/')) + 1;
  if (static_cast<size_t>(rows.number(0)) + levels > limits_.mailboxes)
    return base::Error{base::ErrorKind::kLimit, "the account has too many mailboxes"};

  // RFC 9051 6.3.4: superior names are made too.
  for (size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
    std::string parent = name.substr(0, slash);
    if (find_mailbox(tx, scope, parent)) continue;
    if (auto made = create_mailbox(tx, scope, parent); !made.ok()) return made.error();
  }
  int64_t id = ids_.next();
  int64_t made = tx.execute(
      "insert into mailbox (account_id, mailbox_id, name, special_use, uid_validity, uid_next, modseq, messages, unseen, deleted, bytes, "
      "recent_from, "
      "next_page, pruned_modseq, keywords) values (?, ?, ?, ?, ?, 1, 1, 0, 0, 0, 0, 1, 1, 0, ?) on conflict do nothing",
      scope.account_id, id, name, use, next_uid_validity(tx, scope, clock_.now()), sql::Blob{""});
  if (made == 0) return base::Error{base::ErrorKind::kExists, "the mailbox exists already"};
  announce(tx, feed_, scope);
  return *find_mailbox(tx, scope, name);
}

base::Result<void> Store::delete_mailbox(sql::Transaction& tx, AccountScope scope, std::string_view name) {
  auto mailbox = find_mailbox(tx, scope, name);
  if (!mailbox) return base::Error{base::ErrorKind::kNotFound, "no such mailbox"};
  if (mailbox->name == "INBOX") return base::Error{base::ErrorKind::kDenied, "INBOX cannot be deleted"};
  tx.execute(
      "update mail_account set used_bytes = used_bytes - ?, used_messages = used_messages - ? where account_id = ? and enterprise_id = ?",
      mailbox->state.bytes, mailbox->state.exists, scope.account_id, scope.enterprise_id);
  for (const char* table : {"mailbox", "mailbox_page", "tombstone"})
    tx.execute("delete from " + std::string(table) + " where account_id = ? and mailbox_id = ?", scope.account_id, mailbox->id);
  // Its messages are no longer reachable; sweep() removes their rows in small steps.
  tx.execute("insert into dropped_mailbox (account_id, mailbox_id) values (?, ?)", scope.account_id, mailbox->id);
  tx.on_commit([this, scope, id = mailbox->id] {
    cache_->drop(scope, id);
    feed_.publish(scope, {.mailbox_id = id, .mailbox_gone = true});
  });
  announce(tx, feed_, scope);
  return {};
}

base::Result<void> Store::rename_mailbox(sql::Transaction& tx, AccountScope scope, std::string_view from, std::string_view wanted) {
  std::string to = canonical_name(wanted);
  auto mailbox = find_mailbox(tx, scope, from);
  if (!mailbox) return base::Error{base::ErrorKind::kNotFound, "no such mailbox"};
  if (auto good = check_name(to, limits_); !good.ok()) return good.error();
  if (find_mailbox(tx, scope, to)) return base::Error{base::ErrorKind::kExists, "the mailbox exists already"};
  if (mailbox->name == "INBOX") {
    // RFC 9051 6.3.6: its messages move, INBOX stays and its children are not renamed.
    auto made = create_mailbox(tx, scope, to);
    if (!made.ok()) return made.error();
    auto moved = move(tx, scope, mailbox->id, UidSet::of(1, UINT32_MAX), made->id);
    return moved.ok() ? base::Result<void>() : base::Result<void>(moved.error());
  }
  if (to.starts_with(mailbox->name + "/")) return base::Error{base::ErrorKind::kInvalid, "a mailbox cannot move into itself"};
  if (size_t slash = to.rfind('/'); slash != std::string::npos && !find_mailbox(tx, scope, to.substr(0, slash))) {
    if (auto made = create_mailbox(tx, scope, to.substr(0, slash)); !made.ok()) return made.error();
  }
  for (const Mailbox& each : mailboxes(tx, scope)) {
    if (each.id != mailbox->id && !each.name.starts_with(mailbox->name + "/")) continue;
    std::string renamed = to + each.name.substr(mailbox->name.size());
    if (auto good = check_name(renamed, limits_); !good.ok()) throw base::Failure(good.error());
    tx.execute("update mailbox set name = ? where account_id = ? and mailbox_id = ?", renamed, scope.account_id, each.id);
  }
  announce(tx, feed_, scope);
  return {};
}

void Store::set_subscribed(sql::Transaction& tx, AccountScope scope, std::string_view wanted, bool subscribed) {
  std::string name = canonical_name(wanted);
  // Names need no mailbox behind them (RFC 9051 6.3.7), so they have a limit of their own.
  if (subscribed && subscriptions(tx, scope).size() >= 2 * limits_.mailboxes)
    throw base::Failure(base::ErrorKind::kLimit, "the account has too many subscriptions");
  if (subscribed)
    tx.execute("insert into subscription (account_id, name) values (?, ?) on conflict do nothing", scope.account_id, name);
  else
    tx.execute("delete from subscription where account_id = ? and name = ?", scope.account_id, name);
  announce(tx, feed_, scope);
}

}  // namespace store
