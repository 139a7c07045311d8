// Messages: made ready, appended, read, copied and moved.

#include "base/record.h"
#include "mime/content.h"
#include "mime/structure.h"
#include "store/edit.h"
#include "text/html_to_text.h"

namespace store {

namespace {

constexpr uint32_t kLastUid = UINT32_MAX - 1;

base::Error no_room(const char* what) { return {base::ErrorKind::kLimit, what}; }

// Adds to an account's usage; kOverQuota when that passes `quota` (0: none) and nothing was added.
base::Result<void> charge(sql::Transaction& tx, AccountScope scope, int64_t bytes, int64_t messages, int64_t quota) {
  int64_t changed = tx.execute(
      "update mail_account set used_bytes = used_bytes + ?, used_messages = used_messages + ? "
      "where account_id = ? and enterprise_id = ? and (? <= 0 or used_bytes + ? <= ?)",
      bytes, messages, scope.account_id, scope.enterprise_id, quota, bytes, quota);
  if (changed == 1) return {};
  return base::Error{base::ErrorKind::kOverQuota, "the mailbox is full"};
}

void insert_message(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id, uint32_t uid, int64_t email_id, base::Time now,
                    const NewMessage& message) {
  tx.execute_later(
      "insert into message (account_id, mailbox_id, uid, email_id, received_at, saved_at, size, blob_id, preview, envelope, structure) "
      "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      scope.account_id, mailbox_id, uid, email_id, base::to_micros(message.received_at), base::to_micros(now), message.size,
      sql::Blob{message.blob.view()}, message.preview, sql::Blob{message.envelope}, sql::Blob{message.structure});
}

struct Sum {
  int64_t bytes = 0, messages = 0;
};

Sum sum_of(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id, const UidSet& uids) {
  Sum sum;
  for (const UidRange& range : uids.ranges()) {
    for (const sql::Row& row : tx.query("select size from message where account_id = ? and mailbox_id = ? and uid between ? and ?",
                                        scope.account_id, mailbox_id, range.first, range.last)) {
      sum.bytes += row.number(0);
      ++sum.messages;
    }
  }
  return sum;
}

}  // namespace

NewMessage Store::prepare(std::string_view bytes, const blob::EnterpriseKey& key, base::Time received_at) const {
  mime::Message parsed = mime::parse(bytes, mime_limits_);
  NewMessage message;
  message.blob = blob::blob_id(key, bytes);
  message.size = bytes.size();
  message.received_at = received_at;
  message.envelope = mime::encode_envelope(parsed.envelope);
  message.structure = mime::encode_structure(parsed.root);
  message.preview = mime::preview(parsed, limits_.preview_bytes, text::html_beginning);
  return message;
}

base::Result<Appended> Store::append(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id, std::span<const NewMessage> messages,
                                     int64_t quota_bytes) {
  auto edit = Edit::open(*this, tx, scope, mailbox_id);
  if (!edit.ok()) return edit.error();
  Appended appended{.uid_validity = edit->state().uid_validity, .uids = {}};
  if (messages.empty()) return appended;
  if (edit->state().exists + messages.size() > limits_.messages || messages.size() > kLastUid - edit->uid_next())
    return no_room("the mailbox holds as many messages as it may");

  std::vector<FlagSet> flags;
  int64_t bytes = 0;
  for (const NewMessage& message : messages) {
    auto resolved = edit->resolve(message.flags);
    if (!resolved.ok()) return resolved.error();
    flags.push_back(*resolved);
    bytes += static_cast<int64_t>(message.size);
  }
  if (auto paid = charge(tx, scope, bytes, static_cast<int64_t>(messages.size()), quota_bytes); !paid.ok()) return paid.error();

  base::Time now = clock_.now();
  for (size_t i = 0; i < messages.size(); ++i) {
    uint32_t uid = edit->uid_next();
    edit->append({uid, flags[i], edit->modseq()}, messages[i].size);
    insert_message(tx, scope, mailbox_id, uid, ids_.next(), now, messages[i]);
    appended.uids.push_back(uid);
  }
  edit->finish();
  return appended;
}

void Store::for_each_message(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id, const UidSet& uids, Columns columns,
                             const std::function<void(const MessageRow&)>& fn) {
  // One statement a choice of columns, so that each is prepared once.
  static const auto kSelects = [] {
    std::array<std::string, 4> made;
    for (size_t i = 0; i < made.size(); ++i)
      made[i] = std::string("select uid, email_id, received_at, saved_at, size, blob_id, ") + (i & 1 ? "envelope" : "null") + ", " +
                (i & 2 ? "structure" : "null") +
                " from message where account_id = ? and mailbox_id = ? and uid between ? and ? order by uid";
    return made;
  }();
  const std::string& select = kSelects[(columns.envelope ? 1 : 0) | (columns.structure ? 2 : 0)];
  MessageRow message;
  for (const UidRange& range : uids.ranges()) {
    for (const sql::Row& row : tx.query(select, scope.account_id, mailbox_id, range.first, range.last)) {
      message.uid = static_cast<uint32_t>(row.number(0));
      message.email_id = row.number(1);
      message.received_at = base::from_micros(row.number(2));
      message.saved_at = base::from_micros(row.number(3));
      message.size = static_cast<uint64_t>(row.number(4));
      message.blob = blob::BlobId::from(row.blob(5));
      if (columns.envelope) message.envelope = row.blob(6);
      if (columns.structure) message.structure = row.blob(7);
      fn(message);
    }
  }
}

base::Result<Copied> Store::copy(sql::Transaction& tx, AccountScope scope, int64_t from, const UidSet& uids, int64_t to,
                                 int64_t quota_bytes) {
  auto source = list(tx, scope, from);
  if (!source.ok()) return source.error();
  auto target = Edit::open(*this, tx, scope, to);
  if (!target.ok()) return target.error();

  Sum sum = sum_of(tx, scope, from, uids);
  Copied copied{.uid_validity = target->state().uid_validity, .source = {}, .target = {}};
  if (sum.messages == 0) return copied;
  if (target->state().exists + static_cast<uint64_t>(sum.messages) > limits_.messages ||
      sum.messages > int64_t{kLastUid} - target->uid_next())
    return no_room("the mailbox holds as many messages as it may");
  // What the target cannot name is found out before anything is written.
  std::vector<std::pair<Entry, FlagSet>> plan;
  std::optional<base::Error> refused;
  (*source)->for_each(uids, [&](uint32_t, const Entry& entry) {
    FlagNames names{entry.flags & kSystemFlags, {}};
    for (auto name : flag_names(entry.flags & ~kSystemFlags, *(*source)->state().keywords)) names.keywords.emplace_back(name);
    auto flags = target->resolve(names);
    if (!flags.ok())
      refused = flags.error();
    else
      plan.emplace_back(entry, *flags);
  });
  if (refused) return *refused;
  if (auto paid = charge(tx, scope, sum.bytes, sum.messages, quota_bytes); !paid.ok()) return paid.error();

  for (const auto& [entry, flags] : plan) {
    uint32_t uid = target->uid_next();
    target->append({uid, flags, target->modseq()}, 0);
    tx.execute_later(
        "insert into message (account_id, mailbox_id, uid, email_id, received_at, saved_at, size, blob_id, preview, envelope, structure) "
        "select account_id, ?, ?, ?, received_at, ?, size, blob_id, preview, envelope, structure from message "
        "where account_id = ? and mailbox_id = ? and uid = ?",
        to, uid, ids_.next(), base::to_micros(clock_.now()), scope.account_id, from, entry.uid);
    copied.source.add(entry.uid);
    copied.target.add(uid);
  }
  target->add_bytes(sum.bytes);
  target->finish();
  return copied;
}

base::Result<Copied> Store::move(sql::Transaction& tx, AccountScope scope, int64_t from, const UidSet& uids, int64_t to) {
  if (from == to) return base::Error{base::ErrorKind::kInvalid, "a message cannot move into its own mailbox"};
  auto copied = copy(tx, scope, from, uids, to, 0);
  if (!copied.ok()) return copied.error();
  // What was copied must leave: a failure here undoes the copy with the whole closure.
  base::value_or_throw(remove_messages(tx, scope, from, copied->source));
  return copied;
}

base::Result<uint64_t> Store::remove_messages(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id, const UidSet& uids) {
  auto edit = Edit::open(*this, tx, scope, mailbox_id);
  if (!edit.ok()) return edit.error();
  if (uids.empty()) return edit->state().modseq;
  Sum sum = sum_of(tx, scope, mailbox_id, uids);
  edit->remove(uids, static_cast<uint64_t>(sum.bytes));
  std::string gone;
  for (const UidRange& range : uids.ranges()) {
    tx.execute_later("delete from message where account_id = ? and mailbox_id = ? and uid between ? and ?", scope.account_id, mailbox_id,
                     range.first, range.last);
    base::put_varint(gone, range.first);
    base::put_varint(gone, range.last - range.first);
  }
  tx.execute_later("insert into tombstone (account_id, mailbox_id, modseq, expunged_at, uids) values (?, ?, ?, ?, ?)", scope.account_id,
                   mailbox_id, edit->modseq(), base::to_micros(clock_.now()), sql::Blob{gone});
  tx.execute_later(
      "update mail_account set used_bytes = used_bytes - ?, used_messages = used_messages - ?, freed_bytes = freed_bytes + ? "
      "where account_id = ? and enterprise_id = ?",
      sum.bytes, sum.messages, sum.bytes, scope.account_id, scope.enterprise_id);
  uint64_t modseq = edit->modseq();
  edit->finish();
  return modseq;
}

}  // namespace store
