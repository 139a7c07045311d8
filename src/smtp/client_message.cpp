#include "smtp/client_message.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "mailauth/domain.h"
#include "smtp/dot_stuffing.h"

namespace smtp {

namespace {

using queue::Disposition;
using queue::Extent;
using queue::Outcome;
using queue::Phase;

Outcome refuse_message(std::string enhanced, std::string reason) {
  return own_outcome(Disposition::kPermanent, Extent::kMessage, Phase::kPolicy, std::move(enhanced), std::move(reason));
}

Outcome refuse_recipient(std::string enhanced, std::string reason) {
  return own_outcome(Disposition::kPermanent, Extent::kRecipient, Phase::kPolicy, std::move(enhanced), std::move(reason));
}

// A command line ends where we end it, whatever an address holds.
bool is_safe(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool is_parameter_value(std::string_view text) { return !text.empty() && is_safe(text) && text.find(' ') == std::string_view::npos; }

// RFC 6531 3.2: an address whose local part is ASCII needs no SMTPUTF8. nullopt: it does.
std::optional<std::string> ascii_address(const std::string& address) {
  if (base::is_ascii(address)) return address;
  const size_t at = address.rfind('@');
  if (at == std::string::npos || !base::is_ascii(address.substr(0, at))) return std::nullopt;
  const auto domain = mailauth::canonical_domain(std::string_view(address).substr(at + 1));
  if (!domain) return std::nullopt;
  return address.substr(0, at + 1) + *domain;
}

bool has_ascii_header(std::string_view message) {
  const size_t end = message.starts_with("\r\n") ? 0 : message.find("\r\n\r\n");
  return base::is_ascii(message.substr(0, end));
}

class Planner {
 public:
  Planner(const queue::Batch& batch, std::string_view message, const Extensions& extensions, const MessageOptions& options, base::Time now)
      : batch_(batch), envelope_(batch.envelope), message_(message), extensions_(extensions), options_(options), now_(now) {}

  MessagePlan plan() {
    MessagePlan plan;
    for (const auto check : {&Planner::size, &Planner::body, &Planner::sender, &Planner::tls, &Planner::time}) {
      plan.refused = (this->*check)();
      if (plan.refused) return plan;
    }
    notify_parameters();
    plan.bdat = bdat_;
    plan.mail = "MAIL FROM:<" + sender_ + ">" + parameters_;
    for (const auto& recipient : batch_.recipients) plan.recipients.push_back(plan_recipient(recipient));
    return plan;
  }

 private:
  bool has(queue::MessageFlag flag) const { return (envelope_.flags & flag) != 0; }

  // RFC 1870 6.
  std::optional<Outcome> size() {
    if (!extensions_.size) return std::nullopt;
    if (extensions_.largest != 0 && message_.size() > extensions_.largest)
      return refuse_message("5.3.4",
                            fmt::format("the message has {} bytes, the server takes {} at most", message_.size(), extensions_.largest));
    parameters_ += fmt::format(" SIZE={}", message_.size());
    return std::nullopt;
  }

  std::optional<Outcome> body() {
    const bool binary = has(queue::kBinaryMime);
    const bool eight_bit = has(queue::k8BitMime) || !base::is_ascii(message_);
    bdat_ = extensions_.chunking && options_.chunking;
    if (binary && !(extensions_.chunking && extensions_.binary_mime))  // RFC 3030 3: converting would break signatures
      return refuse_message("5.6.3", "the message is binary and the server does not take BINARYMIME");
    if (binary || has_bare_line_end(message_)) {
      if (!extensions_.chunking) return refuse_message("5.6.3", "the message has line ends that only BDAT can carry");
      bdat_ = true;
      if (extensions_.binary_mime) {
        parameters_ += " BODY=BINARYMIME";
        return std::nullopt;
      }
    }
    if (eight_bit && extensions_.eight_bit) parameters_ += " BODY=8BITMIME";
    if (eight_bit && !extensions_.eight_bit && options_.strict_eight_bit)
      return refuse_message("5.6.3", "the message has 8-bit text and the server does not take 8BITMIME");
    return std::nullopt;
  }

  std::optional<Outcome> sender() {
    sender_ = envelope_.return_path;
    if (!is_safe(sender_)) return refuse_message("5.1.7", "the sender's address has control characters");
    const bool foreign = !base::is_ascii(sender_) || std::any_of(batch_.recipients.begin(), batch_.recipients.end(),
                                                                 [](const auto& r) { return !base::is_ascii(r.address); });
    utf8_ = extensions_.smtp_utf8 && (foreign || has(queue::kSmtpUtf8));
    if (utf8_) {
      parameters_ += " SMTPUTF8";
      return std::nullopt;
    }
    const auto ascii = ascii_address(sender_);
    if (!ascii || (has(queue::kSmtpUtf8) && !has_ascii_header(message_)))
      return refuse_message("5.6.7", "the message needs SMTPUTF8, which the server does not offer");
    sender_ = *ascii;
    return std::nullopt;
  }

  // RFC 8689 4.2.1.
  std::optional<Outcome> tls() {
    if (!has(queue::kRequireTls)) return std::nullopt;
    if (!extensions_.require_tls) return refuse_message("5.7.30", "the message needs REQUIRETLS, which the server does not offer");
    parameters_ += " REQUIRETLS";
    return std::nullopt;
  }

  // RFC 2852 4.
  std::optional<Outcome> time() {
    if (!envelope_.deliver_by) return std::nullopt;
    const bool notify = has(queue::kDeliverByNotify);
    int64_t left = base::to_seconds(*envelope_.deliver_by) - base::to_seconds(now_);
    if (!notify && left <= 0) return refuse_message("5.4.7", "the time that the sender gave is over");
    if (!extensions_.deliver_by) {
      if (notify) return std::nullopt;
      return refuse_message("5.3.3", "the message must be delivered by a set time, which the server does not promise");
    }
    left = std::clamp<int64_t>(left, -999'999'999, 999'999'999);
    parameters_ += fmt::format(" BY={};{}", left, notify ? 'N' : 'R');
    return std::nullopt;
  }

  // RFC 3461 4.3, 4.4.
  void notify_parameters() {
    if (!extensions_.dsn) return;
    if (envelope_.ret != queue::Return::kUnset) parameters_ += envelope_.ret == queue::Return::kFull ? " RET=FULL" : " RET=HDRS";
    if (is_parameter_value(envelope_.envid)) parameters_ += " ENVID=" + envelope_.envid;
  }

  // RFC 3461 4.1, 4.2.
  std::string notify_parameters(const queue::BatchRecipient& recipient) const {
    std::string text;
    if (!extensions_.dsn) return text;
    const uint8_t notify = recipient.notify;
    if ((notify & queue::kNotifyNever) != 0) {
      text += " NOTIFY=NEVER";
    } else if (notify != 0) {
      std::string list;
      if ((notify & queue::kNotifySuccess) != 0) list += ",SUCCESS";
      if ((notify & queue::kNotifyFailure) != 0) list += ",FAILURE";
      if ((notify & queue::kNotifyDelay) != 0) list += ",DELAY";
      text += " NOTIFY=" + list.substr(1);
    }
    if (is_parameter_value(recipient.orcpt) && (utf8_ || base::is_ascii(recipient.orcpt))) text += " ORCPT=" + recipient.orcpt;
    return text;
  }

  MessagePlan::Recipient plan_recipient(const queue::BatchRecipient& recipient) const {
    if (!is_safe(recipient.address)) return {{}, refuse_recipient("5.1.3", "the address has control characters")};
    const auto address = utf8_ ? recipient.address : ascii_address(recipient.address);
    if (!address) return {{}, refuse_recipient("5.6.7", "the address needs SMTPUTF8, which the server does not offer")};
    return {"RCPT TO:<" + *address + ">" + notify_parameters(recipient), std::nullopt};
  }

  const queue::Batch& batch_;
  const queue::Envelope& envelope_;
  const std::string_view message_;
  const Extensions& extensions_;
  const MessageOptions& options_;
  const base::Time now_;
  std::string sender_;
  std::string parameters_;  // of MAIL
  bool bdat_ = false;
  bool utf8_ = false;
};

}  // namespace

Outcome own_outcome(Disposition disposition, Extent extent, Phase phase, std::string enhanced, std::string reason) {
  Outcome outcome;
  outcome.disposition = disposition;
  outcome.extent = extent;
  outcome.attempt.phase = phase;
  outcome.attempt.enhanced = std::move(enhanced);
  outcome.attempt.reason = std::move(reason);
  return outcome;
}

MessagePlan plan_message(const queue::Batch& batch, std::string_view message, const Extensions& extensions, const MessageOptions& options,
                         base::Time now) {
  return Planner(batch, message, extensions, options, now).plan();
}

}  // namespace smtp
