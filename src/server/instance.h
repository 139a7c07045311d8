#pragma once
// A data folder opened: the parts that every command and the server share, made from the settings. The only place that picks concrete
// drivers.
//
//   DIR/posthouse.db   accounts, mailboxes, logs (database.url "sqlite:")
//   DIR/blobs/         message bodies (blob.url "rocksdb:")
//   DIR/tls/           our own CA and certificate
//   DIR/run/           what is true while a server runs: listeners.json, the directory's change counter
//
// The folder is made with mode 0700 when missing. Several processes may open one folder; only one has its bodies open for writing.

#include <memory>
#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "blob/blob_store.h"
#include "config/settings.h"
#include "directory/credential.h"
#include "directory/directory.h"
#include "journal/journal.h"
#include "sql/database.h"
#include "store/store.h"

namespace server {

enum class Bodies {
  kNone,   // not needed by this command
  kWrite,  // the server: one process at a time
  kRead,   // as they are now, beside a running server
};

class Instance {
 public:
  // Throws base::Failure with a sentence for the operator when the folder, database or bodies cannot be opened.
  Instance(const std::string& folder, config::Settings settings, Bodies bodies);
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  const std::string& folder() const { return folder_; }
  const config::Settings& settings() const { return settings_; }
  const base::Clock& clock() const { return clock_; }
  base::IdMaker& ids() { return ids_; }
  std::string hostname() const;  // server.hostname, or the machine's
  sql::Database& database() { return *database_; }
  store::ChangeFeed& feed() { return feed_; }
  blob::BlobStore& blobs() { return *blobs_; }
  store::Store& store() { return *store_; }
  directory::Directory& directory() { return *directory_; }
  directory::Credentials& credentials() { return *credentials_; }
  journal::Journal& journal() { return *journal_; }

 private:
  const std::string folder_;
  const config::Settings settings_;
  base::SystemClock clock_;
  base::IdMaker ids_;
  store::ChangeFeed feed_;
  std::unique_ptr<blob::BlobStore> blobs_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<directory::Directory> directory_;
  std::unique_ptr<directory::Credentials> credentials_;
  std::unique_ptr<journal::Journal> journal_;
};

}  // namespace server
