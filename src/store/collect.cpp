#include "store/collect.h"

#include <algorithm>
#include <cstring>

namespace store {

namespace {

using sql::EnterpriseScope;

uint64_t prefix_of(const blob::BlobId& id) {
  uint64_t prefix = 0;
  std::memcpy(&prefix, id.bytes.data(), sizeof prefix);
  return prefix;
}

struct Candidate {
  EnterpriseScope scope;
  int64_t messages = 0;
};

std::vector<Candidate> candidates(sql::Transaction& tx, double share) {
  std::vector<Candidate> out;
  for (const sql::Row& row :
       tx.query("select enterprise_id, sum(used_messages), sum(used_bytes), sum(freed_bytes) from mail_account group by enterprise_id")) {
    const int64_t freed = row.number(3);
    const auto all = static_cast<double>(row.number(2) + freed);
    if (freed > 0 && static_cast<double>(freed) >= share * all) out.push_back({{row.number(0)}, row.number(1)});
  }
  return out;
}

// What one pass looks at: the bodies whose prefix falls on its number.
struct Pass {
  size_t number = 0, of = 1;
  bool covers(uint64_t prefix) const { return prefix % of == number; }
};

void mark_rows(sql::Transaction& tx, EnterpriseScope scope, const std::function<void(const blob::BlobId&)>& mark) {
  for (const sql::Row& row :
       tx.query("select m.blob_id from mail_account a join message m on m.account_id = a.account_id where a.enterprise_id = ?",
                scope.enterprise_id))
    mark(blob::BlobId::from(row.blob(0)));
}

std::vector<uint64_t> marks(Store& store, std::span<const Marker> others, EnterpriseScope scope, Pass pass) {
  auto marked = store.database().read([&](sql::Transaction& tx) {
    std::vector<uint64_t> prefixes;
    const auto mark = [&](const blob::BlobId& id) {
      if (pass.covers(prefix_of(id))) prefixes.push_back(prefix_of(id));
    };
    mark_rows(tx, scope, mark);
    for (const Marker& other : others) other(tx, scope, mark);
    return prefixes;
  });
  std::ranges::sort(marked);
  return marked;
}

int64_t freed_bytes(Store& store, EnterpriseScope scope) {
  return store.database().read([&](sql::Transaction& tx) {
    auto rows = tx.query("select coalesce(sum(freed_bytes), 0) from mail_account where enterprise_id = ?", scope.enterprise_id);
    rows.next();
    return rows.number(0);
  });
}

// What was freed since `seen` was read stays on the account for the next time.
void settle(Store& store, EnterpriseScope scope, int64_t seen) {
  store.database().write([&](sql::Transaction& tx) {
    struct Freed {
      int64_t account, bytes;
    };
    std::vector<Freed> all;
    for (const sql::Row& row :
         tx.query("select account_id, freed_bytes from mail_account where enterprise_id = ? and freed_bytes > 0 order by account_id",
                  scope.enterprise_id))
      all.push_back({row.number(0), row.number(1)});
    for (const Freed& each : all) {
      const int64_t part = std::min(seen, each.bytes);
      seen -= part;
      if (part > 0) tx.execute("update mail_account set freed_bytes = freed_bytes - ? where account_id = ?", part, each.account);
    }
  });
}

}  // namespace

Collected collect(Store& store, std::span<const Marker> others, const CollectLimits& limits, const std::function<bool()>& stop) {
  Collected total;
  for (const Candidate& one : store.database().read([&](sql::Transaction& tx) { return candidates(tx, limits.share); })) {
    const int64_t freed = freed_bytes(store, one.scope);
    uint64_t young = 0;
    const size_t passes = 1 + static_cast<size_t>(one.messages) / limits.marks;
    for (size_t number = 0; number < passes; ++number) {
      if (stop()) return total;
      const Pass pass{number, passes};
      const base::Time put_before = blob::now() - limits.grace;
      const auto marked = marks(store, others, one.scope, pass);
      const auto in_use = [&](const blob::BlobId& id) {
        const uint64_t prefix = prefix_of(id);
        return !pass.covers(prefix) || std::ranges::binary_search(marked, prefix);
      };
      const auto removed = base::value_or_throw(store.blobs().remove_unused(one.scope.enterprise_id, put_before, in_use));
      total.bodies += removed.bodies;
      total.bytes += removed.bytes;
      young += removed.young_bytes;
    }
    settle(store, one.scope, freed - std::min(freed, static_cast<int64_t>(young)));
    ++total.enterprises;
  }
  return total;
}

}  // namespace store
