// Measures the queue: ninja -C build/release queue_bench && build/release/queue_bench FOLDER [rate|million]      (an empty folder on disk)
//
// rate     messages through enqueue, claim and finish with a transport that does nothing, every transaction with its fsync
// million  1,000,000 entries for 50,000 destinations: memory, and the cost of a delivery at the start and near the end
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <deque>
#include <thread>

#include "blob/open.h"
#include "queue/scheduler.h"
#include "sql/open.h"

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Resident memory in MB, of which `field` of /proc/self/status tells.
double memory(const char* field) {
  FILE* file = std::fopen("/proc/self/status", "r");
  char line[256];
  double kilobytes = 0;
  while (file && std::fgets(line, sizeof line, file))
    if (std::string_view(line).starts_with(field)) std::sscanf(line + std::string_view(field).size(), ": %lf", &kilobytes);
  if (file) std::fclose(file);
  return kilobytes / 1024;
}
double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

class NullTransport : public queue::Transport {
 public:
  net::Task<std::vector<queue::Outcome>> send(queue::Batch batch) override {
    queue::Outcome outcome;
    outcome.disposition = queue::Disposition::kRelayed;
    outcome.attempt.reply_code = 250;
    sent += batch.recipients.size();
    co_return std::vector<queue::Outcome>(batch.recipients.size(), outcome);
  }
  std::atomic<size_t> sent{0};
};

class NoPostmaster : public queue::Postmaster {
 public:
  net::Task<queue::PostNotice> deliver(queue::Notice) override {
    co_return [](sql::Transaction&) {};
  }
};

struct Bench {
  explicit Bench(const std::string& folder) : db(sql::open("sqlite:" + folder + "/queue.db")) {}
  ~Bench() {
    loops.run(scheduler.stop(net::Deadline::after(10s)));
    pool.join();
    loops.stop();
  }

  queue::NewMessage message(uint64_t size) {
    queue::NewMessage message;
    message.account_id = 7;
    message.envelope.return_path = "ann@acme.example";
    message.envelope.size = size;
    message.language = "zh-CN";
    message.subject = "Quarterly figures";
    message.header_id = "<6f1c0d@acme.example>";
    return message;
  }
  int64_t entries() {
    return db->read([](sql::Transaction& tx) {
      auto rows = tx.query("select count(*) from queue_entry");
      rows.next();
      return rows.number(0);
    });
  }
  void wait_sent(size_t count) {
    while (transport.sent < count) std::this_thread::sleep_for(1ms);
  }

  base::SystemClock clock;
  base::IdMaker ids{clock, 1};
  std::unique_ptr<sql::Database> db;
  std::unique_ptr<blob::BlobStore> blobs = blob::open("memory:");
  journal::Journal journal{*db, clock, ids};
  queue::Queue queue{clock, ids, journal, 1};
  NullTransport transport;
  NoPostmaster postmaster;
  net::ThreadPool pool{1};
  net::IoLoops loops{2};
  queue::Scheduler scheduler{queue::Services{queue, *db, *blobs, pool, transport, postmaster, "mail.example"},
                             {loops.executor(0), loops.executor(1)}};
};

void measure_rate(Bench& bench, size_t in_flight, int destinations, size_t count) {
  const size_t before = bench.transport.sent;
  const double busy = processor_seconds();
  const auto start = Clock::now();
  std::deque<net::Pending<int64_t>> pending;
  const auto message = bench.message(10'000);
  for (size_t i = 0; i < count; ++i) {
    if (pending.size() == in_flight) pending.front().get(), pending.pop_front();
    std::vector<queue::NewRecipient> to{{.address = fmt::format("u{}@d{}.example", i, static_cast<int>(i) % destinations)}};
    pending.push_back(
        bench.db->start_write([&bench, &message, to](sql::Transaction& tx) { return bench.queue.enqueue(tx, {1}, message, to); }));
  }
  for (auto& one : pending) one.get();
  const double queued = seconds_since(start);
  bench.wait_sent(before + count);
  while (bench.entries() > 0) std::this_thread::sleep_for(2ms);
  const double took = seconds_since(start);
  fmt::print("{:>4} in flight, {:>5} destinations: {:>7.0f} messages/s queued, {:>7.0f}/s through, {:.0f} us of processor each\n",
             in_flight, destinations, static_cast<double>(count) / queued, static_cast<double>(count) / took,
             (processor_seconds() - busy) * 1e6 / static_cast<double>(count));
}

void fill(Bench& bench, int destinations, int each) {
  const auto start = Clock::now();
  const auto message = bench.message(10'000);
  for (int first = 0; first < destinations; first += 200) {
    bench.db->write([&](sql::Transaction& tx) {
      for (int d = first; d < std::min(destinations, first + 200); ++d)
        for (int i = 0; i < each; ++i) {
          const std::vector<queue::NewRecipient> to{{.address = fmt::format("user{}@destination{}.example", i, d)}};
          bench.queue.enqueue(tx, {1 + d % 3}, message, to);
        }
    });
  }
  fmt::print("{} entries filled in {:.0f} s; {:.0f} MB resident\n", destinations * each, seconds_since(start), memory("VmRSS"));
}

void measure_million(Bench& bench) {
  constexpr int kDestinations = 50'000, kEach = 20;
  constexpr size_t kAll = size_t{kDestinations} * kEach, kPart = kAll / 10;
  fill(bench, kDestinations, kEach);
  const auto begin = Clock::now();
  bench.scheduler.start();
  bench.wait_sent(1);
  fmt::print("first delivery {:.0f} ms after the start\n", seconds_since(begin) * 1000);
  for (size_t done = 0; done < kAll; done += kPart) {
    const double busy = processor_seconds();
    const auto start = Clock::now();
    bench.wait_sent(done + kPart);
    const auto counts = bench.scheduler.counts();
    fmt::print("{:>8} done: {:>6.0f}/s, {:>5.1f} us of processor each, {:>4.0f} MB resident, {} lanes, {} claimed\n", done + kPart,
               kPart / seconds_since(start), (processor_seconds() - busy) * 1e6 / kPart, memory("VmRSS"), counts.lanes, counts.claimed);
  }
  fmt::print("{:.0f} MB resident at most\n", memory("VmHWM"));
}

}  // namespace

int main(int count, char** words) {
  const std::string what = count > 2 ? words[2] : "rate";
  if (count < 2 || (what != "rate" && what != "million")) return fmt::print("usage: queue_bench FOLDER [rate|million]\n"), 2;
  Bench bench(words[1]);
  if (what == "million") return measure_million(bench), 0;
  bench.scheduler.start();
  while (!bench.queue.inbox()->open) std::this_thread::sleep_for(1ms);
  measure_rate(bench, 1, 100, 500);
  for (size_t in_flight : {size_t{20}, size_t{100}, size_t{250}})
    for (int destinations : {1, 100, 10'000}) measure_rate(bench, in_flight, destinations, 10'000);
}
