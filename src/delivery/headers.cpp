// Step "headers": final delivery puts Return-Path in front (RFC 5321 4.4) and takes out those that others left; then Received.

#include <fmt/format.h>

#include "delivery/header_fields.h"
#include "delivery/received.h"
#include "delivery/step.h"

namespace delivery {

net::Task<Verdict> add_headers(Message& message, Services& services) {
  remove_fields(message.body, "Return-Path");
  message.return_path = fmt::format("Return-Path: <{}>\r\n", message.envelope.sender);
  message.trace = received_line(message, services.hostname, services.limits.hide_client);
  co_return Verdict::go_on();
}

}  // namespace delivery
