// SEARCH (RFC 9051 6.4.4; RETURN RFC 4731; "$" RFC 5182; MODSEQ RFC 7162 3.1.5). What the list cannot decide is looked up in rows, what
// these cannot in bodies; both in chunks on pool threads, several at a time.
#include <algorithm>
#include <deque>

#include "base/text.h"
#include "imap/handlers.h"
#include "imap/response.h"
#include "imap/search_match.h"
#include "mime/charset.h"

namespace imap {
namespace {

using Kind = SearchKey::Kind;

constexpr size_t kMessagesAChunk = 1024;
constexpr size_t kBodiesAtOnce = 64;
constexpr uint64_t kBodyBytesAtOnce = 4u << 20;
constexpr size_t kChunksAtOnce = 4;

// --- making the search ready ---

struct Preparation {
  const Session& session;
  std::string charset;
  bool bad_set = false;
  bool uses_modseq = false;
};

store::FlagSet keyword_bit(const std::vector<std::string>& keywords, std::string_view name) {
  if (store::FlagSet system = store::system_flag(name)) return system;
  for (size_t i = 0; i < keywords.size(); ++i)
    if (base::iequals(keywords[i], name)) return store::FlagSet{1} << (store::kFirstKeywordBit + i);
  return 0;
}

// The parser has limited the depth.
SearchTerm prepare(Preparation& preparation, SearchKey key) {
  SearchTerm term;
  term.kind = key.kind;
  term.number = key.number;
  if (key.kind == Kind::kFlagSet || key.kind == Kind::kFlagClear) term.flags = key.number;
  if (key.kind == Kind::kKeyword || key.kind == Kind::kUnkeyword) term.flags = keyword_bit(preparation.session.keywords(), key.name);
  if (key.kind == Kind::kModSeq) preparation.uses_modseq = true;
  if (key.kind == Kind::kSequence || key.kind == Kind::kUid) {
    auto uids = resolve(*preparation.session.selected, key.set, key.kind == Kind::kUid);
    preparation.bad_set = preparation.bad_set || !uids;
    if (uids) term.uids = std::move(*uids);
  }
  if (key.kind == Kind::kHeader || key.kind == Kind::kBody || key.kind == Kind::kText) {
    term.field = base::to_lower(key.name);
    if (!key.text.empty()) term.text = std::make_unique<mime::TextSearch>(mime::to_utf8(key.text, preparation.charset));
  }
  for (SearchKey& child : key.children) term.children.push_back(prepare(preparation, std::move(child)));
  return term;
}

// --- rows and bodies ---

// Shared with the pool threads that work on it.
struct SearchJob {
  SearchMatch match;
  std::vector<uint32_t> candidates;  // what the list left undecided
  store::Store& store;
  store::AccountScope scope;
  int64_t mailbox_id = 0;
};
using JobPtr = std::shared_ptr<const SearchJob>;

struct Undecided {
  store::Entry entry;
  store::MessageRow row;
  std::string envelope;
};

class ChunkSearch {
 public:
  ChunkSearch(const SearchJob& job, std::vector<uint32_t>& found) : job_(job), found_(found) {}

  void run(sql::Transaction& tx, size_t begin, size_t end) {
    store::UidSet uids;
    for (size_t i = begin; i < end; ++i) uids.add(job_.candidates[i]);
    store::Columns columns;
    columns.envelope = job_.match.needs_envelope();
    job_.store.for_each_message(tx, job_.scope, job_.mailbox_id, uids, columns, [&](const store::MessageRow& row) { look(row); });
    look_into_bodies();
    std::sort(found_.begin(), found_.end());
  }

 private:
  void look(const store::MessageRow& row) {
    auto entry = job_.match.view().list->find(row.uid);
    if (!entry) return;
    Verdict verdict = job_.match.match({*entry, &row});
    if (verdict == Verdict::kYes) found_.push_back(row.uid);
    if (verdict == Verdict::kUnknown) undecided_.push_back({*entry, row, std::string(row.envelope)});
  }

  void look_into_bodies() {
    for (size_t begin = 0; begin < undecided_.size();) {
      std::vector<blob::BlobId> ids;
      uint64_t bytes = 0;
      for (size_t i = begin; i < undecided_.size() && ids.size() < kBodiesAtOnce && (ids.empty() || bytes < kBodyBytesAtOnce); ++i) {
        ids.push_back(undecided_[i].row.blob);
        bytes += undecided_[i].row.size;
      }
      auto bodies = job_.store.blobs().multi_get(job_.scope.enterprise_id, ids);
      for (size_t i = 0; i < ids.size(); ++i) look_into(undecided_[begin + i], bodies[i]);
      begin += ids.size();
    }
  }

  void look_into(Undecided& one, const base::Result<std::string>& body) {
    if (!body) throw base::Failure(body.error());
    const mime::Message message = mime::parse(*body, job_.match.view().mime_limits);
    one.row.envelope = one.envelope;
    if (job_.match.match({one.entry, &one.row, &message}) == Verdict::kYes) found_.push_back(one.row.uid);
  }

  const SearchJob& job_;
  std::vector<uint32_t>& found_;
  std::vector<Undecided> undecided_;
};

net::Pending<std::vector<uint32_t>> start_chunk(const JobPtr& job, size_t begin) {
  auto work = [job, begin](sql::Transaction& tx) {
    std::vector<uint32_t> found;
    ChunkSearch(*job, found).run(tx, begin, std::min(begin + kMessagesAChunk, job->candidates.size()));
    return found;
  };
  return job->store.database().start_read(std::move(work));
}

net::Task<std::vector<uint32_t>> search_rows(JobPtr job) {
  std::deque<net::Pending<std::vector<uint32_t>>> running;
  std::vector<uint32_t> found;
  for (size_t next = 0; next < job->candidates.size() || !running.empty();) {
    while (next < job->candidates.size() && running.size() < kChunksAtOnce) {
      running.push_back(start_chunk(job, next));
      next += kMessagesAChunk;
    }
    auto first = std::move(running.front());
    running.pop_front();
    const std::vector<uint32_t> part = co_await first.wait();
    found.insert(found.end(), part.begin(), part.end());
  }
  co_return found;
}

// UIDs, ascending.
net::Task<std::vector<uint32_t>> search(Session& session, SearchMatch match) {
  std::vector<uint32_t> found, undecided;
  match.view().list->for_each([&](uint32_t, const store::Entry& entry) {
    Verdict verdict = match.match({entry});
    if (verdict == Verdict::kYes) found.push_back(entry.uid);
    if (verdict == Verdict::kUnknown) undecided.push_back(entry.uid);
  });
  if (undecided.empty()) co_return found;
  auto job = std::make_shared<const SearchJob>(
      SearchJob{std::move(match), std::move(undecided), session.services.store, session.scope(), session.selected->mailbox_id});
  const std::vector<uint32_t> more = co_await search_rows(job);
  const auto middle = static_cast<std::ptrdiff_t>(found.size());
  found.insert(found.end(), more.begin(), more.end());
  std::inplace_merge(found.begin(), found.begin() + middle, found.end());
  co_return found;
}

// --- the answer ---

// What the options name: all that was found, or only the ends when nothing but MIN and MAX is asked for (RFC 5182 2.1, RFC 7162 3.1.5).
store::UidSet named(const std::vector<uint32_t>& uids, const SearchReturn& options) {
  store::UidSet out;
  if (uids.empty()) return out;
  if (options.all || options.count || (!options.min && !options.max)) {
    for (uint32_t uid : uids) out.add(uid);
    return out;
  }
  if (options.min) out.add(uids.front());
  if (options.max) out.add(uids.back());
  return out;
}

struct Found {
  std::vector<uint32_t> numbers;  // UIDs, or sequence numbers
  uint64_t highest_modseq = 0;    // of the messages that the options name
};

Found number(const store::MailboxList& list, const std::vector<uint32_t>& uids, bool uid, const store::UidSet& of) {
  Found out;
  store::UidSet set;
  for (uint32_t one : uids) set.add(one);
  out.numbers.reserve(uids.size());
  list.for_each(set, [&](uint32_t sequence, const store::Entry& entry) { out.numbers.push_back(uid ? entry.uid : sequence); });
  list.for_each(of, [&](uint32_t, const store::Entry& entry) { out.highest_modseq = std::max(out.highest_modseq, entry.modseq); });
  return out;
}

net::Task<> put_search(Session& session, const Found& found, bool modseq) {
  session.out += "* SEARCH";
  for (uint32_t one : found.numbers) {
    session.out.push_back(' ');
    put_number(session.out, one);
    co_await session.flush_some();
  }
  if (modseq && !found.numbers.empty()) {
    session.out += " (MODSEQ ";
    put_number(session.out, found.highest_modseq);
    session.out += ")";
  }
  session.out += "\r\n";
}

void put_esearch(Session& session, const Found& found, const SearchReturn& options, bool modseq, std::string_view tag, bool uid) {
  std::string& out = session.out;
  out += "* ESEARCH (TAG ";
  put_string(out, tag, false);
  out += uid ? ") UID" : ")";
  const bool any = !found.numbers.empty();
  auto put = [&](std::string_view name, uint64_t value) {
    out.append(" ").append(name).append(" ");
    put_number(out, value);
  };
  if (options.min && any) put("MIN", found.numbers.front());
  if (options.max && any) put("MAX", found.numbers.back());
  if (options.all && any) {
    store::UidSet set;
    for (uint32_t one : found.numbers) set.add(one);
    out += " ALL ";
    put_set(out, set);
  }
  if (options.count) put("COUNT", found.numbers.size());
  if (modseq && any) put("MODSEQ", found.highest_modseq);
  out += "\r\n";
}

bool is_known(const std::string& charset) { return charset.empty() || mime::is_known_charset(charset); }

}  // namespace

net::Task<Reply> handle_search(Session& session, Command& command) {
  auto& arguments = std::get<SearchArguments>(command.arguments);
  Selected& selected = *session.selected;
  const SearchReturn options = arguments.options;
  // RFC 5182 2.1: a SEARCH with SAVE that fails leaves "$" empty, so that no later command acts on an older result.
  if (!is_known(arguments.charset)) {
    if (options.save) selected.saved = {};
    co_return no("[BADCHARSET (UTF-8 US-ASCII)] Charset not supported");
  }
  if (session.utf8 && !arguments.charset.empty()) co_return bad("CHARSET has no place after ENABLE UTF8=ACCEPT");  // RFC 6855 3
  Preparation preparation{session, arguments.charset.empty() ? "UTF-8" : arguments.charset};
  SearchTerm root = prepare(preparation, std::move(arguments.key));
  if (options.save) selected.saved = {};
  if (preparation.bad_set) co_return bad("No such message");
  if (preparation.uses_modseq) enable_condstore(session);
  const store::ListPtr list = selected.view;
  SearchMatch match(std::move(root), {list, selected.recent, session.services.store.mime_limits()});
  const std::vector<uint32_t> uids = co_await search(session, std::move(match));
  if (options.save) selected.saved = named(uids, options);
  const bool silent = options.save && !options.min && !options.max && !options.all && !options.count;
  const Found found = number(*list, uids, command.uid, named(uids, options));
  if (options.given || session.rev2) {
    SearchReturn wanted = options;
    if (!options.given) wanted.all = true;  // RFC 9051 6.4.4: SEARCH without RETURN is answered with ALL
    if (!silent) put_esearch(session, found, wanted, preparation.uses_modseq, command.tag, command.uid);
  } else {
    co_await put_search(session, found, preparation.uses_modseq);
  }
  co_return ok("SEARCH completed");
}

}  // namespace imap
