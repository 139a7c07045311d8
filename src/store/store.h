#pragma once
// The store: mailboxes, messages, flags and changes of every account. The only writer of message data.
//
// Every operation is an ordinary function over a transaction: it runs inside Database::read or write, and its result is durable when that
// write completes. A write that changes a mailbox makes a new version of its list (store/list.h), which sessions see once the group has
// been committed; the change feed tells them. A body goes to the blob store first (start_put, wait), then the row: prepare() and append()
// are the two halves.
//
//   store::NewMessage message = store.prepare(bytes, enterprise_key, now);                        // I/O thread: pure computation
//   co_await blobs.async_put(enterprise, message.blob, bytes);
//   auto done = co_await db.async_write([&](sql::Transaction& tx) { return store.append(tx, scope, mailbox, {&message, 1}, quota); });
//
// Errors are results where a caller decides (no such mailbox, over quota, exists); what the database throws passes through.

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"
#include "blob/blob_store.h"
#include "mime/message.h"
#include "sql/database.h"
#include "sql/scope.h"
#include "store/feed.h"
#include "store/flags.h"
#include "store/list.h"
#include "store/uid_set.h"

namespace store {

using sql::AccountScope;

struct Limits {
  size_t mailboxes = 2'000;        // of one account
  size_t name_bytes = 1'000;       // of a mailbox's full name
  size_t name_depth = 50;          // levels of a name
  uint64_t messages = 4'000'000;   // of one mailbox
  size_t cache_bytes = 64u << 20;  // mailbox lists kept although no session has them open
  size_t preview_bytes = 256;
};

// Stored numbers: DO NOT CHANGE. RFC 6154.
enum class SpecialUse { kNone = 0, kDrafts = 1, kSent = 2, kJunk = 3, kTrash = 4, kArchive = 5, kFlagged = 6, kAll = 7, kImportant = 8 };

struct Mailbox {
  int64_t id = 0;
  std::string name;  // full path in UTF-8, levels separated by '/'; INBOX in capitals
  SpecialUse special_use = SpecialUse::kNone;
  bool subscribed = false;
  MailboxState state;
};

// A message ready to be stored: everything that is computed from its bytes, once for all recipients of one enterprise.
struct NewMessage {
  blob::BlobId blob;
  uint64_t size = 0;
  base::Time received_at{};  // INTERNALDATE
  std::string envelope;      // mime::encode_envelope
  std::string structure;     // mime::encode_structure
  std::string preview;
  FlagNames flags;
};

// One stored message without its body; views live until the next row.
struct MessageRow {
  uint32_t uid = 0;
  int64_t email_id = 0;
  base::Time received_at{};
  base::Time saved_at{};
  uint64_t size = 0;
  blob::BlobId blob;
  std::string_view envelope;   // empty unless asked for
  std::string_view structure;  // empty unless asked for
};
struct Columns {
  bool envelope = false;
  bool structure = false;
};

struct Appended {
  uint32_t uid_validity = 0;
  std::vector<uint32_t> uids;  // in the order given
};
struct Copied {
  uint32_t uid_validity = 0;  // of the target
  UidSet source, target;      // RFC 4315 COPYUID: the n-th of one is the n-th of the other
};

enum class FlagChange { kReplace, kAdd, kRemove };
struct FlagResult {
  UidSet changed;       // now as asked and newly so (modseq moved)
  UidSet refused;       // newer than unchanged_since: left alone (RFC 7162 3.1.3)
  uint64_t modseq = 0;  // of the change; the mailbox's when nothing changed
  ListPtr list;         // the version this change made
};
struct ExpungeResult {
  UidSet expunged;
  uint64_t modseq = 0;
};

struct Usage {
  int64_t bytes = 0;
  int64_t messages = 0;
};

class Store {
 public:
  Store(sql::Database& db, blob::BlobStore& blobs, ChangeFeed& feed, const base::Clock& clock, base::IdMaker& ids, Limits limits = {},
        mime::Limits mime_limits = {});
  ~Store();

  sql::Database& database() { return db_; }
  blob::BlobStore& blobs() { return blobs_; }
  ChangeFeed& feed() { return feed_; }
  const Limits& limits() const { return limits_; }
  const mime::Limits& mime_limits() const { return mime_limits_; }

  // --- accounts (account.cpp) ---
  // INBOX and Drafts, Sent, Junk, Trash, Archive with their special use, all subscribed. Harmless when they exist.
  void create_account(sql::Transaction& tx, AccountScope scope);
  Usage usage(sql::Transaction& tx, AccountScope scope);

  // --- mailboxes (mailbox.cpp); names are compared exactly, but INBOX in any case ---
  std::vector<Mailbox> mailboxes(sql::Transaction& tx, AccountScope scope);          // by name
  std::vector<std::string> subscriptions(sql::Transaction& tx, AccountScope scope);  // names, also of mailboxes that no longer exist
  std::optional<Mailbox> find_mailbox(sql::Transaction& tx, AccountScope scope, std::string_view name);
  // Makes missing parents too. kExists, kInvalid (bad name), kLimit.
  base::Result<Mailbox> create_mailbox(sql::Transaction& tx, AccountScope scope, std::string_view name, SpecialUse use = SpecialUse::kNone);
  // With its messages; children stay, as RFC 9051 6.3.5 says. kNotFound, kDenied (INBOX).
  base::Result<void> delete_mailbox(sql::Transaction& tx, AccountScope scope, std::string_view name);
  // With all children; renaming INBOX moves its messages into a new mailbox (RFC 9051 6.3.6). kNotFound, kExists, kInvalid.
  base::Result<void> rename_mailbox(sql::Transaction& tx, AccountScope scope, std::string_view from, std::string_view to);
  void set_subscribed(sql::Transaction& tx, AccountScope scope, std::string_view name, bool subscribed);

  // --- lists (lists.cpp) ---
  // The latest version as of this transaction; kNotFound when there is no such mailbox in the scope.
  base::Result<ListPtr> list(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id);
  // The latest committed version if it is in memory: no database, any thread. Null when it was never loaded, was dropped, or the mailbox is
  // gone.
  ListPtr committed(AccountScope scope, int64_t mailbox_id) const;

  // --- messages (message.cpp) ---
  // `bytes` parsed and hashed. Pure; 50 µs for an ordinary message.
  NewMessage prepare(std::string_view bytes, const blob::EnterpriseKey& key, base::Time received_at) const;
  // One after the other under new UIDs. quota_bytes 0: none. kNotFound, kOverQuota, kLimit. Nothing is stored on an error.
  base::Result<Appended> append(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id, std::span<const NewMessage> messages,
                                int64_t quota_bytes);
  // Rows of the UIDs that exist, ascending.
  void for_each_message(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id, const UidSet& uids, Columns columns,
                        const std::function<void(const MessageRow&)>& fn);
  // kNotFound (target or source mailbox), kOverQuota, kLimit. UIDs that do not exist are passed over. Flags go along.
  base::Result<Copied> copy(sql::Transaction& tx, AccountScope scope, int64_t from, const UidSet& uids, int64_t to, int64_t quota_bytes);
  // Copy and expunge in one change (RFC 6851).
  base::Result<Copied> move(sql::Transaction& tx, AccountScope scope, int64_t from, const UidSet& uids, int64_t to);

  // --- flags (flag.cpp) ---
  // kNotFound, kLimit (too many keywords in this mailbox).
  base::Result<FlagResult> change_flags(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id, const UidSet& uids, FlagChange change,
                                        const FlagNames& flags, std::optional<uint64_t> unchanged_since = {});
  // Removes the messages of the set that have \Deleted; all of them when `uids` is null. Leaves tombstones.
  base::Result<ExpungeResult> expunge(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id, const UidSet* uids);
  // Makes what is in the mailbox no longer \Recent; returns the first UID that was (RFC 3501 2.3.2).
  base::Result<uint32_t> claim_recent(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id);
  // UIDs expunged after `modseq` (RFC 7162 3.2.5); nullopt when tombstones that old were pruned.
  std::optional<UidSet> expunged_since(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id, uint64_t modseq);

  // --- background work (sweep.cpp); each call is a short piece of it and says whether more is waiting ---
  // Removes message rows of deleted mailboxes, at most `rows`.
  bool sweep_dropped(size_t rows);
  // Removes tombstones older than `before`.
  bool prune_tombstones(base::Time before, size_t rows);

 private:
  class Edit;   // one mailbox being changed inside a transaction (edit.h)
  class Cache;  // committed versions (cache.h)
  friend class Edit;

  // Takes messages and their rows out and leaves a tombstone; the modseq of that.
  base::Result<uint64_t> remove_messages(sql::Transaction& tx, AccountScope scope, int64_t mailbox_id, const UidSet& uids);

  sql::Database& db_;
  blob::BlobStore& blobs_;
  ChangeFeed& feed_;
  const base::Clock& clock_;
  base::IdMaker& ids_;
  const Limits limits_;
  const mime::Limits mime_limits_;
  std::unique_ptr<Cache> cache_;
};

}  // namespace store
