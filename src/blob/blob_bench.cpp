// Measures a store of bodies: ninja -C build/release blob_bench && build/release/blob_bench rocksdb:/path/new
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>

#include "blob/open.h"

namespace {

using Clock = std::chrono::steady_clock;
constexpr blob::EnterpriseKey kKey{1};

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Text-like: compresses to about a half.
std::string make_body(uint32_t number, size_t size) {
  std::string out = std::to_string(number) + "\r\n";
  uint32_t state = number * 2654435761u + 1;
  while (out.size() < size) {
    state = state * 1664525u + 1013904223u;
    out += static_cast<char>('a' + (state >> 24) % 16);
  }
  return out;
}

std::vector<blob::BlobId> measure_puts(blob::BlobStore& store, uint32_t from, uint32_t count, size_t size, size_t in_flight) {
  std::vector<blob::BlobId> ids;
  std::deque<net::Pending<void>> pending;
  double hashing = 0;
  const auto start = Clock::now();
  for (uint32_t i = 0; i < count; ++i) {
    auto body = make_body(from + i, size);
    const auto before = Clock::now();
    ids.push_back(blob::blob_id(kKey, body));
    hashing += seconds_since(before);
    if (pending.size() == in_flight) pending.front().get(), pending.pop_front();
    pending.push_back(store.start_put(1, ids.back(), std::move(body)));
  }
  for (auto& one : pending) one.get();
  const double took = seconds_since(start);
  fmt::print("{:>6} bytes, {:>4} in flight: {:>8.0f} puts/s ({:.1f} us a hash)\n", size, in_flight, count / took, hashing / count * 1e6);
  return ids;
}

void measure_gets(blob::BlobStore& store, const std::vector<blob::BlobId>& ids, const char* what) {
  const auto start = Clock::now();
  size_t bytes = 0;
  for (const auto& body : store.multi_get(1, ids)) bytes += body.ok() ? body->size() : 0;
  fmt::print("multi_get of {} ({} MB), {}: {:.1f} ms\n", ids.size(), bytes >> 20, what, seconds_since(start) * 1000);
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) return fmt::print("usage: blob_bench ADDRESS\n"), 2;
  std::vector<blob::BlobId> small;
  {
    const auto store = blob::open(words[1]);
    measure_puts(*store, 0, 1000, 8192, 1);
    measure_puts(*store, 100'000, 20'000, 8192, 64);
    small = measure_puts(*store, 200'000, 10'000, 1700, 256);
    measure_gets(*store, small, "just written");
  }
  const auto store = blob::open(words[1]);
  std::sort(small.begin(), small.end());
  measure_gets(*store, small, "opened again");
  measure_gets(*store, small, "a second time");
}
