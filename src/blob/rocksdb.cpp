// Bodies in RocksDB.
//
//   column family "default"   key := enterprise (8 bytes, big-endian) id (32 bytes)    value := the body; from min_blob_bytes on in blob
//   files
//   column family "names"     the same key                                             value := size of the body, when it was last put
//   (microseconds since 1970); 8 bytes each, big-endian. A value without the second number is from before it was kept: long ago
//
// Both are written in one batch. "names" lets the collector and the verifier list millions of bodies without opening a blob file.
// One thread takes all waiting puts, writes one batch with sync, and completes them: what arrives during one sync makes the next batch.
#include "blob/rocksdb.h"

#include <rocksdb/db.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "blob/rocksdb_files.h"

namespace blob {

namespace {

using base::Error;
using base::ErrorKind;
using base::Result;
using ::rocksdb::Slice;
using ::rocksdb::Status;

std::string big_endian(uint64_t number) {
  std::string out(8, '\0');
  for (int i = 7; i >= 0; --i, number >>= 8) out[static_cast<size_t>(i)] = static_cast<char>(number);
  return out;
}

uint64_t from_big_endian(std::string_view bytes) {
  uint64_t out = 0;
  for (unsigned char byte : bytes) out = out << 8 | byte;
  return out;
}

struct Name {
  uint64_t size = 0;
  base::Time put_at{};
};
std::string encode_name(const Name& name) {
  return big_endian(name.size) + big_endian(static_cast<uint64_t>(base::to_micros(name.put_at)));
}
Name decode_name(std::string_view value) {
  return {from_big_endian(value.substr(0, 8)),
          base::from_micros(static_cast<int64_t>(from_big_endian(value.substr(std::min<size_t>(8, value.size())))))};
}

std::string key_of(int64_t enterprise, const BlobId& id) {
  auto key = big_endian(static_cast<uint64_t>(enterprise));
  key += id.view();
  return key;
}

struct Put : net::PendingState<void> {
  std::string key, body;
};

class RocksdbStore final : public BlobStore {
 public:
  RocksdbStore(const std::string& folder, const Settings& settings) : settings_(settings), files_(folder, settings) {
    writer_ = std::thread([this] { write_loop(); });
  }
  ~RocksdbStore() override {
    {
      std::lock_guard hold(mutex_);
      closed_ = true;
    }
    arrived_.notify_all();
    writer_.join();
  }

  net::Pending<void> start_put(int64_t enterprise, const BlobId& id, std::string bytes) override;
  Result<std::string> get(int64_t enterprise, const BlobId& id) override;
  std::vector<Result<std::string>> multi_get(int64_t enterprise, std::span<const BlobId> ids) override;
  Result<bool> exists(int64_t enterprise, const BlobId& id) override;
  Result<Removed> remove_unused(int64_t enterprise, base::Time put_before, const std::function<bool(const BlobId&)>& in_use) override;
  Result<void> erase_enterprise(int64_t enterprise) override;
  Result<void> for_each(int64_t enterprise, const std::function<bool(const BlobId&, uint64_t)>& visit) override;
  Result<void> checkpoint(const std::string& folder) override;

 private:
  using Group = std::vector<std::shared_ptr<Put>>;

  void write_loop();
  Group take_group();
  void write_group(const Group& group);
  Result<void> write(const RocksdbFiles::Fill& fill);
  Result<void> walk_names(int64_t enterprise, const std::function<bool(const Slice& key, const Name&)>& visit);
  Result<void> remove_old(const std::vector<std::string>& keys, base::Time put_before, Removed& removed);

  const Settings settings_;
  RocksdbFiles files_;
  std::mutex put_or_remove_;  // held while puts are written, and from the last look at a body's age to its removal
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::shared_ptr<Put>> waiting_;  // shared with the Pending of the caller
  uint64_t waiting_bytes_ = 0;
  bool closed_ = false;
  std::thread writer_;
};

Error unavailable(std::string cause) { return {ErrorKind::kUnavailable, "message bodies are not available", std::move(cause)}; }

net::Pending<void> RocksdbStore::start_put(int64_t enterprise, const BlobId& id, std::string bytes) {
  auto put = std::make_shared<Put>();
  put->key = key_of(enterprise, id);
  put->body = std::move(bytes);
  bool refused = false;
  {
    std::lock_guard hold(mutex_);
    refused = closed_ || (!waiting_.empty() && waiting_bytes_ + put->body.size() > settings_.queue_bytes);
    if (!refused) {
      waiting_bytes_ += put->body.size();
      waiting_.push_back(put);
    }
  }
  refused ? put->fail(std::make_exception_ptr(base::Failure(unavailable("too much waits to be written")))) : arrived_.notify_one();
  return net::Pending<void>(put);
}

void RocksdbStore::write_loop() {
  while (true) {
    const Group group = take_group();
    if (group.empty()) return;
    write_group(group);
  }
}

// Empty when the store closes and nothing waits any more.
RocksdbStore::Group RocksdbStore::take_group() {
  std::unique_lock hold(mutex_);
  arrived_.wait(hold, [&] { return closed_ || !waiting_.empty(); });
  Group group;
  for (uint64_t bytes = 0; !waiting_.empty() && (group.empty() || bytes + waiting_.front()->body.size() <= settings_.group_bytes);) {
    bytes += waiting_.front()->body.size();
    waiting_bytes_ -= waiting_.front()->body.size();
    group.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return group;
}

void RocksdbStore::write_group(const Group& group) {
  const std::lock_guard hold(put_or_remove_);
  const base::Time put_at = now();
  const Status status = files_.write([&](const RocksdbFiles::Open& at, ::rocksdb::WriteBatch& batch) {
    for (const auto& put : group) {
      batch.Put(at.bodies, put->key, put->body);
      batch.Put(at.names, put->key, encode_name({put->body.size(), put_at}));
    }
  });
  for (const auto& put : group) {
    put->body = {};
    status.ok() ? put->set({}) : put->fail(std::make_exception_ptr(base::Failure(to_error(status))));
  }
}

Result<std::string> RocksdbStore::get(int64_t enterprise, const BlobId& id) {
  const auto at = files_.open();
  if (!at.db) return unavailable("closed");
  std::string out;
  const Status status = at.db->Get({}, at.bodies, key_of(enterprise, id), &out);
  if (!status.ok()) return to_error(status);
  return out;
}

std::vector<Result<std::string>> RocksdbStore::multi_get(int64_t enterprise, std::span<const BlobId> ids) {
  const auto at = files_.open();
  std::vector<Result<std::string>> out;
  out.reserve(ids.size());
  if (!at.db) {
    for (size_t i = 0; i < ids.size(); ++i) out.emplace_back(unavailable("closed"));
    return out;
  }
  std::vector<std::string> keys;
  for (const BlobId& id : ids) keys.push_back(key_of(enterprise, id));
  const std::vector<Slice> slices(keys.begin(), keys.end());
  std::vector<::rocksdb::PinnableSlice> values(ids.size());
  std::vector<Status> statuses(ids.size());
  at.db->MultiGet({}, at.bodies, ids.size(), slices.data(), values.data(), statuses.data());
  for (size_t i = 0; i < ids.size(); ++i) {
    if (!statuses[i].ok())
      out.emplace_back(to_error(statuses[i]));
    else if (values[i].IsPinned())
      out.emplace_back(values[i].ToString());
    else
      out.emplace_back(std::move(*values[i].GetSelf()));
  }
  return out;
}

Result<bool> RocksdbStore::exists(int64_t enterprise, const BlobId& id) {
  const auto at = files_.open();
  if (!at.db) return unavailable("closed");
  std::string size;
  const Status status = at.db->Get({}, at.names, key_of(enterprise, id), &size);
  if (!status.ok() && !status.IsNotFound()) return to_error(status);
  return status.ok();
}

Result<void> RocksdbStore::write(const RocksdbFiles::Fill& fill) {
  const Status status = files_.write(fill);
  if (!status.ok()) return to_error(status);
  return {};
}

Result<Removed> RocksdbStore::remove_unused(int64_t enterprise, base::Time put_before, const std::function<bool(const BlobId&)>& in_use) {
  constexpr size_t kAtOnce = 500;
  Removed removed;
  std::vector<std::string> keys;
  auto walked = walk_names(enterprise, [&](const Slice& key, const Name& name) {
    if (in_use(BlobId::from(key.ToStringView().substr(8)))) return true;
    if (name.put_at < put_before)
      keys.push_back(key.ToString());
    else
      removed.young_bytes += name.size;
    return true;
  });
  if (!walked.ok()) return walked.error();
  for (size_t at = 0; at < keys.size(); at += kAtOnce) {
    const std::vector<std::string> some(keys.begin() + static_cast<ptrdiff_t>(at),
                                        keys.begin() + static_cast<ptrdiff_t>(std::min(at + kAtOnce, keys.size())));
    if (auto done = remove_old(some, put_before, removed); !done.ok()) return done.error();
  }
  return removed;
}

Result<void> RocksdbStore::remove_old(const std::vector<std::string>& keys, base::Time put_before, Removed& removed) {
  const std::lock_guard hold(put_or_remove_);
  Removed now_removed;
  const auto done = write([&](const RocksdbFiles::Open& at, ::rocksdb::WriteBatch& batch) {
    now_removed = {};
    for (const auto& key : keys) {
      std::string value;
      if (!at.db->Get({}, at.names, key, &value).ok()) continue;
      const Name name = decode_name(value);
      if (name.put_at >= put_before) continue;
      batch.Delete(at.bodies, key);
      batch.Delete(at.names, key);
      ++now_removed.bodies;
      now_removed.bytes += name.size;
    }
  });
  if (!done.ok()) return done;
  removed.bodies += now_removed.bodies;
  removed.bytes += now_removed.bytes;
  return done;
}

Result<void> RocksdbStore::erase_enterprise(int64_t enterprise) {
  const auto first = big_endian(static_cast<uint64_t>(enterprise));
  const auto last = big_endian(static_cast<uint64_t>(enterprise) + 1);
  return write([&](const RocksdbFiles::Open& at, ::rocksdb::WriteBatch& batch) {
    batch.DeleteRange(at.bodies, first, last);
    batch.DeleteRange(at.names, first, last);
  });
}

Result<void> RocksdbStore::for_each(int64_t enterprise, const std::function<bool(const BlobId&, uint64_t)>& visit) {
  return walk_names(enterprise,
                    [&](const Slice& key, const Name& name) { return visit(BlobId::from(key.ToStringView().substr(8)), name.size); });
}

Result<void> RocksdbStore::walk_names(int64_t enterprise, const std::function<bool(const Slice& key, const Name&)>& visit) {
  const auto at = files_.open();
  if (!at.db) return unavailable("closed");
  const auto prefix = big_endian(static_cast<uint64_t>(enterprise));
  const auto last = big_endian(static_cast<uint64_t>(enterprise) + 1);
  const Slice bound(last);
  ::rocksdb::ReadOptions options;
  options.iterate_upper_bound = &bound;
  options.fill_cache = false;
  const std::unique_ptr<::rocksdb::Iterator> row(at.db->NewIterator(options, at.names));
  for (row->Seek(prefix); row->Valid(); row->Next()) {
    if (!visit(row->key(), decode_name(row->value().ToStringView()))) break;
  }
  if (!row->status().ok()) return to_error(row->status());
  return {};
}

Result<void> RocksdbStore::checkpoint(const std::string& folder) {
  const auto at = files_.open();
  if (!at.db) return unavailable("closed");
  ::rocksdb::Checkpoint* made = nullptr;
  Status status = ::rocksdb::Checkpoint::Create(at.db, &made);
  const std::unique_ptr<::rocksdb::Checkpoint> owner(made);
  if (status.ok()) status = made->CreateCheckpoint(folder);
  if (!status.ok()) return to_error(status);
  return {};
}

}  // namespace

std::unique_ptr<BlobStore> open_rocksdb(const std::string& folder, const Settings& settings) {
  return std::make_unique<RocksdbStore>(folder, settings);
}

}  // namespace blob
