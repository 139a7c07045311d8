#include "queue/dsn.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "mime/builder.h"
#include "mime/date.h"
#include "mime/message.h"
#include "queue/advice.h"

namespace queue {

namespace {

std::string without_controls(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

// A field value: as it is where UTF-8 may be, otherwise printable ASCII.
std::string field_text(const std::string& text, bool utf8) {
  const std::string clean = without_controls(text);
  if (base::is_ascii(clean) || (utf8 && base::is_valid_utf8(clean))) return clean;
  return base::printable(clean, 4 * clean.size());
}

// utf-8-addr-xtext of RFC 6533 3: "\x{4F60}" for what is not ASCII.
std::string address_xtext(std::string_view address) {
  std::string out;
  for (size_t i = 0; i < address.size();) {
    const auto lead = static_cast<unsigned char>(address[i]);
    if (lead < 0x80) {
      out += address[i++];
      continue;
    }
    const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    uint32_t point = lead & (0xffu >> (length + 1));
    for (size_t k = 1; k < length && i + k < address.size(); ++k) point = point << 6 | (static_cast<unsigned char>(address[i + k]) & 0x3fu);
    out += fmt::format("\\x{{{:X}}}", point);
    i += length;
  }
  return out;
}

std::string typed_address(const std::string& address, bool utf8) {
  if (base::is_ascii(address)) return "rfc822; " + without_controls(address);
  if (!base::is_valid_utf8(address)) return "rfc822; " + base::printable(address, 1'000);
  return "utf-8; " + (utf8 ? without_controls(address) : address_xtext(without_controls(address)));
}

// ORCPT "rfc822;a+2Bb@c" -> "rfc822; a+b@c".
std::string original_recipient(const std::string& orcpt, bool utf8) {
  const size_t semicolon = orcpt.find(';');
  if (semicolon == std::string::npos) return field_text(orcpt, utf8);
  const std::string type = orcpt.substr(0, semicolon), rest = orcpt.substr(semicolon + 1);
  return field_text(type, false) + "; " + field_text(base::iequals(type, "utf-8") ? rest : decode_xtext(rest), utf8);
}

const char* action_of(Told told) {
  switch (told) {
    case Told::kDelayed:
      return "delayed";
    case Told::kDelivered:
      return "delivered";
    case Told::kRelayed:
      return "relayed";
    case Told::kFailed:
    case Told::kNothing:
      break;
  }
  return "failed";
}

// RFC 3463: a class that fits the action, whatever the remote said.
std::string status_of(const ReportEntry& entry) {
  const std::string& given = entry.attempt.enhanced;
  const bool usable = given.size() >= 5 && given[1] == '.' && given.find_first_not_of("0123456789.") == std::string::npos;
  switch (entry.told) {
    case Told::kDelivered:
    case Told::kRelayed:
      return usable && given[0] == '2' ? given : "2.0.0";
    case Told::kDelayed:
      return usable && given[0] == '4' ? given : "4.0.0";
    default:
      break;
  }
  return usable && given[0] != '2' ? given : "5.0.0";
}

std::string reply_of(const Attempt& attempt) {
  if (attempt.reply_code == 0) return attempt.reason;
  std::string out = std::to_string(attempt.reply_code);
  if (!attempt.enhanced.empty()) out += " " + attempt.enhanced;
  return out + " " + attempt.text;
}

class ReportWriter {
 public:
  ReportWriter(const Report& report, const Settings& settings)
      : report_(report),
        settings_(settings),
        told_(report.entries.front().told),
        chinese_(language_of(report.language) == Language::kChinese),
        utf8_(!base::is_ascii(report.envelope.return_path) || (report.envelope.flags & kSmtpUtf8)) {}

  BuiltReport build() const {
    mime::HeaderWriter header(utf8_);
    header.addresses("From", {{.name = pick("Mail Delivery System", "邮件投递系统"), .mailbox = "postmaster", .host = report_.hostname}});
    header.raw("To", "<" + field_text(report_.envelope.return_path, utf8_) + ">");
    header.text("Subject", subject());
    header.date("Date", report_.now);
    header.raw("Message-ID", mime::make_message_id(report_.hostname));
    if (const auto id = mime::find_header(header_block(), "Message-ID"); id && base::is_ascii(*id) && id->size() <= 900)
      header.raw("In-Reply-To", mime::unfold(*id));
    header.raw("Auto-Submitted", "auto-replied");  // RFC 3834 5
    mime::Entity root = mime::multipart_entity("report", {explanation(), status(), original()});
    root.parameters = {{"report-type", "delivery-status"}};
    return {mime::build_message(header, root), utf8_};
  }

 private:
  std::string pick(std::string_view english, std::string_view chinese) const { return std::string(chinese_ ? chinese : english); }

  std::string subject() const {
    std::string what = told_ == Told::kFailed    ? pick("Not delivered", "邮件未能送达")
                       : told_ == Told::kDelayed ? pick("Delayed, still trying", "邮件延迟，仍在重试")
                                                 : pick("Delivered", "邮件已送出");
    return report_.subject.empty() ? what : what + pick(": ", "：") + report_.subject;
  }

  std::string_view header_block() const {
    mime::HeaderReader reader(report_.original);
    for (mime::Header field; reader.next(field);) {
    }
    return report_.original.substr(0, reader.position());
  }

  // --- for people ---

  mime::Entity explanation() const {
    std::string text = pick(fmt::format("This is the mail server {}.\n\n", report_.hostname),
                            fmt::format("这是邮件服务器 {} 发出的自动通知。\n\n", report_.hostname));
    text += opening() + "\n\n";
    if (!report_.subject.empty()) text += pick("Subject: ", "主题：") + report_.subject + "\n";
    text += pick("Sent: ", "发送时间：") + mime::format_date(report_.arrived_at) + "\n";
    for (const ReportEntry& entry : report_.entries) text += "\n" + explain(entry);
    mime::Entity part = mime::text_entity(std::move(text));
    part.headers = {{"Content-Language", chinese_ ? "zh-CN" : "en"}};
    return part;
  }

  std::string opening() const {
    switch (told_) {
      case Told::kFailed:
        return pick("Your message could not be delivered to the recipients below. It will not be tried again.",
                    "您的邮件未能送达以下收件人，系统不再重试。");
      case Told::kDelayed:
        return pick("Your message has not been delivered to the recipients below yet. It is being tried again: you need not send it again.",
                    "您的邮件尚未送达以下收件人，系统仍在自动重试，您无需重新发送。");
      default:
        return pick("Your message has been sent on to the recipients below.", "您的邮件已送出给以下收件人。");
    }
  }

  std::string explain(const ReportEntry& entry) const {
    std::string text = fmt::format("<{}>\n", without_controls(entry.recipient));
    auto line = [&](std::string_view english, std::string_view chinese, std::string_view value) {
      text += "    " + pick(english, chinese) + std::string(value) + "\n";
    };
    if (entry.told == Told::kDelivered) return text + "    " + pick("It is in the mailbox.", "邮件已存入收件人的邮箱。") + "\n";
    if (entry.told == Told::kRelayed) {
      return text + "    " +
             pick("It was handed over to the recipient's server, which does not report what becomes of it.",
                  "邮件已交给对方服务器；对方服务器不会回报后续的投递结果。") +
             "\n";
    }
    const Advice advice = advice_for(entry.attempt, chinese_ ? Language::kChinese : Language::kEnglish);
    line("What happened: ", "原因：", advice.what);
    if (entry.told == Told::kFailed) line("What to do: ", "建议：", advice.todo);
    if (entry.retry_until) line("Tried until: ", "重试截止：", mime::format_date(*entry.retry_until));
    const std::string details = summary(entry.attempt);
    if (!details.empty()) line("Details: ", "详细信息：", without_controls(details));
    return text;
  }

  // --- for programs ---

  mime::Entity status() const {
    std::string fields = mime::fold_header("Reporting-MTA", "dns; " + report_.hostname);
    if (!report_.envelope.envid.empty())
      fields = mime::fold_header("Original-Envelope-Id", field_text(decode_xtext(report_.envelope.envid), utf8_)) + fields;
    fields += mime::fold_header("Arrival-Date", mime::format_date(report_.arrived_at));
    for (const ReportEntry& entry : report_.entries) fields += "\r\n" + entry_fields(entry);
    mime::Entity part;
    part.type = utf8_ ? "message/global-delivery-status" : "message/delivery-status";
    part.body = std::move(fields);
    return part;
  }

  std::string entry_fields(const ReportEntry& entry) const {
    const Attempt& attempt = entry.attempt;
    std::string fields;
    if (!entry.orcpt.empty()) fields += mime::fold_header("Original-Recipient", original_recipient(entry.orcpt, utf8_));
    fields += mime::fold_header("Final-Recipient", typed_address(entry.recipient, utf8_));
    fields += mime::fold_header("Action", action_of(entry.told));
    fields += mime::fold_header("Status", status_of(entry));
    if (!attempt.remote_name.empty()) fields += mime::fold_header("Remote-MTA", "dns; " + field_text(attempt.remote_name, utf8_));
    if (attempt.reply_code != 0) fields += mime::fold_header("Diagnostic-Code", "smtp; " + field_text(reply_of(attempt), utf8_));
    if (attempt.reply_code == 0 && !attempt.reason.empty())
      fields += mime::fold_header("Diagnostic-Code", "X-Posthouse; " + field_text(attempt.reason, utf8_));
    fields += mime::fold_header("Last-Attempt-Date", mime::format_date(report_.now));
    if (entry.retry_until) fields += mime::fold_header("Will-Retry-Until", mime::format_date(*entry.retry_until));
    return fields;
  }

  // --- the message ---

  mime::Entity original() const {
    mime::Entity part;
    if (returns_whole(report_.envelope, told_, settings_) && !report_.original.empty()) {
      part.type = utf8_ ? "message/global" : "message/rfc822";
      part.body = report_.original;
      return part;
    }
    std::string_view block = header_block();
    if (block.size() > settings_.report_header_bytes) {
      block = block.substr(0, settings_.report_header_bytes);
      block = block.substr(0, block.rfind('\n') + 1);
    }
    part.type = utf8_ ? "message/global-headers" : "text/rfc822-headers";
    part.body = block;
    return part;
  }

  const Report& report_;
  const Settings& settings_;
  const Told told_;
  const bool chinese_;
  const bool utf8_;
};

}  // namespace

std::string decode_xtext(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    std::optional<std::string> byte;
    if (text[i] == '+' && i + 2 < text.size()) byte = base::hex_decode(base::to_lower(text.substr(i + 1, 2)));
    if (byte) i += 2;
    out += byte ? *byte : std::string(1, text[i]);
  }
  return out;
}

bool returns_whole(const Envelope& envelope, Told told, const Settings& settings) {
  return told == Told::kFailed && envelope.ret != Return::kHeaders && envelope.size <= settings.report_full_bytes;
}

BuiltReport build_report(const Report& report, const Settings& settings) { return ReportWriter(report, settings).build(); }

}  // namespace queue
