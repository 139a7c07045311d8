// Feeds the parser as the session would: lines, and the literals they announce, out of the input's bytes.
#include <cstdint>
#include <cstdlib>

#include "imap/mailbox_name.h"
#include "imap/response.h"
#include "imap/syntax.h"

namespace {

std::string_view take_line(std::string_view& in) {
  size_t end = in.find('\n');
  std::string_view line = in.substr(0, end);
  in.remove_prefix(end == std::string_view::npos ? in.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

imap::RawCommand take_command(std::string_view& in) {
  imap::RawCommand raw;
  raw.text = take_line(in);
  for (auto mark = imap::literal_mark(raw.text); mark && mark->size <= in.size();) {
    raw.literals.emplace_back(in.substr(0, mark->size));
    in.remove_prefix(mark->size);
    std::string_view line = take_line(in);
    raw.text.append("\r\n").append(line);
    mark = imap::literal_mark(line);
  }
  return raw;
}

// A name that decodes is written back as one that decodes to the same.
void check_name(std::string_view name) {
  auto decoded = imap::decode_mailbox(name, false);
  if (decoded && imap::decode_mailbox(imap::encode_mailbox(*decoded, false), false) != decoded) std::abort();
  std::string out;
  imap::put_mailbox(out, decoded.value_or("x"), false);
  imap::matches_pattern(name, decoded.value_or("x"), 1000);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view in(reinterpret_cast<const char*>(data), size);
  imap::Limits limits;
  limits.depth = 20;
  limits.list_items = 200;
  while (!in.empty()) {
    auto parsed = imap::parse(take_command(in), limits);
    auto* command = std::get_if<imap::Command>(&parsed);
    if (!command) continue;
    if (auto* list = std::get_if<imap::ListArguments>(&command->arguments))
      for (const std::string& pattern : list->patterns) check_name(pattern);
    if (auto* mailbox = std::get_if<imap::MailboxArguments>(&command->arguments)) check_name(mailbox->mailbox);
  }
  return 0;
}
