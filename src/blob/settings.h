#pragma once
// What a store of bodies can be told; the server fills it from its settings.

#include <cstdint>
#include <memory>

namespace rocksdb {
class FileSystem;
}

namespace blob {

struct Settings {
  bool read_only = false;                  // beside the process that writes: bodies as they were when it was opened
  uint64_t write_buffer_bytes = 64 << 20;  // all memtables together
  uint64_t cache_bytes = 64 << 20;         // index, filter and data blocks, and bodies read lately
  int open_files = 512;                    // at most
  uint64_t min_blob_bytes = 512;           // smaller bodies stay in the LSM tree
  uint64_t blob_file_bytes = 256 << 20;
  double collect_age = 0.25;                     // the oldest part of the blob files that compaction may rewrite
  double collect_garbage = 0.5;                  // ... once this part of it is garbage
  uint64_t group_bytes = 8 << 20;                // bodies in one synced write at most
  uint64_t queue_bytes = 256 << 20;              // bodies waiting at most; beyond it a put fails with kUnavailable
  std::shared_ptr<::rocksdb::FileSystem> files;  // null: the real one; tests put a failing disk here
};

}  // namespace blob
