#include "queue/verify.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "queue/entry.h"

namespace queue {

namespace {

constexpr int64_t kPage = 500;

struct MessageRow {
  int64_t enterprise_id, message_id;
  blob::BlobId blob;
  uint64_t size;
};

class Check {
 public:
  Check(sql::Database& database, blob::BlobStore& blobs, const KeyOf& key_of, const Finding& finding)
      : database_(database), blobs_(blobs), key_of_(key_of), finding_(finding) {}

  VerifyCounts run() {
    database_.read([&](sql::Transaction& tx) { check_rows(tx); });
    std::vector<MessageRow> page;
    MessageRow last{};
    do {
      page = read_page(last);
      for (const MessageRow& row : page) check_body(row);
      if (!page.empty()) last = page.back();
    } while (std::ssize(page) == kPage);
    return counts_;
  }

 private:
  void find(int64_t enterprise, int64_t message, const std::string& what) {
    ++counts_.findings;
    finding_(fmt::format("queue of enterprise {}, message {}: {}", enterprise, message, what));
  }

  // `sql` selects enterprise, message and number of what breaks the promise.
  void each(sql::Transaction& tx, const std::string& sql, std::string_view what) {
    for (const sql::Row& row : tx.query(sql)) find(row.number(0), row.number(1), fmt::format(fmt::runtime(what), row.number(2)));
  }

  void check_rows(sql::Transaction& tx) {
    auto total = tx.query("select count(*) from queue_entry");
    total.next();
    counts_.entries = static_cast<uint64_t>(total.number(0));
    const std::string of_message = "x.enterprise_id = t.enterprise_id and x.message_id = t.message_id";
    each(tx,
         "select enterprise_id, message_id, entry_id from queue_entry t where not exists (select 1 from queue_message x where " +
             of_message + ")",
         "entry {} has no message");
    each(tx,
         "select enterprise_id, message_id, 0 from queue_message t where not exists (select 1 from queue_entry x where " + of_message + ")",
         "no entries are left");
    each(tx,
         "select enterprise_id, message_id, entry_id from queue_attempt t where not exists (select 1 from queue_entry x where " +
             of_message + " and x.entry_id = t.entry_id)",
         "an attempt belongs to entry {}, which is not there");
    each(tx,
         "select enterprise_id, message_id, count(*) from queue_entry group by enterprise_id, message_id, recipient having count(*) > 1",
         "one recipient has {} entries");
    each(tx,
         "select enterprise_id, message_id, entry_id from queue_entry where state not in (0, 1, 2) or wish not in (0, 1, 2, 3) or next_hop "
         "= ''",
         "entry {} has a state, wish or next hop that does not exist");
    each(tx,
         "select enterprise_id, message_id, entry_id from queue_entry where (state = 1) <> (lease_owner >= 0) or (state = 1 and fence < 1)",
         "entry {} has half a lease");
    each(tx, fmt::format("select enterprise_id, message_id, entry_id from queue_entry where (state = 2) <> (next_at = {})", kNever),
         "entry {} is held and scheduled, or neither");
  }

  std::vector<MessageRow> read_page(const MessageRow& after) {
    return database_.read([&](sql::Transaction& tx) {
      std::vector<MessageRow> page;
      auto rows = tx.query(
          "select enterprise_id, message_id, blob_id, size from queue_message where (enterprise_id, message_id) > (?, ?) order by "
          "enterprise_id, message_id limit ?",
          after.enterprise_id, after.message_id, kPage);
      for (const sql::Row& row : rows) {
        MessageRow one{row.number(0), row.number(1), {}, static_cast<uint64_t>(row.number(3))};
        if (row.blob(2).size() == one.blob.bytes.size()) one.blob = blob::BlobId::from(row.blob(2));
        page.push_back(one);
      }
      return page;
    });
  }

  void check_body(const MessageRow& row) {
    ++counts_.messages;
    const auto key = key_of_({row.enterprise_id});
    if (!key) return find(row.enterprise_id, row.message_id, "its enterprise does not exist");
    const auto body = blob::get_verified(blobs_, row.enterprise_id, *key, row.blob);
    if (!body.ok()) return find(row.enterprise_id, row.message_id, "its body: " + body.error().text);
    if (body->size() != row.size)
      find(row.enterprise_id, row.message_id, fmt::format("its body has {} bytes, the row says {}", body->size(), row.size));
  }

  sql::Database& database_;
  blob::BlobStore& blobs_;
  const KeyOf& key_of_;
  const Finding& finding_;
  VerifyCounts counts_;
};

}  // namespace

VerifyCounts verify(sql::Database& database, blob::BlobStore& blobs, const KeyOf& key_of, const Finding& finding) {
  return Check(database, blobs, key_of, finding).run();
}

}  // namespace queue
