#pragma once
// IMAP commands (RFC 3501 9, RFC 9051 9 and the extensions this server speaks) from bytes to structs. Pure: no session, no store.
//
// A command arrives as lines and literals. The session collects them in a RawCommand: `text` is the command line with each literal's
// announcement and its line end ("{5}\r\n") in place and the literal's bytes taken out into `literals`, so that a message of 50 MB is never
// copied by the parser. parse() reads one RawCommand; it is iterative, or recursive with a depth limit, and linear in the size of the text.
//
// Mailbox names are left as sent: whether they are modified UTF-7 or UTF-8 is the session's to know (mailbox_name.h).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "imap/limits.h"
#include "store/store.h"

namespace imap {

struct RawCommand {
  std::string text;
  std::vector<std::string> literals;
};

// What a line ends with when a literal follows it. RFC 9051 4.3, RFC 7888, RFC 3516 (literal8, "~{n}").
struct LiteralMark {
  uint64_t size = 0;
  bool synchronizing = true;  // the client waits for "+"
  bool binary = false;
};
// `line` without its line end; nullopt when no literal follows.
std::optional<LiteralMark> literal_mark(std::string_view line);
// The tag it begins with; "" when that is none.
std::string tag_of(std::string_view first_line);
// True when the line begins with a tag and the word APPEND: then literals may be as large as a message.
bool is_append(std::string_view first_line);

enum class Verb : uint8_t {
  kCapability,
  kNoop,
  kLogout,
  kId,
  kStartTls,
  kAuthenticate,
  kLogin,
  kEnable,
  kNamespace,
  kSelect,
  kExamine,
  kCreate,
  kDelete,
  kRename,
  kSubscribe,
  kUnsubscribe,
  kList,
  kLsub,
  kStatus,
  kAppend,
  kIdle,
  kCheck,
  kClose,
  kUnselect,
  kExpunge,
  kSearch,
  kFetch,
  kStore,
  kCopy,
  kMove,
};

// A sequence set as sent: pairs in any order; 0 stands for "*". `saved` is "$" (RFC 9051 6.4.4.1).
struct SequenceSet {
  std::vector<std::pair<uint32_t, uint32_t>> ranges;
  bool saved = false;
};

struct NoArguments {};
struct IdArguments {
  std::vector<std::pair<std::string, std::string>> fields;
};
struct AuthenticateArguments {
  std::string mechanism;
  std::optional<std::string> initial;  // base64 as sent; "=" is an empty response (RFC 4959)
};
struct LoginArguments {
  std::string user, password;
};
struct EnableArguments {
  std::vector<std::string> capabilities;  // upper case
};
struct SelectArguments {
  std::string mailbox;
  bool condstore = false;
};
struct MailboxArguments {  // DELETE, SUBSCRIBE, UNSUBSCRIBE
  std::string mailbox;
};
struct CreateArguments {
  std::string mailbox;
  std::vector<std::string> uses;  // RFC 6154 USE: "\\Drafts" as sent
};
struct RenameArguments {
  std::string from, to;
};

struct StatusItems {
  bool messages = false, recent = false, uid_next = false, uid_validity = false, unseen = false, deleted = false, size = false,
       highest_modseq = false, append_limit = false;
};
struct StatusArguments {
  std::string mailbox;
  StatusItems items;
};
// LIST in its basic and extended forms (RFC 5258, RFC 9051 6.3.9), and LSUB.
struct ListArguments {
  std::string reference;
  std::vector<std::string> patterns;
  bool extended = false;  // selection options, a pattern list or RETURN were used
  bool select_subscribed = false, select_remote = false, select_recursive = false, select_special_use = false;
  bool return_subscribed = false, return_children = false, return_special_use = false;
  std::optional<StatusItems> return_status;  // RFC 5819
};

struct AppendMessage {
  store::FlagNames flags;
  std::optional<base::Time> date;
  std::string body;
};
struct AppendArguments {
  std::string mailbox;
  std::vector<AppendMessage> messages;
};

struct ExpungeArguments {
  std::optional<SequenceSet> uids;  // UID EXPUNGE
};
struct CopyArguments {  // COPY, MOVE
  SequenceSet set;
  std::string mailbox;
};
struct StoreArguments {
  SequenceSet set;
  std::optional<uint64_t> unchanged_since;
  store::FlagChange change = store::FlagChange::kReplace;
  bool silent = false;
  store::FlagNames flags;
};

struct Section {
  enum class Text : uint8_t { kAll, kHeader, kHeaderFields, kHeaderFieldsNot, kText, kMime };
  std::vector<uint32_t> part;  // empty: the message itself
  Text text = Text::kAll;
  std::vector<std::string> fields;
};
struct FetchItem {
  enum class Kind : uint8_t {
    kUid,
    kFlags,
    kModSeq,
    kInternalDate,
    kSize,
    kEnvelope,
    kBody,
    kBodyStructure,
    kSection,
    kRfc822,
    kRfc822Header,
    kRfc822Text,
    kBinary,
    kBinarySize,
  };
  Kind kind;
  bool peek = false;
  Section section;                                            // kSection, kBinary, kBinarySize
  std::optional<std::pair<uint32_t, uint32_t>> partial = {};  // origin, length
};
struct FetchArguments {
  SequenceSet set;
  std::vector<FetchItem> items;
  std::optional<uint64_t> changed_since;
};

// Days since 1970-01-01 stand for search dates.
struct SearchKey {
  enum class Kind : uint8_t {
    kAll,
    kAnd,
    kOr,
    kNot,
    kSequence,
    kUid,
    kFlagSet,
    kFlagClear,
    kKeyword,
    kUnkeyword,
    kRecent,
    kOld,
    kNew,
    kLarger,
    kSmaller,
    kBefore,
    kOn,
    kSince,
    kSentBefore,
    kSentOn,
    kSentSince,
    kHeader,
    kBody,
    kText,
    kModSeq,
  };
  Kind kind = Kind::kAll;
  std::vector<SearchKey> children;  // kAnd: any number, kOr: two, kNot: one
  SequenceSet set;
  std::string name;     // kHeader: the field; kKeyword
  std::string text;     // kHeader, kBody, kText: in the command's charset
  uint64_t number = 0;  // flag bits, sizes, days, modseq
};
struct SearchReturn {
  bool given = false;  // RETURN (...) was there: answer with ESEARCH
  bool min = false, max = false, all = false, count = false, save = false;
};
struct SearchArguments {
  SearchReturn options;
  std::string charset;  // empty: not given
  SearchKey key;
};

struct Command {
  std::string tag;
  Verb verb = Verb::kNoop;
  bool uid = false;  // UID SEARCH, FETCH, STORE, COPY, MOVE, EXPUNGE
  std::variant<NoArguments, IdArguments, AuthenticateArguments, LoginArguments, EnableArguments, SelectArguments, MailboxArguments,
               CreateArguments, RenameArguments, StatusArguments, ListArguments, AppendArguments, ExpungeArguments, CopyArguments,
               StoreArguments, FetchArguments, SearchArguments>
      arguments;
};

// Why a command was not understood. `tag` is empty when even that could not be read: the reply is then untagged.
struct SyntaxError {
  std::string tag;
  std::string text;
};

// Takes the literals out of `raw`.
std::variant<Command, SyntaxError> parse(RawCommand raw, const Limits& limits);

}  // namespace imap
