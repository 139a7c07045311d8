#include "server/housekeeping.h"

#include <algorithm>
#include <array>

#include "base/log.h"
#include "base/metrics.h"
#include "mailauth/dkim_key.h"
#include "queue/bodies.h"
#include "server/limits.h"
#include "spam/forget.h"

namespace server {

namespace {
constexpr size_t kRowsAtOnce = 500;
constexpr auto kBetweenPieces = std::chrono::milliseconds(20);
constexpr size_t kKeysAtOnce = 100;
constexpr auto kBetweenForgettings = std::chrono::hours(6);
constexpr auto kBetweenRotations = std::chrono::minutes(10);
constexpr auto kBetweenRounds = std::chrono::minutes(1);
}  // namespace

Housekeeping::Housekeeping(Instance& instance, net::Resolver& resolver, net::IoLoops& loops)
    : instance_(instance), resolver_(resolver), loops_(loops), keys_(instance.database(), instance.clock()), thread_([this] { run(); }) {}

Housekeeping::~Housekeeping() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Housekeeping::run() {
  const std::chrono::milliseconds soon = millis(instance_.settings().duration("store.collect_every")) / 10;
  const auto between_rounds = std::min<std::chrono::milliseconds>(kBetweenRounds, soon);
  next_collection_ = instance_.clock().now() + soon;  // not at once: a start has enough to read
  while (!wait(work() ? std::chrono::milliseconds(kBetweenPieces) : between_rounds)) {
  }
}

bool Housekeeping::wait(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return wake_.wait_for(lock, time, [this] { return stopping_; });
}

bool Housekeeping::work() {
  try {
    base::Time now = instance_.clock().now();
    bool more = instance_.store().sweep_dropped(kRowsAtOnce);
    more |= instance_.store().prune_tombstones(now - instance_.settings().duration("store.tombstones"), kRowsAtOnce);
    if (more) return true;
    instance_.journal().purge(now - instance_.settings().duration("journal.keep"));
    if (now >= next_collection_) collect(now);
    if (now >= next_rotation_) rotate_keys(now);
    if (now >= next_forgetting_) forget(now);
    return false;
  } catch (const base::Failure& failure) {
    base::log_warning("housekeeping will try again", {{"error", failure.what()}});
    return false;
  }
}

void Housekeeping::collect(base::Time now) {
  static auto& bodies = base::counter("posthouse_store_bodies_collected_total", "Bodies removed because no message named them any more");
  next_collection_ = now + instance_.settings().duration("store.collect_every");
  const auto stopping = [this] {
    std::lock_guard lock(mutex_);
    return stopping_;
  };
  const std::array<store::Marker, 1> others{queue::mark_bodies};
  const auto collected = store::collect(instance_.store(), others, collect_limits(instance_.settings()), stopping);
  bodies.Increment(static_cast<double>(collected.bodies));
  if (collected.bodies > 0) base::log_info("bodies collected", {{"bodies", collected.bodies}, {"bytes", collected.bytes}});
}

void Housekeeping::forget(base::Time now) {
  next_forgetting_ = now + kBetweenForgettings;
  const auto settings = spam_settings(instance_.settings());
  for (const auto& enterprise : instance_.directory().enterprises())
    instance_.database().write([&](sql::Transaction& tx) { spam::expire(tx, {enterprise.id}, now, settings); });
}

// Old keys get successors; successors that DNS shows sign from now on; keys that signed for the last time long ago go.
void Housekeeping::rotate_keys(base::Time now) {
  const config::Settings& settings = instance_.settings();
  next_rotation_ = now + kBetweenRotations;
  using State = directory::DkimKeyState;
  for (const auto& key : keys_.older_than(State::kActive, now - settings.duration("dkim.rotate_after"), kKeysAtOnce))
    keys_.begin_rotation(key.scope, key.domain);
  for (const auto& key : keys_.older_than(State::kWaiting, now, kKeysAtOnce))
    if (is_published(key)) keys_.complete_rotation(key.scope, key.domain);
  for (const auto& key : keys_.older_than(State::kRetiring, now - settings.duration("dkim.overlap"), kKeysAtOnce)) keys_.remove(key);
}

// Every key of its pair must be there, or half of the signatures would fail.
bool Housekeeping::is_published(const directory::DkimKey& key) {
  bool all = true;
  for (const auto& each : keys_.list(key.scope, key.domain)) {
    if (each.state != directory::DkimKeyState::kWaiting) continue;
    const auto record = base::value_or_throw(mailauth::PrivateKey::from_pem(each.pem)).record();
    net::DnsAnswer answer;
    loops_.run([](net::Resolver& resolver, std::string name, net::DnsAnswer& out) -> net::Task<> {
      out = co_await resolver.resolve(std::move(name), net::DnsType::kTxt, net::Deadline::after(std::chrono::seconds(20)));
    }(resolver_, each.record_name(), answer));
    all = all && std::ranges::find(answer.texts, record) != answer.texts.end();
  }
  return all;
}

}  // namespace server
