#pragma once
// Events as rows of the table `event`.

#include <string>
#include <string_view>
#include <vector>

#include "journal/journal.h"

namespace journal {

// What comes off the wire as text that every database takes: UTF-8 without zero bytes, at most `characters` code points.
std::string clean_text(std::string_view text, size_t characters);

// Fills in the time and cuts the texts to the lengths of journal.h.
void prepare(Event& event, base::Time now);
void insert_event(sql::Transaction& tx, const Event& event, int64_t event_id);
std::vector<Event> read_events(sql::Transaction& tx, const Query& query);
// One small step of a purge: deletes about `limit` of the oldest events before `before`, of one enterprise with an id over `after`, which
// moves past enterprises that have none. Returns how many; 0: there are no more.
int64_t delete_events(sql::Transaction& tx, int64_t& after, base::Time before, int64_t limit);

}  // namespace journal
