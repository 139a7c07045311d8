// The session's view of the selected mailbox: what differs from the latest version goes out as EXPUNGE, EXISTS, RECENT and FETCH responses.
#include <algorithm>

#include "base/log.h"
#include "imap/response.h"
#include "imap/session.h"

namespace imap {
namespace {

// Null when the mailbox is gone.
net::Task<store::ListPtr> load_latest(Session& session) {
  store::Store& store = session.services.store;
  const auto scope = session.scope();
  const int64_t id = session.selected->mailbox_id;
  store::ListPtr latest = store.committed(scope, id);
  if (!latest) {
    auto read = [&store, scope, id](sql::Transaction& tx) { return store.list(tx, scope, id); };
    auto result = co_await session.database().async_read(read);
    if (result)
      latest = *result;
    else if (result.error().kind != base::ErrorKind::kNotFound)
      throw base::Failure(result.error());
  }
  if (latest && latest->state().uid_validity != session.selected->view->state().uid_validity) latest = nullptr;
  co_return latest;
}

// From the last to the first: so the numbers of those before stay what they were.
void put_expunges(std::string& out, const std::vector<uint32_t>& sequences) {
  for (auto it = sequences.rbegin(); it != sequences.rend(); ++it) {
    out += "* ";
    put_number(out, *it);
    out += " EXPUNGE\r\n";
  }
}

// A change this session made and need not be told of.
bool is_own(const Selected& selected, const store::Entry& entry) {
  return entry.modseq == selected.own_modseq && selected.own_changes.contains(entry.uid);
}

void put_changed(Session& session, const store::MailboxList& before, const store::MailboxList& after, const std::vector<uint32_t>& changed,
                 bool with_uid) {
  const Selected& selected = *session.selected;
  store::UidSet uids;
  for (uint32_t uid : changed) uids.add(uid);
  std::string& out = session.out;
  after.for_each(uids, [&](uint32_t sequence, const store::Entry& entry) {
    bool own = is_own(selected, entry);
    if (own && !session.condstore) return;
    if (!session.condstore) {
      auto old = before.find(entry.uid);
      if (old && old->flags == entry.flags) return;
    }
    begin_flags_fetch(session, sequence, entry.uid, with_uid);
    if (!own) {
      out += "FLAGS ";
      put_flags(out, entry.flags, *after.state().keywords, selected.recent.contains(entry.uid));
    }
    if (session.condstore) {  // RFC 7162 3.1.3: also after STORE .SILENT
      out += own ? "MODSEQ (" : " MODSEQ (";
      put_number(out, entry.modseq);
      out.push_back(')');
    }
    out += ")\r\n";
  });
}

}  // namespace

void put_mailbox_flags(std::string& out, const std::vector<std::string>& keywords, bool read_only) {
  store::FlagSet all = store::kSystemFlags;
  for (size_t i = 0; i < keywords.size(); ++i) all |= store::FlagSet{1} << (store::kFirstKeywordBit + i);
  std::string flags;
  put_flags(flags, all, keywords);
  out += "* FLAGS " + flags + "\r\n* OK [PERMANENTFLAGS (";
  if (!read_only) {
    out.append(flags, 1, flags.size() - 2);
    if (keywords.size() < store::kMaxKeywords) out += " \\*";
  }
  out += ")] Flags permitted\r\n";
}

void begin_flags_fetch(Session& session, uint32_t sequence, uint32_t uid, bool with_uid) {
  std::string& out = session.out;
  out += "* ";
  put_number(out, sequence);
  out += " FETCH (";
  if (!with_uid && !session.rev2 && !session.condstore) return;
  out += "UID ";
  put_number(out, uid);
  out.push_back(' ');
}

uint64_t count_recent(const Selected& selected) {
  uint64_t count = 0;
  if (!selected.recent.empty()) selected.view->for_each(selected.recent, [&](uint32_t, const store::Entry&) { ++count; });
  return count;
}

net::Task<> claim_recent(Session& session, store::ListPtr latest) {
  Selected& selected = *session.selected;
  if (session.rev2 || latest->state().recent_from >= latest->state().uid_next) co_return;
  if (selected.read_only) {  // RFC 3501 6.3.2: EXAMINE leaves them \Recent
    selected.recent.add(latest->state().recent_from, latest->state().uid_next - 1);
    co_return;
  }
  struct Claim {
    uint32_t first = 0, next = 0;
  };
  store::Store& store = session.services.store;
  const auto scope = session.scope();
  const int64_t id = selected.mailbox_id;
  auto write = [&store, scope, id](sql::Transaction& tx) -> base::Result<Claim> {
    auto first = store.claim_recent(tx, scope, id);
    if (!first) return first.error();
    auto list = store.list(tx, scope, id);
    if (!list) return list.error();
    return Claim{*first, (*list)->state().uid_next};
  };
  try {
    auto claim = co_await session.database().async_write(write);
    if (claim && claim->first < claim->next) selected.recent.add(claim->first, claim->next - 1);
  } catch (const base::Failure& failure) {
    // Reading goes on when nothing can be written (a full disk): the next session sees them as \Recent too.
    base::log_warning("recent messages not claimed", {{"cause", failure.what()}});
    selected.recent.add(latest->state().recent_from, latest->state().uid_next - 1);
  }
}

bool is_behind(const Session& session, Expunges expunges) {
  const Selected& selected = *session.selected;
  if (expunges == Expunges::kAllowed && selected.view != selected.committed) return true;
  return session.services.store.committed(session.scope(), selected.mailbox_id) != selected.committed;
}

net::Task<bool> synchronize(Session& session, Expunges expunges, bool with_uid) {
  Selected& selected = *session.selected;
  const store::ListPtr latest = co_await load_latest(session);
  if (!latest) co_return false;
  if (latest->state().modseq < selected.committed->state().modseq) co_return true;
  const store::ListPtr before = selected.view;
  store::ListPtr after = latest;
  store::ListDiff difference = store::diff(*before, *after);
  if (expunges != Expunges::kAllowed && !difference.expunged.empty()) {
    after = store::without_expunges(before, latest);
    difference = store::diff(*before, *after);
  }
  if (difference.appended > 0) co_await claim_recent(session, latest);
  selected.view = after;
  selected.committed = latest;
  put_expunges(session.out, difference.expunged);
  if (difference.keywords_changed) put_mailbox_flags(session.out, *after->state().keywords, selected.read_only);
  if (difference.appended > 0) {
    session.out += "* ";
    put_number(session.out, after->size());
    session.out += " EXISTS\r\n";
    if (!session.rev2) {
      session.out += "* ";
      put_number(session.out, count_recent(selected));
      session.out += " RECENT\r\n";
    }
  }
  put_changed(session, *before, *after, difference.changed, with_uid);
  selected.own_changes = {};
  selected.own_modseq = 0;
  co_return true;
}

std::optional<store::UidSet> resolve(const Selected& selected, const SequenceSet& set, bool uid) {
  const store::MailboxList& view = *selected.view;
  if (set.saved) return selected.saved;
  const uint32_t star = uid ? view.last_uid() : view.size();
  std::vector<std::pair<uint32_t, uint32_t>> ranges;
  ranges.reserve(set.ranges.size());
  for (auto [first, last] : set.ranges) {
    if (star == 0 && (uid || first == 0 || last == 0)) continue;  // an empty mailbox: 1:* is nothing
    if (first == 0) first = star;
    if (last == 0) last = star;
    if (first > last) std::swap(first, last);
    if (!uid && last > star) return std::nullopt;
    if (first > star) continue;
    ranges.emplace_back(first, std::min(last, star));
  }
  std::sort(ranges.begin(), ranges.end());
  store::UidSet out;
  for (auto [first, last] : ranges) out.add(first, last);
  return uid ? out : view.uids_of(out);
}

}  // namespace imap
