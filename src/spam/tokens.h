#pragma once
// The words of a message, as the Bayes filter counts them.
//
// Out of the header: words of Subject ("s:"), address, domain and name of From and Reply-To ("f:", "fd:", "fn:", "rd:"), the mailer ("m:").
// Out of the structure: content types ("t:"), charsets ("c:"), endings of attached files ("x:"). Out of the text parts: words, pairs of
// neighbouring characters where a script has no spaces (Chinese, Japanese, Korean), and the hosts and domains of web addresses ("u:").
// HTML is read as its text; its links are read too. Nothing is read twice, so the time is linear in the bytes.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mime/message.h"
#include "sql/scope.h"

namespace spam {

struct TokenLimits {
  size_t tokens = 600;             // of one message, the first ones
  size_t text_bytes = 256 * 1024;  // of all text parts together, after decoding
  size_t parts = 100;              // that are looked at
  size_t word_bytes = 48;          // longer words are cut out as "long"
  size_t urls = 100;
};

// Different words in the order of their place in the message: UTF-8, lower case.
std::vector<std::string> words_of(const mime::Message& message, const TokenLimits& limits = {});

// What is stored of a word: 64 bits, different in each enterprise.
int64_t token_of(sql::EnterpriseScope scope, std::string_view word);
// Of these words, or of all words of a message: sorted, without repeats.
std::vector<int64_t> tokens_of(sql::EnterpriseScope scope, const std::vector<std::string>& words);
std::vector<int64_t> tokens_of(sql::EnterpriseScope scope, const mime::Message& message, const TokenLimits& limits = {});

}  // namespace spam
