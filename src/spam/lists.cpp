#include "spam/lists.h"

#include <algorithm>

#include "base/text.h"
#include "directory/address.h"
#include "spam/sender.h"

namespace spam {

namespace {

constexpr int64_t kWholeEnterprise = 0;

base::Error invalid(std::string text) { return {base::ErrorKind::kInvalid, std::move(text), {}}; }

base::Result<void> add(sql::Transaction& tx, sql::AccountScope scope, ListKind kind, std::string_view entry, std::string_view note,
                       base::Time now, const ListLimits& limits) {
  auto parsed = parse_list_entry(entry);
  if (!parsed.ok()) return parsed.error();
  if (note.size() > limits.note || !base::is_valid_utf8(note)) return invalid("the note is too long or not UTF-8");
  auto rows = tx.query("select count(*) from spam_list where enterprise_id = ? and account_id = ? and entry <> ?", scope.enterprise_id,
                       scope.account_id, *parsed);
  if (rows.next() && rows.number(0) >= static_cast<int64_t>(limits.entries)) {
    return base::Error{base::ErrorKind::kLimit, "the list is full: " + std::to_string(limits.entries) + " entries at most", {}};
  }
  tx.execute(
      "insert into spam_list (enterprise_id, account_id, kind, entry, note, added_at) values (?, ?, ?, ?, ?, ?) "
      "on conflict (enterprise_id, account_id, kind, entry) do update set note = excluded.note",
      scope.enterprise_id, scope.account_id, kind, *parsed, note, base::to_seconds(now));
  return {};
}

bool remove(sql::Transaction& tx, sql::AccountScope scope, ListKind kind, std::string_view entry) {
  auto parsed = parse_list_entry(entry);
  return parsed.ok() && tx.execute("delete from spam_list where enterprise_id = ? and account_id = ? and kind = ? and entry = ?",
                                   scope.enterprise_id, scope.account_id, kind, *parsed) > 0;
}

int64_t clear(sql::Transaction& tx, sql::AccountScope scope, ListKind kind) {
  return tx.execute("delete from spam_list where enterprise_id = ? and account_id = ? and kind = ?", scope.enterprise_id, scope.account_id,
                    kind);
}

std::vector<ListEntry> entries(sql::Transaction& tx, sql::AccountScope scope) {
  std::vector<ListEntry> out;
  for (const auto& row : tx.query("select kind, entry, note, added_at from spam_list where enterprise_id = ? and account_id = ? "
                                  "order by kind, entry",
                                  scope.enterprise_id, scope.account_id)) {
    out.push_back(
        {static_cast<ListKind>(row.number(0)), std::string(row.text(1)), std::string(row.text(2)), base::from_seconds(row.number(3))});
  }
  return out;
}

// The entries that would match, closest first. Names and client networks are looked up by key: a list of any length costs the same.
class Candidates {
 public:
  void add(std::string entry, bool by_name) {
    if (entries_.size() < kMost && std::ranges::find(entries_, entry, &Candidate::entry) == entries_.end()) {
      entries_.push_back({std::move(entry), by_name});
    }
  }
  // Itself, then the domains above it, label by label.
  void add_domain(std::string_view domain) {
    if (domain.empty()) return;
    add(std::string(domain), true);
    for (size_t dot = domain.find('.'); dot != std::string_view::npos; dot = domain.find('.', dot + 1)) {
      const auto above = domain.substr(dot + 1);
      if (above.empty()) return;
      add("*." + std::string(above), true);
      add(std::string(above), true);
    }
  }

  struct Candidate {
    std::string entry;
    bool by_name;
  };
  const std::vector<Candidate>& all() const { return entries_; }

 private:
  static constexpr size_t kMost = 400;
  std::vector<Candidate> entries_;
};

// The client's address and every network that holds it.
void add_client(const net::IpAddress& client, Candidates& candidates) {
  candidates.add(client.to_string(), false);
  for (unsigned bits = client.is_v4() ? 32 : 128; bits > 0; --bits) candidates.add(network_text(client, bits), false);
}

Candidates candidates_of(const ListSubject& subject) {
  Candidates candidates;
  for (const auto* address : {&subject.from, &subject.envelope_sender}) {
    if (!address->empty()) candidates.add(*address, true);
  }
  for (const auto* address : {&subject.from, &subject.envelope_sender}) candidates.add_domain(domain_of(*address));
  if (subject.client) add_client(*subject.client, candidates);
  return candidates;
}

struct Found {
  bool personal;
  ListKind kind;
  size_t distance;  // place among the candidates
};

// Rows of both levels among the candidates.
std::vector<Found> find(sql::Transaction& tx, sql::AccountScope scope, const Candidates& candidates) {
  // Fixed sizes, so that few statements are prepared.
  constexpr size_t kChunk = 50;
  static const std::string statement = [] {
    std::string text = "select account_id, kind, entry from spam_list where enterprise_id = ? and account_id in (0, ?) and entry in (?";
    for (size_t i = 1; i < kChunk; ++i) text += ", ?";
    return text + ")";
  }();
  std::vector<Found> found;
  const auto& all = candidates.all();
  for (size_t at = 0; at < all.size(); at += kChunk) {
    std::vector<sql::Value> values{scope.enterprise_id, scope.account_id};
    for (size_t i = 0; i < kChunk; ++i) values.emplace_back(all[std::min(at + i, all.size() - 1)].entry);
    for (const auto& row : tx.query_with(statement, values)) {
      const auto place = std::ranges::find(all, row.text(2), &Candidates::Candidate::entry);
      if (place == all.end()) continue;
      found.push_back({row.number(0) != kWholeEnterprise, static_cast<ListKind>(row.number(1)), static_cast<size_t>(place - all.begin())});
    }
  }
  return found;
}

}  // namespace

base::Result<std::string> parse_list_entry(std::string_view text) {
  text = base::trim(text);
  if (text.find('@') != std::string_view::npos && !text.starts_with('@')) {
    auto address = directory::parse_address(text);
    if (!address) return invalid("\"" + base::printable(text) + "\" is no mail address");
    return address->key();
  }
  if (auto address = net::IpAddress::parse(text)) return address->to_string();
  if (net::Cidr::parse(text)) {
    const size_t slash = text.find('/');
    const auto bits = static_cast<unsigned>(*base::parse_number(text.substr(slash + 1)));
    if (bits == 0) return invalid("a network of all addresses is no list entry");
    return network_text(*net::IpAddress::parse(text.substr(0, slash)), bits);
  }
  const bool below = text.starts_with("*.");
  if (below) text.remove_prefix(2);
  if (text.starts_with('@')) text.remove_prefix(1);
  auto domain = directory::normalise_domain(text);
  if (!domain || domain->starts_with('[')) return invalid("\"" + base::printable(text) + "\" is no address, domain or network");
  return (below ? "*." : "") + *domain;
}

base::Result<void> add_list_entry(sql::Transaction& tx, sql::EnterpriseScope scope, ListKind kind, std::string_view entry,
                                  std::string_view note, base::Time now, const ListLimits& limits) {
  return add(tx, {scope.enterprise_id, kWholeEnterprise}, kind, entry, note, now, limits);
}
bool remove_list_entry(sql::Transaction& tx, sql::EnterpriseScope scope, ListKind kind, std::string_view entry) {
  return remove(tx, {scope.enterprise_id, kWholeEnterprise}, kind, entry);
}
int64_t clear_list(sql::Transaction& tx, sql::EnterpriseScope scope, ListKind kind) {
  return clear(tx, {scope.enterprise_id, kWholeEnterprise}, kind);
}
std::vector<ListEntry> list_entries(sql::Transaction& tx, sql::EnterpriseScope scope) {
  return entries(tx, {scope.enterprise_id, kWholeEnterprise});
}
base::Result<void> add_list_entry(sql::Transaction& tx, sql::AccountScope scope, ListKind kind, std::string_view entry,
                                  std::string_view note, base::Time now, const ListLimits& limits) {
  return add(tx, scope, kind, entry, note, now, limits);
}
bool remove_list_entry(sql::Transaction& tx, sql::AccountScope scope, ListKind kind, std::string_view entry) {
  return remove(tx, scope, kind, entry);
}
int64_t clear_list(sql::Transaction& tx, sql::AccountScope scope, ListKind kind) { return clear(tx, scope, kind); }
std::vector<ListEntry> list_entries(sql::Transaction& tx, sql::AccountScope scope) { return entries(tx, scope); }

std::optional<ListMatch> match_lists(sql::Transaction& tx, sql::AccountScope scope, const ListSubject& subject) {
  const auto candidates = candidates_of(subject);
  if (candidates.all().empty()) return std::nullopt;
  const auto found = find(tx, scope, candidates);
  // The closest of one level; an allow before a block of the same entry.
  auto closest = [&](bool personal) -> const Found* {
    const Found* best = nullptr;
    for (const auto& one : found) {
      if (one.personal != personal) continue;
      const bool believed = one.kind == ListKind::kBlock || !candidates.all()[one.distance].by_name || !subject.names_proven_false;
      if (!believed) continue;
      if (best == nullptr || one.distance < best->distance || (one.distance == best->distance && one.kind == ListKind::kAllow)) best = &one;
    }
    return best;
  };
  auto match = [&](const Found& one) { return ListMatch{one.kind, one.personal, candidates.all()[one.distance].entry}; };
  const auto* enterprise = closest(false);
  if (enterprise && enterprise->kind == ListKind::kBlock) return match(*enterprise);
  if (const auto* personal = closest(true)) return match(*personal);
  if (enterprise) return match(*enterprise);
  return std::nullopt;
}

}  // namespace spam
