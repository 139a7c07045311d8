#pragma once
// An expected line of a transcript: literal text with three wildcards.
//   <any> any text, also none    <num> one or more digits    <word> one or more characters without a space
// Anything else in angle brackets is literal.

#include <string>
#include <string_view>

namespace transcript {

bool matches(std::string_view pattern, std::string_view line);

// The bytes that \r \n \t \0 \\ \" and \xNN stand for. Throws std::runtime_error on any other escape.
std::string unescape(std::string_view text);
// The other way: what is not printable ASCII as escapes, for messages.
std::string escape(std::string_view bytes);

}  // namespace transcript
