#include "store/verify.h"

#include <fmt/format.h>

#include "mime/structure.h"
#include "store/edit.h"

namespace store {

namespace {

// One account in one snapshot.
class AccountCheck {
 public:
  AccountCheck(Store& store, sql::Transaction& tx, AccountScope scope, std::optional<blob::EnterpriseKey> key, VerifyCounts& counts,
               const Report& report)
      : store_(store), tx_(tx), scope_(scope), key_(key), counts_(counts), report_(report) {}

  void run() {
    ++counts_.accounts;
    if (!key_) finding("its enterprise does not exist");
    Usage sum;
    for (const Mailbox& mailbox : store_.mailboxes(tx_, scope_)) {
      ++counts_.mailboxes;
      where_ = fmt::format(", mailbox {:?}", mailbox.name);
      check_mailbox(mailbox);
      sum.bytes += static_cast<int64_t>(mailbox.state.bytes);
      sum.messages += mailbox.state.exists;
      where_.clear();
    }
    Usage usage = store_.usage(tx_, scope_);
    if (usage.bytes != sum.bytes || usage.messages != sum.messages)
      finding(fmt::format("usage is {} bytes in {} messages, its mailboxes have {} in {}", usage.bytes, usage.messages, sum.bytes,
                          sum.messages));
    check_strays("mailbox_page");
    check_strays("message");
  }

 private:
  void finding(const std::string& what) {
    ++counts_.findings;
    report_(fmt::format("account {}{}: {}", scope_.account_id, where_, what));
  }

  void check_mailbox(const Mailbox& mailbox) {
    const MailboxState& state = mailbox.state;
    ListPtr list;
    try {
      list = load_list(tx_, scope_, state, nullptr);
    } catch (const base::Failure& failure) {
      return finding(failure.what());
    }
    uint32_t unseen = 0, deleted = 0;
    list->for_each([&](uint32_t, const Entry& entry) {
      unseen += !(entry.flags & kSeen);
      deleted += (entry.flags & kDeleted) != 0;
      if (entry.modseq > state.modseq) finding(fmt::format("UID {} has a modseq above the mailbox's", entry.uid));
      if (entry.flags >> kFirstKeywordBit >> state.keywords->size()) finding(fmt::format("UID {} has a keyword without a name", entry.uid));
    });
    if (unseen != state.unseen || deleted != state.deleted) finding("its unseen or deleted count is wrong");
    if (list->last_uid() >= state.uid_next) finding("a UID is not below UIDNEXT");
    check_messages(mailbox, *list);
  }

  void check_messages(const Mailbox& mailbox, const MailboxList& list) {
    uint64_t bytes = 0;
    uint32_t rows = 0;
    store_.for_each_message(tx_, scope_, mailbox.id, UidSet::of(1, UINT32_MAX), {.envelope = true, .structure = true},
                            [&](const MessageRow& row) {
                              ++counts_.messages;
                              ++rows;
                              bytes += row.size;
                              if (!list.find(row.uid)) finding(fmt::format("UID {} has a row and is in no page", row.uid));
                              if (key_) check_body(row);
                            });
    if (rows != list.size()) finding(fmt::format("{} messages in pages, {} rows", list.size(), rows));
    if (bytes != mailbox.state.bytes) finding(fmt::format("counts {} bytes, its messages have {}", mailbox.state.bytes, bytes));
  }

  void check_body(const MessageRow& row) {
    auto body = blob::get_verified(store_.blobs(), scope_.enterprise_id, *key_, row.blob);
    if (!body.ok()) return finding(fmt::format("the body of UID {}: {}", row.uid, body.error().text));
    if (body->size() != row.size) finding(fmt::format("UID {} has {} bytes, its row says {}", row.uid, body->size(), row.size));
    // Not compared with a new parse: a later release may read a message better than the one that stored it.
    if (!mime::view_envelope(row.envelope)) finding(fmt::format("the stored envelope of UID {} cannot be read", row.uid));
    auto structure = mime::decode_structure(row.structure);
    if (!structure || structure->body_end > body->size())
      finding(fmt::format("the stored structure of UID {} does not fit its body", row.uid));
  }

  // Rows of mailboxes that do not exist, but for those that wait to be swept.
  void check_strays(const char* table) {
    auto rows = tx_.query(
        fmt::format("select count(*) from {0} t where t.account_id = ? and not exists (select 1 from mailbox m where m.account_id = "
                    "t.account_id and m.mailbox_id = t.mailbox_id) and not exists (select 1 from dropped_mailbox d where d.account_id = "
                    "t.account_id and d.mailbox_id = t.mailbox_id)",
                    table),
        scope_.account_id);
    rows.next();
    if (rows.number(0) != 0) finding(fmt::format("{} rows of {} belong to no mailbox", rows.number(0), table));
  }

  Store& store_;
  sql::Transaction& tx_;
  const AccountScope scope_;
  const std::optional<blob::EnterpriseKey> key_;
  VerifyCounts& counts_;
  const Report& report_;
  std::string where_;
};

}  // namespace

VerifyCounts verify(Store& store, const KeyOf& key_of, const Report& report) {
  VerifyCounts counts;
  auto accounts = store.database().read([](sql::Transaction& tx) {
    std::vector<AccountScope> all;
    for (const sql::Row& row : tx.query("select enterprise_id, account_id from mail_account order by enterprise_id, account_id"))
      all.push_back({row.number(0), row.number(1)});
    return all;
  });
  for (const AccountScope& scope : accounts) {
    auto key = key_of(scope.enterprise());
    store.database().read([&](sql::Transaction& tx) { AccountCheck(store, tx, scope, key, counts, report).run(); });
  }
  return counts;
}

}  // namespace store
