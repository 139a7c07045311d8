// SQLite behind Database: one writing thread (sqlite_writer.h), a few reading threads with a connection each, one checkpointing thread.
//
// The WAL is copied back into the database by the checkpointer (PASSIVE: it blocks nobody) each time it has grown by checkpoint_bytes.
// Under steady writing a passive checkpoint never gets to the end, so the WAL could not start over: beyond wal_limit_bytes the writer does
// the short rest itself between two groups.
#include "sql/sqlite.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "base/log.h"
#include "sql/job_queue.h"
#include "sql/lease.h"
#include "sql/sqlite_connection.h"
#include "sql/sqlite_writer.h"

namespace sql {

namespace {

using Mode = SqliteConnection::Mode;

// Copies the WAL back on its own thread and connection.
class Checkpointer {
 public:
  Checkpointer(const std::string& path, const Settings& settings)
      : step_pages_(settings.checkpoint_bytes / kPage),
        limit_pages_(settings.wal_limit_bytes / kPage),
        connection_(path, settings, Mode::kWriter) {
    thread_ = std::thread([this] { loop(); });
  }
  ~Checkpointer() {
    {
      std::lock_guard hold(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  // On the writer's thread after each commit; `writer` is outside a transaction.
  void wal_grew(sqlite3* writer, int pages) {
    if (pages < noticed_pages_) noticed_pages_ = 0;  // it started over
    if (pages - noticed_pages_ < step_pages_) return;
    noticed_pages_ = pages;
    if (pages >= limit_pages_) {
      sqlite3_wal_checkpoint_v2(writer, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
      return;
    }
    {
      std::lock_guard hold(mutex_);
      wanted_ = true;
    }
    wake_.notify_one();
  }

 private:
  static constexpr int64_t kPage = 4096;  // SQLite's default

  void loop() {
    std::unique_lock hold(mutex_);
    while (!stop_) {
      wake_.wait(hold, [&] { return wanted_ || stop_; });
      if (stop_) return;
      wanted_ = false;
      hold.unlock();
      const int code = sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
      if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) base::log_warning("checkpoint failed", {{"cause", sqlite3_errstr(code)}});
      hold.lock();
    }
  }

  const int64_t step_pages_, limit_pages_;
  int64_t noticed_pages_ = 0;  // the writer's
  SqliteConnection connection_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool wanted_ = false, stop_ = false;
  std::thread thread_;
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const std::string& path, const Settings& settings)
      : settings_(settings),
        writes_(settings.queue_limit),
        reads_(settings.queue_limit),
        writer_(path, settings, Mode::kWriter),
        checkpointer_(path, settings) {
    for (int i = 0; i < settings.connections; ++i) readers_.add(std::make_unique<SqliteConnection>(path, settings, Mode::kReader));
    sqlite3_wal_hook(writer_.handle(), &SqliteDatabase::wal_hook, this);
    threads_.emplace_back([this] { write_loop(); });
    for (int i = 0; i < settings.connections; ++i) threads_.emplace_back([this] { read_loop(); });
  }
  ~SqliteDatabase() override {
    writes_.close();
    reads_.close();
    for (auto& thread : threads_) thread.join();
  }

  Driver driver() const override { return Driver::kSqlite; }

 private:
  void submit_read(std::shared_ptr<Job> job) override { reads_.push(std::move(job)); }
  void submit_write(std::shared_ptr<Job> job) override { writes_.push(std::move(job)); }
  void run_read(Job& job) override {
    std::exception_ptr error;
    {
      const auto connection = readers_.lend();
      error = read_on(*connection, job);
    }
    error ? job.fail(error) : job.complete();
  }

  static std::exception_ptr read_on(SqliteConnection& connection, Job& job) {
    std::exception_ptr error;
    SqliteTransaction tx(connection);
    try {
      connection.command("begin");
      job.run(tx);
      error = tx.failure();
    } catch (...) {
      error = std::current_exception();
    }
    if (connection.in_transaction()) sqlite3_exec(connection.handle(), "rollback", nullptr, nullptr, nullptr);
    auto hooks = tx.take_hooks();
    error ? hooks.run_rollback() : hooks.run_commit();
    return error;
  }

  void read_loop() {
    while (reads_.serve(1, [&](const auto& jobs) { run_read(*jobs.front()); })) {
    }
  }

  void write_loop() {
    SqliteWriter writer(writer_);
    const auto write = [&](const auto& jobs) {
      writer.run_group(jobs);
      checkpointer_.wal_grew(writer_.handle(), wal_pages_);
    };
    while (writes_.serve(settings_.group_limit, write)) {
    }
  }

  static int wal_hook(void* self, sqlite3*, const char*, int pages) {
    static_cast<SqliteDatabase*>(self)->wal_pages_ = pages;
    return SQLITE_OK;
  }

  const Settings settings_;
  JobQueue writes_, reads_;
  SqliteConnection writer_;
  Checkpointer checkpointer_;
  LeasePool<SqliteConnection> readers_;
  int wal_pages_ = 0;  // the writer thread's
  std::vector<std::thread> threads_;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const std::string& path, const Settings& settings) {
  return std::make_unique<SqliteDatabase>(path, settings);
}

}  // namespace sql
