// One delivery: the batch to the transport, its outcomes, the reports to the sender.

#include <algorithm>

#include "base/log.h"
#include "queue/dsn.h"
#include "queue/scheduler_state.h"

namespace queue {

namespace {

using Body = base::Result<std::shared_ptr<const std::string>>;

net::Task<Body> read_body(const Services* services, std::shared_ptr<const Message> message) {
  if (message->bytes) co_return message->bytes;
  auto get = [&blobs = services->blobs, message] { return blobs.get(message->enterprise_id, message->blob); };
  auto reading = net::run_blocking(services->pool, std::move(get));
  base::Result<std::string> bytes = co_await std::move(reading);
  if (!bytes.ok()) co_return bytes.error();
  co_return std::make_shared<const std::string>(std::move(*bytes));
}

Batch make_batch(const Services& services, const Lanes::Turn& turn) {
  const Work& work = turn.work;
  Batch batch;
  batch.enterprise_id = work.message->enterprise_id;
  batch.message_id = work.message->message_id;
  batch.hop = {work.next_hop, std::string(route_of(work.next_hop)), work.message->source_pool};
  batch.envelope = work.message->envelope;
  for (const Entry& entry : work.entries) {
    batch.recipients.push_back({entry.entry_id, entry.recipient, entry.orcpt, entry.notify});
    batch.attempts = std::max(batch.attempts, entry.attempts);
  }
  batch.body = [services = &services, message = work.message] { return read_body(services, message); };
  batch.more_coming = turn.more_coming;
  return batch;
}

std::vector<Outcome> all_failed(size_t count, std::string reason) {
  Outcome outcome;
  outcome.extent = Extent::kMessage;
  outcome.attempt.reason = std::move(reason);
  return std::vector<Outcome>(count, outcome);
}

struct Sent {
  std::vector<Outcome> outcomes;
  Lanes::Reached reached = Lanes::Reached::kYes;
};

net::Task<Sent> send(const Services* services, Batch batch) {
  const size_t count = batch.recipients.size();
  Sent sent;
  try {
    auto sending = services->transport.send(std::move(batch));
    sent.outcomes = co_await std::move(sending);
    if (sent.outcomes.size() != count) sent.outcomes = all_failed(count, "the transport gave no outcome");
    if (unreachable(sent.outcomes)) sent.reached = Lanes::Reached::kNo;
  } catch (const std::exception& error) {
    base::log_error("queue: a delivery failed", {{"cause", error.what()}});
    sent.outcomes = all_failed(count, "internal error");
    sent.reached = Lanes::Reached::kUnknown;
  }
  co_return sent;
}

// One report for each thing to be told.
std::vector<Report> plan_reports(const Services& services, const Work& work, const std::vector<Settled>& settled, base::Time now) {
  Report common;
  common.hostname = services.hostname;
  common.now = now;
  common.language = work.message->language;
  common.subject = work.message->subject;
  common.arrived_at = work.message->arrived_at;
  common.envelope = work.message->envelope;
  Report failed = common, delayed = common, done = common;
  for (const Settled& one : settled) {
    if (one.told == Told::kNothing) continue;
    const Entry& entry = work.entries[one.entry];
    ReportEntry line{entry.recipient, entry.orcpt, one.told, one.attempt};
    if (one.told == Told::kDelayed) line.retry_until = entry.expires_at;
    (one.told == Told::kFailed ? failed : one.told == Told::kDelayed ? delayed : done).entries.push_back(std::move(line));
  }
  std::vector<Report> reports;
  for (Report* one : {&failed, &delayed, &done})
    if (!one->entries.empty()) reports.push_back(std::move(*one));
  return reports;
}

net::Task<std::vector<PostNotice>> make_notices(const Services* services, const Settings* settings, std::shared_ptr<const Message> message,
                                                std::vector<Report> reports) {
  std::vector<PostNotice> notices;
  Body body = co_await read_body(services, message);
  // A message that is lost is still reported, without its text; one that cannot be read now may be later.
  if (!body.ok() && body.error().temporary()) throw base::Failure(body.error());
  for (Report& report : reports) {
    if (body.ok()) report.original = **body;
    auto built = build_report(report, *settings);
    Notice notice{message->enterprise_id, message->account_id, message->envelope.return_path, std::move(built.bytes), built.smtputf8};
    auto delivering = services->postmaster.deliver(std::move(notice));
    PostNotice post = co_await std::move(delivering);
    notices.push_back(std::move(post));
  }
  co_return notices;
}

// Reports cannot be made now: nothing is given up untold, so those entries stay; what was delivered is finished without.
void untell(const Settings& settings, const Work& work, std::vector<Settled>& settled, base::Time now) {
  for (Settled& one : settled) {
    if (one.told == Told::kNothing) continue;
    const Entry& entry = work.entries[one.entry];
    if (one.fate == Fate::kReturned) {
      one.fate = Fate::kDeferred;
      one.deferral = {.attempts = entry.attempts + (one.tried ? 1 : 0), .delay_at = entry.delay_at};
      one.deferral.next_at = base::to_micros(now + settings.first_retry);
      one.deferral.last_reply = summary(one.attempt);
    }
    if (one.told == Told::kDelayed) one.deferral.delay_at = entry.delay_at;
    one.told = Told::kNothing;
  }
}

}  // namespace

net::Task<> Scheduler::State::deliver(Self self, Lanes::Turn turn) {
  const Services* services = &self->services;
  std::vector<Settled> settled;
  if (turn.to_send) {
    Batch batch = make_batch(*services, turn);
    Sent sent = co_await send(services, std::move(batch));
    const Attempt* why = unreachable(sent.outcomes);
    self->post(Ended{turn.work, sent.reached, why ? *why : Attempt{}});
    settled = settle(self->settings, turn.work, sent.outcomes, self->clock.now());
  } else if (turn.work.entries.front().wish != Wish::kNone) {
    settled = settle_wish(turn.work, self->clock.now());
  } else {
    settled = settle_dead(self->settings, turn.work, turn.dead, turn.dead_until, self->clock.now());
  }
  std::vector<PostNotice> notices;
  std::vector<Report> reports = plan_reports(*services, turn.work, settled, self->clock.now());
  if (!reports.empty()) {
    try {
      auto making = make_notices(services, &self->settings, turn.work.message, std::move(reports));
      notices = co_await std::move(making);
    } catch (const std::exception& error) {
      base::log_error("queue: a report to the sender could not be made, it will be tried again", {{"cause", error.what()}});
      untell(self->settings, turn.work, settled, self->clock.now());
    }
  }
  self->post(Finished{std::move(turn.work), std::move(settled), std::move(notices)});
}

}  // namespace queue
