// Measures the drivers: ninja -C build/release sql_bench && build/release/sql_bench sqlite:/path/new.db   (or postgres://..., on an empty
// database)
//
// A write is what a delivery costs at least: one row of 500 bytes inserted and one row updated.
#include <fmt/format.h>

#include <chrono>
#include <deque>

#include "sql/open.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr sql::Migration kSchema[] = {{1, "bench", R"(
  create table entry (account_id {int} not null, uid {int} not null, body {blob}, primary key (account_id, uid)) {without_rowid};
  create table counter (account_id {int} not null primary key, last {int} not null) {strict};
)"}};
constexpr int kAccounts = 64;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

auto write_of(int64_t number) {
  return [number, body = std::string(500, 'b')](sql::Transaction& tx) {
    const int64_t account = number % kAccounts;
    tx.execute_later("update counter set last = last + 1 where account_id = ?", account);
    tx.execute_later("insert into entry (account_id, uid, body) values (?, ?, ?)", account, number, sql::Blob{body});
  };
}

int64_t measure_writes(sql::Database& db, int64_t from, size_t in_flight, int count) {
  std::deque<net::Pending<void>> pending;
  const auto start = Clock::now();
  for (int i = 0; i < count; ++i) {
    if (pending.size() == in_flight) pending.front().get(), pending.pop_front();
    pending.push_back(db.start_write(write_of(from + i)));
  }
  for (auto& one : pending) one.get();
  const double took = seconds_since(start);
  fmt::print("{:>4} in flight: {:>8.0f} writes/s, {:>7.3f} ms each\n", in_flight, count / took,
             took * 1000 * static_cast<double>(in_flight) / count);
  return from + count;
}

void measure_rows(sql::Database& db) {
  const auto start = Clock::now();
  int64_t rows = 0, sum = 0;
  while (rows < 2'000'000) {
    db.read([&](sql::Transaction& tx) {
      for (const sql::Row& row : tx.query("select account_id, uid from entry")) ++rows, sum += row.number(0) + row.number(1);
    });
  }
  fmt::print("rows of two numbers: {:.2f} M/s\n", static_cast<double>(rows) / seconds_since(start) / 1e6);
}

void measure_reads(sql::Database& db) {
  constexpr int kReads = 20'000;
  const auto start = Clock::now();
  for (int i = 0; i < kReads; ++i) {
    db.start_read([i](sql::Transaction& tx) { tx.query("select last from counter where account_id = ?", i % kAccounts).next(); }).get();
  }
  fmt::print("reads of one row, one by one over a pool thread: {:.0f}/s\n", kReads / seconds_since(start));
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) return fmt::print("usage: sql_bench ADDRESS\n"), 2;
  const auto db = sql::open(words[1], {}, kSchema);
  db->write([](sql::Transaction& tx) {
    for (int i = 0; i < kAccounts; ++i) tx.execute_later("insert into counter values (?, 0)", i);
  });
  int64_t next = 0;
  next = measure_writes(*db, next, 1, 2'000);
  for (size_t in_flight : {size_t{8}, size_t{64}, size_t{256}}) next = measure_writes(*db, next, in_flight, 40'000);
  measure_rows(*db);
  measure_reads(*db);
}
