#include "journal/event_rows.h"

#include <algorithm>

#include "base/text.h"

namespace journal {

namespace {

constexpr size_t kMostEvents = 10'000;  // of one query
constexpr size_t kNameCharacters = 400;

constexpr std::string_view kInsert =
    "insert into event (enterprise_id, at, event_id, account_id, kind, protocol, client, sender, recipient, subject, message_id, size, "
    "status, detail)"
    " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view kSelect =
    "select enterprise_id, at, account_id, kind, protocol, client, sender, recipient, subject, message_id, size, status, detail from event";

Event to_event(const sql::Row& row) {
  Event event{static_cast<EventKind>(row.number(3))};
  event.enterprise_id = row.number(0);
  event.at = base::from_micros(row.number(1));
  event.account_id = row.number(2);
  event.protocol = row.text(4);
  event.client = row.text(5);
  event.sender = row.text(6);
  event.recipient = row.text(7);
  event.subject = row.text(8);
  event.message_id = row.text(9);
  event.size = row.number(10);
  event.status = static_cast<int>(row.number(11));
  event.detail = row.text(12);
  return event;
}

// A select under construction; values are numbers only.
struct Select {
  std::string sql{kSelect};
  std::vector<sql::Value> values;
  void add(std::string_view condition, int64_t value) {
    sql += condition;
    values.emplace_back(value);
  }
};

}  // namespace

std::string clean_text(std::string_view text, size_t characters) {
  if (!base::is_valid_utf8(text) || text.find('\0') != std::string_view::npos) return base::printable(text, characters);
  size_t end = 0;
  for (size_t count = 0; end < text.size(); ++end) {
    const bool starts_character = (static_cast<unsigned char>(text[end]) & 0xc0) != 0x80;
    if (starts_character && count++ == characters) break;
  }
  return std::string(text.substr(0, end));
}

void prepare(Event& event, base::Time now) {
  if (event.at == base::Time{}) event.at = now;
  auto clean = [](std::string& text, size_t characters) {
    const bool plain = text.size() <= characters && base::is_ascii(text) && text.find('\0') == std::string::npos;
    if (!plain) text = clean_text(text, characters);
  };
  clean(event.protocol, 20);
  clean(event.client, 100);
  clean(event.sender, kNameCharacters);
  clean(event.recipient, kNameCharacters);
  clean(event.subject, 200);
  clean(event.message_id, kNameCharacters);
  clean(event.detail, 500);
}

void insert_event(sql::Transaction& tx, const Event& event, int64_t event_id) {
  tx.execute_later(kInsert, event.enterprise_id, base::to_micros(event.at), event_id, event.account_id, event.kind, event.protocol,
                   event.client, event.sender, event.recipient, event.subject, event.message_id, event.size, event.status, event.detail);
}

std::vector<Event> read_events(sql::Transaction& tx, const Query& query) {
  Select select;
  select.add(" where enterprise_id = ?", query.scope.enterprise_id);
  if (query.account_id) select.add(" and account_id = ?", *query.account_id);
  if (query.from != base::Time{}) select.add(" and at >= ?", base::to_micros(query.from));
  if (query.until != base::Time{}) select.add(" and at < ?", base::to_micros(query.until));
  for (size_t i = 0; i < query.kinds.size(); ++i) select.add(i == 0 ? " and kind in (?" : ", ?", static_cast<int64_t>(query.kinds[i]));
  if (!query.kinds.empty()) select.sql += ")";
  select.add(" order by at desc, event_id desc limit ?", static_cast<int64_t>(std::min(query.limit, kMostEvents)));
  std::vector<Event> events;
  for (const sql::Row& row : tx.query_with(select.sql, select.values)) events.push_back(to_event(row));
  return events;
}

int64_t delete_events(sql::Transaction& tx, int64_t& after, base::Time before, int64_t limit) {
  for (;;) {
    auto next = tx.query("select enterprise_id from event where enterprise_id > ? order by enterprise_id limit 1", after);
    if (!next.next()) return 0;
    const int64_t found = next.number(0);
    auto last = tx.query("select at from event where enterprise_id = ? and at < ? order by at limit 1 offset ?", found,
                         base::to_micros(before), limit - 1);
    // Events of the same microsecond go together.
    const int64_t end = last.next() ? last.number(0) + 1 : base::to_micros(before);
    if (int64_t deleted = tx.execute("delete from event where enterprise_id = ? and at < ?", found, end); deleted > 0) return deleted;
    after = found;
  }
}

}  // namespace journal
