#pragma once
// What a failure means to the person who wrote the message, and what they can do, in Simplified Chinese and English.

#include <string_view>

#include "queue/transport.h"

namespace queue {

enum class Language { kEnglish, kChinese };
// "zh", "zh-CN", "zh_Hans" ...: Chinese; all else English.
Language language_of(std::string_view tag);

struct Advice {
  std::string_view what;  // one sentence
  std::string_view todo;  // one or two
};
// By the enhanced status code (RFC 3463), else by the reply code, else by the phase that failed.
Advice advice_for(const Attempt& attempt, Language language);

}  // namespace queue
