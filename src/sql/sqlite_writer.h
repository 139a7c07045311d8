#pragma once
// The one writer of an SQLite file in this process: group commit.
//
//   begin immediate
//     closure 1                       (a savepoint around each, unless it is alone)
//     closure 2 throws: rollback to its savepoint, its rollback hooks run at once
//     closure 3
//   hooks of 1, 3 before the commit   they may wait, and fail the whole group
//   commit                            one fdatasync of the WAL
//   commit hooks of 1, 3              then each caller hears of it, and caller 2 of its failure
//
// No artificial delay: what arrives during one commit makes the next group.

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "sql/job_queue.h"
#include "sql/sqlite_connection.h"
#include "sql/sqlite_transaction.h"

namespace sql {

class SqliteWriter {
 public:
  explicit SqliteWriter(SqliteConnection& connection) : connection_(connection), tx_(connection) {}
  // Runs the closures and completes every one of them.
  void run_group(const JobQueue::Jobs& jobs);

 private:
  struct Done {
    Job* job;
    Hooks hooks;
  };

  void begin();
  void run_one(Job& job, bool alone);
  void undo_one(Job& job, bool alone, std::exception_ptr error);
  void commit();
  void lose(std::exception_ptr error);
  void complete();

  SqliteConnection& connection_;
  SqliteTransaction tx_;
  std::vector<Done> done_;                                   // of the open transaction
  std::vector<std::pair<Job*, std::exception_ptr>> failed_;  // told after the commit, so that nobody waits for the one who failed
  bool open_ = false;
};

}  // namespace sql
