#include "blob/rocksdb_files.h"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <cstdarg>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <vector>

#include "base/log.h"

namespace blob {

namespace {

using ::rocksdb::Status;

// RocksDB's own log goes to ours. Its log file would be one more file on the disk, and Debian's build (with assertions) ends the process at
// the second line it cannot write there: on a full disk.
class ForwardingLogger : public ::rocksdb::Logger {
 public:
  ForwardingLogger() : Logger(::rocksdb::WARN_LEVEL) {}
  using Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    char text[500];
    vsnprintf(text, sizeof text, format, arguments);
    base::log_warning("rocksdb", {{"text", std::string(text)}});
  }
};

::rocksdb::DBOptions database_options(const Settings& settings, ::rocksdb::Env* env) {
  ::rocksdb::DBOptions options;
  if (env) options.env = env;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.max_open_files = settings.open_files;
  options.db_write_buffer_size = settings.write_buffer_bytes;
  options.max_total_wal_size = settings.write_buffer_bytes;  // what a start after a crash has to read again
  options.avoid_flush_during_recovery = true;
  options.max_background_jobs = 2;
  options.bytes_per_sync = 1 << 20;
  options.info_log = std::make_shared<ForwardingLogger>();
  options.max_manifest_file_size = 16 << 20;
  return options;
}

::rocksdb::ColumnFamilyOptions family_options(const Settings& settings, const std::shared_ptr<::rocksdb::Cache>& cache) {
  ::rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  table.filter_policy.reset(::rocksdb::NewBloomFilterPolicy(10));
  ::rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(::rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = settings.write_buffer_bytes / 2;
  options.memtable_prefix_bloom_size_ratio = 0.05;
  options.memtable_whole_key_filtering = true;
  options.compression = ::rocksdb::kZSTD;
  options.level_compaction_dynamic_level_bytes = true;
  return options;
}

::rocksdb::ColumnFamilyOptions body_options(const Settings& settings, const std::shared_ptr<::rocksdb::Cache>& cache) {
  auto options = family_options(settings, cache);
  options.enable_blob_files = true;
  options.min_blob_size = settings.min_blob_bytes;
  options.blob_file_size = settings.blob_file_bytes;
  options.blob_compression_type = ::rocksdb::kZSTD;
  options.enable_blob_garbage_collection = true;
  options.blob_garbage_collection_age_cutoff = settings.collect_age;
  options.blob_garbage_collection_force_threshold = settings.collect_garbage;
  options.blob_cache = cache;
  return options;
}

}  // namespace

base::Error to_error(const Status& status) {
  if (status.IsNotFound()) return {base::ErrorKind::kNotFound, "no such message body", {}};
  if (status.IsCorruption()) return {base::ErrorKind::kCorrupt, "a message body is damaged", status.ToString()};
  return {base::ErrorKind::kUnavailable, "message bodies are not available", status.ToString()};
}

RocksdbFiles::RocksdbFiles(std::string folder, const Settings& settings) : folder_(std::move(folder)), settings_(settings) {
  if (settings_.files) env_ = ::rocksdb::NewCompositeEnv(settings_.files);
  if (const Status status = start(); !status.ok()) throw base::Failure(to_error(status));
}

RocksdbFiles::~RocksdbFiles() { stop(); }

Status RocksdbFiles::start() {
  const auto cache = ::rocksdb::NewLRUCache(settings_.cache_bytes);
  // RocksDB makes the folder too, and says in the log that it was not there.
  std::error_code ignored;
  if (!settings_.read_only) std::filesystem::create_directories(folder_, ignored);
  const std::vector<::rocksdb::ColumnFamilyDescriptor> families{{::rocksdb::kDefaultColumnFamilyName, body_options(settings_, cache)},
                                                                {"names", family_options(settings_, cache)}};
  std::vector<::rocksdb::ColumnFamilyHandle*> handles;
  ::rocksdb::DB* db = nullptr;
  const auto options = database_options(settings_, env_.get());
  const Status status = settings_.read_only ? ::rocksdb::DB::OpenForReadOnly(options, folder_, families, &handles, &db)
                                            : ::rocksdb::DB::Open(options, folder_, families, &handles, &db);
  if (!status.ok()) return status;
  db_.reset(db);
  bodies_ = handles[0];
  names_ = handles[1];
  return status;
}

void RocksdbFiles::stop() {
  if (!db_) return;
  if (!settings_.read_only) db_->Flush({}, {bodies_, names_});  // the next start has no log to read; the log still has it when this fails
  db_->DestroyColumnFamilyHandle(bodies_);
  db_->DestroyColumnFamilyHandle(names_);
  db_->Close();
  db_.reset();
}

RocksdbFiles::Open RocksdbFiles::open() {
  std::shared_lock hold(mutex_);
  return {std::move(hold), db_.get(), bodies_, names_};
}

Status RocksdbFiles::write(const Fill& fill) {
  Status status = try_write(fill);
  if (status.ok() || settings_.read_only) return status;
  base::log_error("message bodies cannot be written", {{"cause", status.ToString()}});
  const Status recovered = recover();
  return recovered.ok() ? try_write(fill) : status;
}

Status RocksdbFiles::try_write(const Fill& fill) {
  const auto at = open();
  if (!at.db) return Status::IOError("the database is closed");
  ::rocksdb::WriteBatch batch;
  fill(at, batch);
  ::rocksdb::WriteOptions options;
  options.sync = true;
  return at.db->Write(options, &batch);
}

// After an error RocksDB only reads. Resume() clears what hit the flush of a memtable; what hit the WAL only a new start does: it reads the
// WAL again, in which every acknowledged put is. The old one stays open for readers until the disk takes bytes again.
Status RocksdbFiles::recover() {
  {
    const auto at = open();
    if (at.db && at.db->Resume().ok()) return Status::OK();
  }
  if (const Status status = probe(); !status.ok()) return status;
  const std::unique_lock hold(mutex_);
  stop();
  return start();
}

Status RocksdbFiles::probe() {
  auto* env = env_ ? env_.get() : ::rocksdb::Env::Default();
  const auto name = folder_ + "/probe";
  std::unique_ptr<::rocksdb::WritableFile> file;
  Status status = env->NewWritableFile(name, &file, {});
  if (status.ok()) status = file->Append(std::string(256 << 10, 'p'));
  if (status.ok()) status = file->Sync();
  if (file) file->Close();
  env->DeleteFile(name);
  return status;
}

}  // namespace blob
