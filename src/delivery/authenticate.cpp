// Step "authenticate": what another server brings is asked about (SPF, DKIM, ARC, DMARC), and says so in our Authentication-Results.
// Whatever claims to be ours already is taken out (RFC 8601 5), from whomever it comes.

#include "base/text.h"
#include "delivery/header_fields.h"
#include "delivery/step.h"
#include "mailauth/authentication_results.h"

namespace delivery {

namespace {

void remove_forged(Message& message, const std::string& hostname) {
  remove_fields_if(message.body, [&](const mime::Header& header) {
    if (base::iequals(header.name, spam::kVerdictHeader)) return true;
    return base::iequals(header.name, "Authentication-Results") && mailauth::is_forged(header.value, hostname);
  });
}

}  // namespace

net::Task<Verdict> authenticate_message(Message& message, Services& services) {
  const auto client = net::IpAddress::parse(message.peer.address);
  const bool foreign =
      message.protocol == Protocol::kSmtp && client && services.authenticator != nullptr && !services.authenticator->is_trusted(*client);
  if (foreign) {
    AuthenticationArgs args{*client,
                            message.peer.helo,
                            message.envelope.sender,
                            services.hostname,
                            std::make_shared<const std::string>(message.body),
                            message.received_at};
    message.authenticated = co_await services.authenticator->authenticate(args);
    message.results = results_field(*message.authenticated, args);
  }
  if (message.protocol != Protocol::kLmtp) remove_forged(message, services.hostname);
  co_return Verdict::go_on();
}

}  // namespace delivery
