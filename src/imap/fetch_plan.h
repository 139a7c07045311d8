#pragma once
// What one FETCH asks for and how its responses are rendered. A plan is made once, is not changed afterwards, and may be used by a pool
// thread while the session writes what was rendered before.

#include <cstdint>
#include <string>
#include <vector>

#include "imap/fetch_section.h"
#include "imap/syntax.h"
#include "mime/structure.h"
#include "store/store.h"

namespace imap {

// From what a response is made: the list alone, rows, or rows and bodies.
enum class FetchDepth { kList, kRow, kBody };

struct FetchPlan {
  std::vector<FetchItem> items;  // in the order of the response
  FetchDepth depth = FetchDepth::kList;
  store::Columns columns;
  bool sets_seen = false;
  bool utf8 = false;
  store::ListPtr view;  // numbers and flags
  store::UidSet recent;
};

// `with_uid`: UID FETCH. `with_modseq`: CHANGEDSINCE was given (RFC 7162 3.1.4.1).
FetchPlan make_plan(std::vector<FetchItem> items, bool with_uid, bool with_modseq);

// The text of flags, made anew only when the set differs from that of the message before.
class FlagText {
 public:
  const std::string& of(store::FlagSet flags, const std::vector<std::string>& keywords, bool recent);

 private:
  std::string text_;
  store::FlagSet flags_ = 0;
  bool recent_ = false;
};

// One message as the renderer sees it. Views live for the call.
struct FetchMessage {
  uint32_t sequence = 0;
  store::Entry entry;
  const store::MessageRow* row = nullptr;  // null: a plan of depth kList
  std::string_view body;                   // depth kBody: the bytes from body_offset on
  uint64_t body_offset = 0;
};

// Appends "* 1 FETCH (...)" CRLF. False when a part's encoding is not known (the response then has NIL in that place).
bool put_fetch(std::string& out, const FetchPlan& plan, FlagText& flags, const FetchMessage& message);

// The bytes of a message that the plan needs; the whole when in doubt.
ByteRange needed_bytes(const FetchPlan& plan, const store::MessageRow& row);

}  // namespace imap
