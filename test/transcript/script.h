#pragma once
// A transcript file as data: conversations with the server, what is there before them, and what must be there after.
// test/transcripts/README.md describes the format for those who write one.

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace transcript {

enum class Kind {
  // One connection; Step::connection says which.
  kConnect,    // words: protocol, then "tls"; options: from
  kSend,       // text, with its line end
  kSendMany,   // text, `count` times, no line end
  kExpect,     // text: the pattern of the next line
  kSkipTo,     // text: the pattern of a line to come
  kExpectEnd,  // the server closes
  kClose,      // the client closes
  kStartTls,
  // The server.
  kDomain,    // words: name; options: state, enterprise
  kAccount,   // words: address, then "disabled"; options: quota, password, enterprise, alias (several)
  kCatchAll,  // words: domain, address
  kDeliver,   // words: address, mailbox, raw message; options: flags, date
  kSet,       // words: key=value
  kAdvance,   // count: microseconds
  kMailbox,   // words: address, mailbox; count
  kMessage,   // words: address, mailbox, UID, "contains" or "lacks", text
};

struct Step {
  Kind kind;
  int line = 0;
  int connection = 0;
  std::string text;
  uint64_t count = 0;
  std::vector<std::string> words;
  std::multimap<std::string, std::string> options;

  // The option's value, or `otherwise`.
  std::string option(const std::string& name, const std::string& otherwise = {}) const;
};

// "test/transcripts/smtp/size.t:12: what is wrong".
class Failed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Script {
  std::string path;      // as given
  std::string protocol;  // the folder's name: what a connection speaks unless it says otherwise
  std::vector<Step> steps;

  std::string place(const Step& step) const { return path + ":" + std::to_string(step.line); }
};

// Throws Failed.
Script read_script(const std::string& path);
Script parse_script(const std::string& path, const std::string& text);

}  // namespace transcript
