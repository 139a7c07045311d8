#include "sql/sqlite_writer.h"

#include "base/log.h"

namespace sql {

void SqliteWriter::run_group(const JobQueue::Jobs& jobs) {
  const bool alone = jobs.size() == 1;
  std::exception_ptr closed;  // another process holds the file: nobody else of the group waits for it as long again
  for (const auto& job : jobs) {
    try {
      if (!open_ && !closed) begin();
    } catch (...) {
      closed = std::current_exception();
    }
    closed ? job->fail(closed) : run_one(*job, alone);
  }
  if (open_) commit();
}

void SqliteWriter::begin() {
  connection_.command("begin immediate");
  open_ = true;
}

void SqliteWriter::run_one(Job& job, bool alone) {
  tx_.begin_closure();
  try {
    if (!alone) connection_.command("savepoint closure");
    job.run(tx_);
    if (tx_.failure()) std::rethrow_exception(tx_.failure());
    if (!alone) connection_.command("release closure");
    done_.push_back({&job, tx_.take_hooks()});
  } catch (...) {
    undo_one(job, alone, std::current_exception());
  }
}

void SqliteWriter::undo_one(Job& job, bool alone, std::exception_ptr error) {
  try {
    if (alone && connection_.in_transaction()) connection_.command("rollback");
    if (!alone && connection_.in_transaction()) connection_.script("rollback to closure; release closure");
  } catch (const base::Failure& failure) {
    base::log_error("rollback failed", {{"cause", failure.what()}});
    if (connection_.in_transaction()) sqlite3_exec(connection_.handle(), "rollback", nullptr, nullptr, nullptr);
  }
  tx_.take_hooks().run_rollback();
  // A full disk takes the whole transaction with it, whoever filled it.
  if (!connection_.in_transaction()) {
    lose(std::make_exception_ptr(
        base::Failure(base::ErrorKind::kUnavailable, "the database is not available", "transaction lost in its group")));
  }
  failed_.emplace_back(&job, std::move(error));
  if (!open_) complete();
}

void SqliteWriter::commit() {
  try {
    for (Done& one : done_) one.hooks.run_before();
    connection_.command("commit");
    open_ = false;
    for (Done& one : done_) one.hooks.run_commit();
    tx_.attachment().reset();
  } catch (const base::Failure& failure) {
    base::log_error("commit failed", {{"cause", failure.what()}, {"closures", done_.size()}});
    if (connection_.in_transaction()) sqlite3_exec(connection_.handle(), "rollback", nullptr, nullptr, nullptr);
    lose(std::make_exception_ptr(base::Failure(base::ErrorKind::kUnavailable, "the database is not available", failure.what())));
  }
  complete();
}

// The open transaction is gone: its closures undo what they did, latest first, and fail.
void SqliteWriter::lose(std::exception_ptr error) {
  for (auto one = done_.rbegin(); one != done_.rend(); ++one) one->hooks.run_rollback();
  for (Done& one : done_) failed_.emplace_back(one.job, error);
  done_.clear();
  tx_.attachment().reset();
  open_ = false;
}

void SqliteWriter::complete() {
  for (Done& one : done_) one.job->complete();
  for (auto& [job, error] : failed_) job->fail(std::move(error));
  done_.clear();
  failed_.clear();
}

}  // namespace sql
