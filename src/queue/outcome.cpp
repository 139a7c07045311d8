#include "queue/outcome.h"

#include <fmt/format.h>

#include <algorithm>

#include "journal/event_rows.h"
#include "queue/schedule.h"

namespace queue {

namespace {

bool may_tell(const Work& work, const Entry& entry, Notify what, bool by_default) {
  if (work.message->envelope.return_path.empty()) return false;  // RFC 5321 4.5.5
  return entry.notify == 0 ? by_default : (entry.notify & what) != 0;
}

Settled returned(const Work& work, size_t place, Attempt attempt) {
  const Told told = may_tell(work, work.entries[place], kNotifyFailure, true) ? Told::kFailed : Told::kNothing;
  return {.entry = place, .fate = Fate::kReturned, .told = told, .attempt = std::move(attempt)};
}

// RFC 3463 3.5 X.4.7: the time is over. The last reply stays as the diagnostic.
Attempt expired(const Work& work, Attempt attempt, base::Time now) {
  const auto& by = work.message->envelope.deliver_by;
  const bool late = by && now >= *by && !(work.message->envelope.flags & kDeliverByNotify);
  attempt.enhanced = late ? "5.4.7" : "4.4.7";
  return attempt;
}

// `next` zero: by the entry's own schedule.
Settled deferred(const Settings& settings, const Work& work, size_t place, Attempt attempt, base::Time now, bool tried, base::Time next) {
  const Entry& entry = work.entries[place];
  const int attempts = entry.attempts + (tried ? 1 : 0);
  const auto seed = static_cast<uint64_t>(work.message->message_id);
  const Verdict verdict = after_failure(settings, now, attempts, entry.expires_at, entry.delay_at, seed, next);
  if (verdict.give_up) {
    Settled settled = returned(work, place, expired(work, std::move(attempt), now));
    settled.tried = tried;
    return settled;
  }
  Settled settled{.entry = place, .tried = tried};
  settled.deferral = {.attempts = attempts, .next_at = base::to_micros(verdict.next_at), .delay_at = entry.delay_at};
  settled.deferral.last_reply = summary(attempt);
  if (verdict.tell_delay) {
    settled.deferral.delay_at.reset();
    if (may_tell(work, entry, kNotifyDelay, true)) settled.told = Told::kDelayed;
  }
  settled.attempt = std::move(attempt);
  return settled;
}

Settled delivered(const Work& work, size_t place, const Outcome& outcome) {
  Settled settled{.entry = place, .fate = Fate::kDelivered, .attempt = outcome.attempt};
  if (may_tell(work, work.entries[place], kNotifySuccess, false)) {
    if (outcome.disposition == Disposition::kDelivered) settled.told = Told::kDelivered;
    if (outcome.disposition == Disposition::kRelayed && !outcome.dsn_passed_on) settled.told = Told::kRelayed;
  }
  return settled;
}

// What a remote says goes into the database: text it takes, and not too long.
Attempt storable(Attempt attempt, size_t bytes) {
  attempt.remote_name = journal::clean_text(attempt.remote_name, 255);
  attempt.enhanced = journal::clean_text(attempt.enhanced, 20);
  attempt.text = journal::clean_text(attempt.text, bytes);
  attempt.reason = journal::clean_text(attempt.reason, bytes);
  return attempt;
}

}  // namespace

std::vector<Settled> settle(const Settings& settings, const Work& work, std::span<const Outcome> outcomes, base::Time now) {
  std::vector<Settled> all;
  for (size_t i = 0; i < work.entries.size(); ++i) {
    Outcome outcome = outcomes[i];
    outcome.attempt = storable(std::move(outcome.attempt), settings.reply_bytes);
    switch (outcome.disposition) {
      case Disposition::kDelivered:
      case Disposition::kRelayed:
        all.push_back(delivered(work, i, outcome));
        break;
      case Disposition::kPermanent:
        all.push_back(returned(work, i, std::move(outcome.attempt)));
        break;
      case Disposition::kTemporary:
        all.push_back(deferred(settings, work, i, std::move(outcome.attempt), now, true, {}));
        break;
    }
  }
  return all;
}

std::vector<Settled> settle_dead(const Settings& settings, const Work& work, const Attempt& why, base::Time dead_until, base::Time now) {
  // Not all at the same moment, and those of one message together.
  const auto spread = base::Duration(work.message->message_id % std::max<int64_t>(1, settings.dead_first.count()));
  Attempt attempt = storable(why, settings.reply_bytes);
  attempt.reason = "not tried again yet: " + (attempt.reason.empty() ? summary(why, settings.reply_bytes) : attempt.reason);
  std::vector<Settled> all;
  for (size_t i = 0; i < work.entries.size(); ++i) all.push_back(deferred(settings, work, i, attempt, now, false, dead_until + spread));
  return all;
}

std::vector<Settled> settle_wish(const Work& work, base::Time now) {
  std::vector<Settled> all;
  for (size_t i = 0; i < work.entries.size(); ++i) {
    const Entry& entry = work.entries[i];
    Settled settled{.entry = i, .fate = Fate::kRemoved};
    if (entry.wish == Wish::kBounce) {
      Attempt attempt{.enhanced = "5.7.0", .reason = "returned by an administrator"};
      settled = returned(work, i, std::move(attempt));
    } else if (entry.wish == Wish::kHold) {
      settled.fate = Fate::kDeferred;
      settled.deferral = {.attempts = entry.attempts, .next_at = base::to_micros(now), .delay_at = entry.delay_at, .last_reply = "held"};
    }
    settled.tried = false;
    all.push_back(std::move(settled));
  }
  return all;
}

std::string summary(const Attempt& attempt, size_t bytes) {
  std::string out = attempt.remote_name;
  if (!attempt.remote_address.empty()) out += fmt::format("{}[{}]", out.empty() ? "" : " ", attempt.remote_address);
  if (!attempt.tls_version.empty()) out += " " + attempt.tls_version;
  if (!out.empty()) out += ": ";
  if (attempt.reply_code != 0) {
    out += fmt::format("{} ", attempt.reply_code);
    if (!attempt.enhanced.empty()) out += attempt.enhanced + " ";
    out += attempt.text;
    if (!attempt.reason.empty()) out += fmt::format(" ({})", attempt.reason);
  } else {
    out += attempt.reason.empty() ? attempt.text : attempt.reason;
  }
  std::ranges::replace(out, '\n', ' ');
  return journal::clean_text(out, bytes);
}

const Attempt* unreachable(std::span<const Outcome> outcomes) {
  for (const Outcome& outcome : outcomes)
    if (outcome.disposition == Disposition::kTemporary && outcome.extent == Extent::kDestination) return &outcome.attempt;
  return nullptr;
}

}  // namespace queue
