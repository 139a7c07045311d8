// What RocksDB promises beyond blob_test.cpp: crashes, a full disk, copies.
#include "blob/rocksdb.h"
#include "base/test_folder.h"

#include <gtest/gtest.h>
#include <rocksdb/file_system.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

namespace blob {
namespace {

constexpr EnterpriseKey kKey{7};

std::string body_of(int i) { return std::to_string(i) + std::string(3000, 'k'); }
BlobId id_of(int i) { return blob_id(kKey, body_of(i)); }
void put(BlobStore& store, int i) { store.put(1, id_of(i), body_of(i)); }

TEST(RocksdbTest, EveryAcknowledgedPutSurvivesAKilledProcess) {
  base::TestFolder folder;
  int acknowledged[2];
  ASSERT_EQ(pipe(acknowledged), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto store = open_rocksdb(folder / "b");
    for (int i = 0; i < 200; ++i) {
      put(*store, i);
      if (write(acknowledged[1], &i, sizeof i) != sizeof i) _exit(1);
    }
    auto cut = store->start_put(1, id_of(500), body_of(500));
    _exit(0);  // nothing is closed
  }
  close(acknowledged[1]);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  auto store = open_rocksdb(folder / "b");
  int count = 0;
  for (int i = 0; read(acknowledged[0], &i, sizeof i) == sizeof i; ++count) {
    auto found = get_verified(*store, 1, kKey, id_of(i));
    EXPECT_TRUE(found.ok()) << i;
    EXPECT_TRUE(*store->exists(1, id_of(i))) << i;
  }
  close(acknowledged[0]);
  EXPECT_EQ(count, 200);
}

TEST(RocksdbTest, ALogWithoutItsEndOpens) {
  base::TestFolder folder;
  const pid_t child = fork();
  if (child == 0) {
    auto store = open_rocksdb(folder / "b");
    for (int i = 0; i < 50; ++i) put(*store, i);
    _exit(0);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  std::string log;
  for (const auto& file : std::filesystem::directory_iterator(folder / "b")) {
    if (file.path().extension() == ".log" && file.file_size() > 0) log = file.path();
  }
  // What a crash leaves of a record being written: its beginning.
  ASSERT_GT(std::filesystem::file_size(log), 50 * body_of(10).size());
  std::filesystem::resize_file(log, 40 * body_of(10).size());
  auto store = open_rocksdb(folder / "b");
  EXPECT_EQ(base::value_or_throw(store->get(1, id_of(0))), body_of(0));
  EXPECT_FALSE(store->get(1, id_of(49)).ok());
  put(*store, 49);
  EXPECT_EQ(base::value_or_throw(store->get(1, id_of(49))), body_of(49));
}

// A disk that can be full or broken.
class Disk : public ::rocksdb::FileSystemWrapper {
 public:
  Disk() : FileSystemWrapper(::rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "TestDisk"; }

  std::atomic<bool> full{false}, broken_sync{false};

  ::rocksdb::IOStatus NewWritableFile(const std::string& name, const ::rocksdb::FileOptions& options,
                                      std::unique_ptr<::rocksdb::FSWritableFile>* out, ::rocksdb::IODebugContext* debug) override {
    if (full) return ::rocksdb::IOStatus::NoSpace("test");
    auto status = FileSystemWrapper::NewWritableFile(name, options, out, debug);
    if (status.ok()) *out = std::make_unique<File>(std::move(*out), *this);
    return status;
  }

 private:
  class File : public ::rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<::rocksdb::FSWritableFile> file, Disk& disk) : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk) {}
    ::rocksdb::IOStatus Append(const ::rocksdb::Slice& data, const ::rocksdb::IOOptions& options,
                               ::rocksdb::IODebugContext* debug) override {
      if (disk_.full) return ::rocksdb::IOStatus::NoSpace("test");
      return FSWritableFileOwnerWrapper::Append(data, options, debug);
    }
    ::rocksdb::IOStatus Append(const ::rocksdb::Slice& data, const ::rocksdb::IOOptions& options,
                               const ::rocksdb::DataVerificationInfo& check, ::rocksdb::IODebugContext* debug) override {
      if (disk_.full) return ::rocksdb::IOStatus::NoSpace("test");
      return FSWritableFileOwnerWrapper::Append(data, options, check, debug);
    }
    ::rocksdb::IOStatus Sync(const ::rocksdb::IOOptions& options, ::rocksdb::IODebugContext* debug) override {
      if (disk_.broken_sync) return ::rocksdb::IOStatus::IOError("test");
      return FSWritableFileOwnerWrapper::Sync(options, debug);
    }

   private:
    Disk& disk_;
  };
};

void fails_and_recovers(std::atomic<bool> Disk::*fault) {
  base::TestFolder folder;
  auto disk = std::make_shared<Disk>();
  Settings settings;
  settings.files = disk;
  {
    auto store = open_rocksdb(folder / "b", settings);
    for (int i = 0; i < 10; ++i) put(*store, i);
    (*disk).*fault = true;
    for (int i = 10; i < 13; ++i) {
      try {
        put(*store, i);
        ADD_FAILURE() << "put " << i;
      } catch (const base::Failure& failure) {
        EXPECT_EQ(failure.error().kind, base::ErrorKind::kUnavailable);
      }
    }
    EXPECT_FALSE(store->remove_unused(1, now() + std::chrono::hours(1), [](const BlobId&) { return false; }).ok());
    (*disk).*fault = false;
    for (int i = 20; i < 30; ++i) put(*store, i);
    for (int i : {0, 9, 20, 29}) EXPECT_EQ(base::value_or_throw(store->get(1, id_of(i))), body_of(i));
  }
  auto store = open_rocksdb(folder / "b");
  for (int i : {0, 9, 20, 29}) EXPECT_EQ(base::value_or_throw(store->get(1, id_of(i))), body_of(i));
}

TEST(RocksdbTest, AFullDiskPasses) { fails_and_recovers(&Disk::full); }
TEST(RocksdbTest, AFailedSyncPasses) { fails_and_recovers(&Disk::broken_sync); }

TEST(RocksdbTest, ReadingGoesOnWhileTheDiskIsFull) {
  base::TestFolder folder;
  auto disk = std::make_shared<Disk>();
  Settings settings;
  settings.files = disk;
  auto store = open_rocksdb(folder / "b", settings);
  put(*store, 1);
  disk->full = true;
  EXPECT_THROW(put(*store, 2), base::Failure);
  EXPECT_EQ(base::value_or_throw(store->get(1, id_of(1))), body_of(1));
  disk->full = false;
}

TEST(RocksdbTest, ACopyOpensLikeTheOriginal) {
  base::TestFolder folder;
  auto store = open_rocksdb(folder / "b");
  for (int i = 0; i < 20; ++i) put(*store, i);
  ASSERT_TRUE(store->checkpoint(folder / "copy").ok());
  put(*store, 99);
  auto copy = open_rocksdb(folder / "copy");
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(get_verified(*copy, 1, kKey, id_of(i)).ok());
  EXPECT_FALSE(*copy->exists(1, id_of(99)));
  EXPECT_FALSE(store->checkpoint(folder / "copy").ok()) << "it is there";
}

TEST(RocksdbTest, ReadersMayLookBesideTheWriter) {
  base::TestFolder folder;
  auto store = open_rocksdb(folder / "b");
  put(*store, 1);
  EXPECT_THROW(open_rocksdb(folder / "b"), base::Failure) << "one writer alone";
  Settings settings;
  settings.read_only = true;
  auto reader = open_rocksdb(folder / "b", settings);
  EXPECT_EQ(base::value_or_throw(reader->get(1, id_of(1))), body_of(1));
  EXPECT_THROW(put(*reader, 2), base::Failure);
}

TEST(RocksdbTest, TooMuchWaitingIsRefused) {
  base::TestFolder folder;
  Settings settings;
  settings.queue_bytes = 10'000;
  settings.group_bytes = 1;
  auto store = open_rocksdb(folder / "b", settings);
  int refused = 0;
  std::vector<net::Pending<void>> pending;
  for (int i = 0; i < 200; ++i) pending.push_back(store->start_put(1, id_of(i), body_of(i)));
  for (int i = 0; i < 200; ++i) {
    try {
      pending[static_cast<size_t>(i)].get();
      EXPECT_TRUE(*store->exists(1, id_of(i)));
    } catch (const base::Failure& failure) {
      ++refused;
      EXPECT_EQ(failure.error().kind, base::ErrorKind::kUnavailable);
      EXPECT_FALSE(*store->exists(1, id_of(i)));
    }
  }
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, 200);
}

}  // namespace
}  // namespace blob
