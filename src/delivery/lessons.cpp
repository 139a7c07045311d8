#include "delivery/lessons.h"

#include <optional>
#include <vector>

#include "base/log.h"
#include "spam/bayes.h"
#include "spam/tokens.h"

namespace delivery {

namespace {

constexpr size_t kMost = 200;  // messages of one move that are learned from

// Into Junk: unwanted. Out of it, unless it is thrown away: wanted.
std::optional<spam::Lesson> lesson_of(store::SpecialUse from, store::SpecialUse to) {
  using enum store::SpecialUse;
  if (from == to) return std::nullopt;
  if (to == kJunk) return spam::Lesson::kSpam;
  if (from == kJunk && to != kTrash) return spam::Lesson::kHam;
  return std::nullopt;
}

}  // namespace

struct Lessons::Moved {
  struct Email {
    int64_t id = 0;
    blob::BlobId body;
  };
  std::optional<spam::Lesson> lesson;
  std::vector<Email> emails;
};

void Lessons::note_moved(sql::AccountScope scope, int64_t from, std::string to, store::UidSet uids) {
  if (!settings_.use_bayes) return;
  pool_.submit([this, scope, from, to = std::move(to), uids = std::move(uids)] {
    try {
      learn(scope, from, to, uids);
    } catch (const base::Failure& failure) {
      base::log_warning("a move into or out of Junk was not learned from", {{"account", scope.account_id}, {"cause", failure.what()}});
    }
  });
}

Lessons::Moved Lessons::read(sql::AccountScope scope, int64_t from, const std::string& to, const store::UidSet& uids) {
  return store_.database().read([&](sql::Transaction& tx) {
    Moved moved;
    auto from_use = store::SpecialUse::kNone;
    for (const auto& mailbox : store_.mailboxes(tx, scope))
      if (mailbox.id == from) from_use = mailbox.special_use;
    const auto target = store_.find_mailbox(tx, scope, to);
    if (target) moved.lesson = lesson_of(from_use, target->special_use);
    if (!moved.lesson) return moved;
    store_.for_each_message(tx, scope, target->id, uids, {}, [&](const store::MessageRow& row) {
      if (moved.emails.size() < kMost) moved.emails.push_back({row.email_id, row.blob});
    });
    return moved;
  });
}

void Lessons::learn(sql::AccountScope scope, int64_t from, const std::string& to, const store::UidSet& uids) {
  const Moved moved = read(scope, from, to, uids);
  for (const auto& email : moved.emails) {
    const auto bytes = store_.blobs().get(scope.enterprise_id, email.body);
    if (!bytes.ok()) continue;  // expunged meanwhile
    const auto tokens = spam::tokens_of(scope.enterprise(), mime::parse(*bytes, store_.mime_limits()), settings_.tokens);
    const auto key = spam::message_key(*bytes);
    store_.database().write([&](sql::Transaction& tx) {
      return spam::note_moved(tx, scope, email.id, tokens, key, *moved.lesson, clock_.now(), settings_.bayes);
    });
  }
}

}  // namespace delivery
