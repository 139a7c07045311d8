#include "delivery/delivery.h"

#include <utility>

#include "base/log.h"
#include "base/metrics.h"
#include "delivery/log.h"
#include "delivery/step.h"

namespace delivery {

namespace {

struct NamedStep {
  const char* name;
  Step run;
};

// The life of a message.
// clang-format off
constexpr NamedStep kSteps[] = {
    {"loop", check_loop},
    {"submission", check_submission},
    {"authenticate", authenticate_message},
    {"headers", add_headers},
    {"recipients", merge_recipients},
    {"judge", judge_message},
    {"sign", sign_outgoing},
    {"store", store_message},
};
// clang-format on

net::Task<Verdict> run_steps(Message& message, Services& services) {
  for (const auto& step : kSteps) {
    Verdict verdict = co_await step.run(message, services);
    if (verdict.kind == Verdict::Kind::kContinue) continue;
    base::log(base::LogLevel::kDebug, "delivery decided", {{"id", message.id}, {"step", step.name}, {"reply", verdict.reply.code}});
    co_return verdict;
  }
  co_return Verdict::accept();
}

void count(const Message& message) {
  static auto& stored =
      base::counter("posthouse_delivery_copies_total", "Recipients served and refused by delivery", {{"result", "stored"}});
  static auto& deferred =
      base::counter("posthouse_delivery_copies_total", "Recipients served and refused by delivery", {{"result", "deferred"}});
  static auto& refused =
      base::counter("posthouse_delivery_copies_total", "Recipients served and refused by delivery", {{"result", "refused"}});
  for (const auto& recipient : message.recipients) {
    const Reply& reply = recipient.outcome;
    (reply.positive() ? stored : reply.temporary() ? deferred : refused).Increment();
  }
}

void apply(const Verdict& verdict, Message& message) {
  if (verdict.kind == Verdict::Kind::kAccept || verdict.kind == Verdict::Kind::kContinue) return;
  for (auto& recipient : message.recipients) {
    if (recipient.decided && message.protocol == Protocol::kLmtp) continue;
    recipient.outcome = verdict.reply;
    recipient.decided = true;
  }
}

}  // namespace

net::Task<> Delivery::deliver(Message& message) {
  Verdict verdict;
  try {
    verdict = co_await run_steps(message, services_);
  } catch (const base::Failure& failure) {
    base::log_error("delivery failed", {{"id", message.id}, {"cause", failure.what()}});
    verdict = Verdict::defer(451, "4.3.0", "cannot store the message now, try again later");
  }
  apply(verdict, message);
  count(message);
  for (const auto& recipient : message.recipients) {
    if (recipient.outcome.positive()) continue;
    services_.journal.record(recipient_event(message_event(message, journal::EventKind::kMessageRefused, recipient.outcome), recipient));
  }
}

void Delivery::note_refused(const Message& message, const Reply& reply) {
  const auto common = message_event(message, journal::EventKind::kMessageRefused, reply);
  for (const auto& recipient : message.recipients) services_.journal.record(recipient_event(common, recipient));
}

}  // namespace delivery
