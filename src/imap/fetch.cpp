// FETCH (RFC 9051 6.4.5). What the list alone answers is written straight from its pages. Everything else is rendered in chunks on a
// pool thread, inside the read transaction, while the session writes the chunk before.
#include <algorithm>

#include "imap/fetch_plan.h"
#include "imap/handlers.h"
#include "imap/list_cursor.h"

namespace imap {
namespace {

constexpr size_t kRowsAChunk = 512;
constexpr size_t kBodiesAChunk = 128;
constexpr uint64_t kBodyBytesAChunk = 2u << 20;
constexpr uint64_t kReadPartOver = 256u << 10;  // of a larger message only what is needed is read

struct Chunk {
  std::string text;
  size_t next = 0;       // index of the first UID not yet done
  bool missing = false;  // a message was expunged meanwhile
  bool bad_encoding = false;
};

// What a pool thread needs to render any chunk. Shared: the last read may outlive a session that was cut off.
struct FetchJob {
  FetchPlan plan;
  std::vector<uint32_t> uids;
  store::Store& store;
  store::AccountScope scope;
  int64_t mailbox_id = 0;
};
using JobPtr = std::shared_ptr<const FetchJob>;

// The messages of one chunk as the list has them, in step with the rows.
class ChunkEntries {
 public:
  ChunkEntries(const FetchJob& job, size_t begin, size_t end) : uids_(set_of(job, begin, end)), cursor_(*job.plan.view, uids_) {}
  const store::UidSet& uids() const { return uids_; }
  // Moves to the message; false when the list does not have it.
  bool find(uint32_t uid) {
    while (!cursor_.at_end() && cursor_.entry().uid < uid) cursor_.next();
    return !cursor_.at_end() && cursor_.entry().uid == uid;
  }
  uint32_t sequence() const { return cursor_.sequence(); }
  store::Entry entry() const { return cursor_.entry(); }

 private:
  static store::UidSet set_of(const FetchJob& job, size_t begin, size_t end) {
    store::UidSet out;
    for (size_t i = begin; i < end; ++i) out.add(job.uids[i]);
    return out;
  }
  store::UidSet uids_;
  ListCursor cursor_;
};

Chunk render_rows(sql::Transaction& tx, const FetchJob& job, size_t begin) {
  Chunk chunk;
  chunk.next = std::min(begin + kRowsAChunk, job.uids.size());
  chunk.text.reserve(kRowsAChunk * 400);
  ChunkEntries entries(job, begin, chunk.next);
  FlagText flags;
  size_t rows = 0;
  job.store.for_each_message(tx, job.scope, job.mailbox_id, entries.uids(), job.plan.columns, [&](const store::MessageRow& row) {
    ++rows;
    if (!entries.find(row.uid)) return;
    FetchMessage message{entries.sequence(), entries.entry(), &row};
    put_fetch(chunk.text, job.plan, flags, message);
  });
  chunk.missing = rows < chunk.next - begin;
  return chunk;
}

// A row kept while the bodies are read.
struct KeptRow {
  uint32_t sequence = 0;
  store::Entry entry;
  store::MessageRow row;
  std::string structure, envelope;
};

std::vector<KeptRow> keep_rows(sql::Transaction& tx, const FetchJob& job, size_t begin, size_t end) {
  ChunkEntries entries(job, begin, end);
  std::vector<KeptRow> kept;
  kept.reserve(end - begin);
  job.store.for_each_message(tx, job.scope, job.mailbox_id, entries.uids(), job.plan.columns, [&](const store::MessageRow& row) {
    if (entries.find(row.uid))
      kept.push_back({entries.sequence(), entries.entry(), row, std::string(row.structure), std::string(row.envelope)});
  });
  for (KeptRow& row : kept) {  // their strings have moved with the vector
    row.row.structure = row.structure;
    row.row.envelope = row.envelope;
  }
  return kept;
}

class BodyRenderer {
 public:
  BodyRenderer(const FetchJob& job, Chunk& chunk) : job_(job), chunk_(chunk) {}

  void many(std::span<const KeptRow> rows) {
    std::vector<blob::BlobId> ids;
    for (const KeptRow& row : rows) ids.push_back(row.row.blob);
    auto bodies = job_.store.blobs().multi_get(job_.scope.enterprise_id, ids);
    for (size_t i = 0; i < rows.size(); ++i) put(rows[i], bodies[i], 0);
  }
  // One large message, of which little may be asked.
  void large(const KeptRow& row) {
    auto& blobs = job_.store.blobs();
    ByteRange range = needed_bytes(job_.plan, row.row);
    if (range.end - range.begin >= row.row.size / 2) {
      put(row, blobs.get(job_.scope.enterprise_id, row.row.blob), 0);
    } else if (range.begin == range.end) {
      put(row, std::string(), range.begin);
    } else {
      put(row, blobs.get_range(job_.scope.enterprise_id, row.row.blob, range.begin, range.end - range.begin), range.begin);
    }
  }

 private:
  void put(const KeptRow& row, const base::Result<std::string>& body, uint64_t offset) {
    if (!body) throw base::Failure(body.error());
    if (offset + body->size() < row.row.size && offset + body->size() < needed_bytes(job_.plan, row.row).end)
      throw base::Failure(base::ErrorKind::kCorrupt, "A message's body is shorter than its size");
    FetchMessage message{row.sequence, row.entry, &row.row, *body, offset};
    chunk_.text.reserve(chunk_.text.size() + body->size() + 200);
    if (!put_fetch(chunk_.text, job_.plan, flags_, message)) chunk_.bad_encoding = true;
  }

  const FetchJob& job_;
  Chunk& chunk_;
  FlagText flags_;
};

// How many of the rows from `begin` on make one read: few when they are large.
size_t body_group(std::span<const KeptRow> rows) {
  uint64_t bytes = 0;
  for (size_t n = 0; n < rows.size(); ++n) {
    bytes += rows[n].row.size;
    if (bytes > kBodyBytesAChunk || rows[n].row.size > kReadPartOver) return std::max<size_t>(n, 1);
  }
  return rows.size();
}

Chunk render_bodies(sql::Transaction& tx, const FetchJob& job, size_t begin) {
  Chunk chunk;
  const size_t end = std::min(begin + kBodiesAChunk, job.uids.size());
  std::vector<KeptRow> rows = keep_rows(tx, job, begin, end);
  chunk.missing = rows.size() < end - begin;
  chunk.next = end;
  if (rows.empty()) return chunk;
  const size_t count = body_group(rows);
  if (count < rows.size()) {  // the rest is for the next chunk
    auto next = std::lower_bound(job.uids.begin(), job.uids.end(), rows[count].entry.uid);
    chunk.next = static_cast<size_t>(next - job.uids.begin());
  }
  size_t bytes = 0;
  for (size_t i = 0; i < count; ++i) bytes += rows[i].row.size + 200;
  BodyRenderer renderer(job, chunk);
  if (count == 1 && rows[0].row.size > kReadPartOver) {
    renderer.large(rows[0]);
  } else {
    chunk.text.reserve(bytes);
    renderer.many(std::span(rows).first(count));
  }
  return chunk;
}

net::Pending<Chunk> start_chunk(const JobPtr& job, size_t begin) {
  auto render = [job, begin](sql::Transaction& tx) {
    return job->plan.depth == FetchDepth::kBody ? render_bodies(tx, *job, begin) : render_rows(tx, *job, begin);
  };
  return job->store.database().start_read(std::move(render));
}

net::Task<Reply> fetch_rows(Session& session, JobPtr job) {
  bool missing = false, bad_encoding = false;
  auto pending = start_chunk(job, 0);
  for (;;) {
    Chunk chunk = co_await pending.wait();
    missing = missing || chunk.missing;
    bad_encoding = bad_encoding || chunk.bad_encoding;
    const bool more = chunk.next < job->uids.size();
    if (more) pending = start_chunk(job, chunk.next);
    co_await session.write(std::move(chunk.text));
    if (!more) break;
  }
  if (bad_encoding) co_return no("[UNKNOWN-CTE] A part has an unknown encoding");  // RFC 3516 4.3
  if (missing) co_return no("[EXPUNGEISSUED] Some messages have been expunged");   // RFC 5530 3
  co_return ok("FETCH completed");
}

net::Task<Reply> fetch_list(Session& session, const FetchPlan& plan, const store::UidSet& uids, uint64_t changed_since) {
  FlagText flags;
  FetchMessage message;
  for (ListCursor cursor(*plan.view, uids); !cursor.at_end(); cursor.next()) {
    message.entry = cursor.entry();
    if (message.entry.modseq <= changed_since) continue;
    message.sequence = cursor.sequence();
    put_fetch(session.out, plan, flags, message);
    if (session.out.size() >= 64 * 1024) co_await session.flush();
  }
  co_return ok("FETCH completed");
}

// The messages without \Seen are marked, durably, while their bodies are being read; the responses come with the view's next look.
using SeenResult = base::Result<store::FlagResult>;
std::optional<net::Pending<SeenResult>> start_seen(Session& session, const JobPtr& job) {
  if (!job->plan.sets_seen || session.selected->read_only) return std::nullopt;
  store::UidSet unseen;
  for (uint32_t uid : job->uids) {
    auto entry = job->plan.view->find(uid);
    if (entry && (entry->flags & store::kSeen) == 0) unseen.add(uid);
  }
  if (unseen.empty()) return std::nullopt;
  auto write = [job, unseen = std::move(unseen)](sql::Transaction& tx) {
    return job->store.change_flags(tx, job->scope, job->mailbox_id, unseen, store::FlagChange::kAdd, {store::kSeen, {}});
  };
  return session.database().start_write(std::move(write));
}

}  // namespace

net::Task<Reply> handle_fetch(Session& session, Command& command) {
  auto& arguments = std::get<FetchArguments>(command.arguments);
  const Selected& selected = *session.selected;
  const auto uids = resolve(selected, arguments.set, command.uid);
  if (!uids) co_return bad("No such message");
  FetchPlan plan = make_plan(std::move(arguments.items), command.uid, arguments.changed_since.has_value());
  for (const FetchItem& item : plan.items)
    if (item.kind == FetchItem::Kind::kModSeq) enable_condstore(session);  // RFC 7162 3.1
  plan.utf8 = session.utf8;
  plan.view = selected.view;
  plan.recent = selected.recent;
  const uint64_t since = arguments.changed_since.value_or(0);
  if (plan.depth == FetchDepth::kList) {
    const Reply reply = co_await fetch_list(session, plan, *uids, since);
    co_return reply;
  }
  auto job = std::make_shared<FetchJob>(FetchJob{std::move(plan), {}, session.services.store, session.scope(), selected.mailbox_id});
  job->plan.view->for_each(
      *uids, [&](uint32_t, const store::Entry& entry) { job->uids.push_back(entry.uid); }, since);
  if (job->uids.empty()) co_return ok("FETCH completed");
  auto seen = start_seen(session, job);
  const Reply reply = co_await fetch_rows(session, job);
  if (seen) {
    auto marked = co_await seen->wait();
    if (!marked) co_return from_error(marked.error());
  }
  co_return reply;
}

}  // namespace imap
