// Any line: parsed by every parser; what is accepted must parse again to the same thing, and must be safe to write into a header or a
// reply.

#include <cstdlib>

#include "base/text.h"
#include "smtp/syntax.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_address(const std::string& address) {
  require(address.find_first_of("\r\n") == std::string::npos && address.find('\0') == std::string::npos);
  require(base::is_valid_utf8(address));
  if (const auto again = smtp::parse_mailbox(address))
    require(again->address == address);
  else
    require(address.empty() || base::iequals(address, "postmaster"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const smtp::Command command = smtp::parse_command(line);
  require(command.argument.size() <= line.size());
  if (const auto mail = smtp::parse_mail(command.argument); std::holds_alternative<smtp::Mail>(mail)) {
    check_address(std::get<smtp::Mail>(mail).envelope.sender);
  }
  if (const auto rcpt = smtp::parse_rcpt(command.argument); std::holds_alternative<smtp::Recipient>(rcpt)) {
    check_address(std::get<smtp::Recipient>(rcpt).path.address);
  }
  if (const auto helo = smtp::parse_helo(command.argument); std::holds_alternative<std::string>(helo)) {
    require(std::get<std::string>(helo).find_first_of(" \r\n()<>\\\"") == std::string::npos);
  }
  (void)smtp::parse_bdat(command.argument);
  return 0;
}
