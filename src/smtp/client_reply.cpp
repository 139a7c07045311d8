#include "smtp/client_reply.h"

#include <algorithm>

#include "base/text.h"

namespace smtp {

namespace {

// "5.1.1" at the front, of the same class as the code (RFC 2034 4): its length; 0 for none.
size_t enhanced_length(std::string_view text, char code_class) {
  size_t at = 0;
  for (int part = 0; part < 3; ++part) {
    if (part > 0 && (at >= text.size() || text[at++] != '.')) return 0;
    const size_t begin = at;
    while (at < text.size() && base::is_digit(text[at])) ++at;
    if (at == begin || at - begin > (part == 0 ? 1u : 3u)) return 0;
  }
  if (text[0] != code_class || (at < text.size() && text[at] != ' ')) return 0;
  return at;
}

std::string_view drop_spaces(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

void take_mechanisms(std::string_view list, std::vector<std::string>& mechanisms) {
  for (const auto name : base::split(list, ' ')) {
    if (name.empty()) continue;
    auto upper = base::to_upper(name);
    if (std::find(mechanisms.begin(), mechanisms.end(), upper) == mechanisms.end()) mechanisms.push_back(std::move(upper));
  }
}

void take_extension(std::string_view line, Extensions& found) {
  line = base::trim(line);
  const auto keyword = base::to_upper(line.substr(0, line.find(' ')));
  const auto argument = drop_spaces(line.substr(keyword.size()));
  if (keyword == "PIPELINING") found.pipelining = true;
  if (keyword == "CHUNKING") found.chunking = true;
  if (keyword == "BINARYMIME") found.binary_mime = true;
  if (keyword == "8BITMIME") found.eight_bit = true;
  if (keyword == "SMTPUTF8") found.smtp_utf8 = true;
  if (keyword == "DSN") found.dsn = true;
  if (keyword == "STARTTLS") found.start_tls = true;
  if (keyword == "REQUIRETLS") found.require_tls = true;
  if (keyword == "AUTH") take_mechanisms(argument, found.auth);
  if (keyword.starts_with("AUTH=")) take_mechanisms(line.substr(5), found.auth);  // older servers write it so
  if (keyword == "SIZE") {
    found.size = true;
    found.largest = base::parse_number(argument).value_or(0);
  }
  if (keyword == "DELIVERBY") found.deliver_by = true;
}

}  // namespace

RemoteReplyParser::State RemoteReplyParser::take_line(std::string_view line) {
  if (++lines_ > limits_.lines || line.size() < 3) return State::kBad;
  if (line[0] < '2' || line[0] > '5' || !base::is_digit(line[1]) || !base::is_digit(line[2])) return State::kBad;
  if (line.size() > 3 && line[3] != ' ' && line[3] != '-') return State::kBad;
  // RFC 5321 4.2.1 wants one code on all lines; where servers differ, the last counts.
  reply_.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  const bool last = line.size() == 3 || line[3] == ' ';
  auto text = line.substr(std::min<size_t>(line.size(), 4));
  if (const size_t length = enhanced_length(text, line[0])) {
    reply_.enhanced = text.substr(0, length);
    text = drop_spaces(text.substr(length));
  } else if (!reply_.enhanced.empty() && reply_.enhanced[0] != line[0]) {
    reply_.enhanced.clear();
  }
  if (lines_ > 1 && reply_.text.size() < limits_.text) reply_.text += '\n';
  reply_.text += text.substr(0, limits_.text - std::min(limits_.text, reply_.text.size()));
  return last ? State::kDone : State::kMore;
}

bool Extensions::has_auth(std::string_view mechanism) const { return std::find(auth.begin(), auth.end(), mechanism) != auth.end(); }

Extensions parse_extensions(std::string_view text) {
  Extensions found;
  size_t end = text.find('\n');
  while (end != std::string_view::npos) {
    text.remove_prefix(end + 1);
    end = text.find('\n');
    take_extension(text.substr(0, end), found);
  }
  return found;
}

}  // namespace smtp
