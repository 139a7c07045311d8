// Reports are read back with the parser of mime/: what a mail program would see.

#include "queue/dsn.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "mime/content.h"
#include "mime/encoded_word.h"
#include "mime/message.h"
#include "queue/advice.h"

namespace queue {
namespace {

constexpr std::string_view kOriginal = "From: ann@acme.example\r\nMessage-ID: <1@acme.example>\r\nSubject: Figures\r\n\r\nThe body.\r\n";

Report report(Told told = Told::kFailed) {
  Report report;
  report.hostname = "mail.acme.example";
  report.now = base::from_seconds(1'763'900'000);
  report.arrived_at = base::from_seconds(1'763'800'000);
  report.language = "en";
  report.subject = "Figures";
  report.envelope.return_path = "ann@acme.example";
  report.envelope.size = kOriginal.size();
  report.original = kOriginal;
  ReportEntry entry{.recipient = "tom@example.net", .told = told};
  entry.attempt.remote_name = "mx.example.net";
  entry.attempt.remote_address = "192.0.2.1";
  entry.attempt.reply_code = 550;
  entry.attempt.enhanced = "5.1.1";
  entry.attempt.text = "user unknown";
  report.entries = {entry};
  return report;
}

struct Read {
  explicit Read(const Report& report, const Settings& settings = {})
      : built(build_report(report, settings)), message(mime::parse(built.bytes)) {}
  const mime::Part& part(size_t i) const { return message.root.children.at(i); }
  std::string text() const { return mime::decoded_text(message, part(0)); }
  std::string status() const { return std::string(message.body(part(1))); }
  std::string field(std::string_view name) const { return mime::unfold(message.header(name).value_or("")); }
  std::string third() const { return std::string(message.body(part(2))); }
  BuiltReport built;
  mime::Message message;
};

bool has(const std::string& text, std::string_view what) { return text.find(what) != std::string::npos; }

TEST(Dsn, AFailureHasThreeParts) {
  const Read read(report());
  ASSERT_EQ(read.message.root.children.size(), 3u);
  EXPECT_TRUE(read.message.root.is("multipart", "report"));
  EXPECT_EQ(*mime::find_parameter(read.message.root.parameters, "report-type"), "delivery-status");
  EXPECT_TRUE(read.part(0).is("text", "plain"));
  EXPECT_TRUE(read.part(1).is("message", "delivery-status"));
  EXPECT_TRUE(read.part(2).is("message", "rfc822"));
  EXPECT_EQ(read.third(), kOriginal);
  EXPECT_EQ(read.field("To"), "<ann@acme.example>");
  EXPECT_EQ(read.field("Auto-Submitted"), "auto-replied");
  EXPECT_EQ(read.field("In-Reply-To"), "<1@acme.example>");
  EXPECT_EQ(read.field("Subject"), "Not delivered: Figures");
  EXPECT_TRUE(read.message.header("Date") && read.message.header("Message-ID") && read.message.header("MIME-Version"));
  EXPECT_FALSE(read.built.smtputf8);
}

TEST(Dsn, TheStatusIsThatOfRfc3464) {
  auto of = report();
  of.envelope.envid = "QQ+2B314159";
  of.entries[0].orcpt = "rfc822;Tom+2BShop@example.org";
  const Read read(of);
  EXPECT_EQ(read.status(),
            "Original-Envelope-Id: QQ+314159\r\n"
            "Reporting-MTA: dns; mail.acme.example\r\n"
            "Arrival-Date: Sat, 22 Nov 2025 08:26:40 +0000\r\n"
            "\r\n"
            "Original-Recipient: rfc822; Tom+Shop@example.org\r\n"
            "Final-Recipient: rfc822; tom@example.net\r\n"
            "Action: failed\r\n"
            "Status: 5.1.1\r\n"
            "Remote-MTA: dns; mx.example.net\r\n"
            "Diagnostic-Code: smtp; 550 5.1.1 user unknown\r\n"
            "Last-Attempt-Date: Sun, 23 Nov 2025 12:13:20 +0000\r\n");
}

TEST(Dsn, ItSaysWhatHappenedAndWhatToDo) {
  const std::string text = Read(report()).text();
  EXPECT_TRUE(has(text, "<tom@example.net>")) << text;
  EXPECT_TRUE(has(text, "There is no mailbox with this address."));
  EXPECT_TRUE(has(text, "Check the spelling"));
  EXPECT_TRUE(has(text, "mx.example.net [192.0.2.1]: 550 5.1.1 user unknown"));
  auto chinese = report();
  chinese.language = "zh-CN";
  const Read read(chinese);
  EXPECT_TRUE(has(read.text(), "该收件地址不存在。")) << read.text();
  EXPECT_TRUE(has(read.text(), "建议："));
  EXPECT_EQ(mime::decode_words(*read.message.header("Subject")), "邮件未能送达：Figures");
  EXPECT_TRUE(base::is_ascii(read.built.bytes));  // goes anywhere
  EXPECT_EQ(language_of("zh"), Language::kChinese);
  EXPECT_EQ(language_of("zh_Hans"), Language::kChinese);
  EXPECT_EQ(language_of("zhx"), Language::kEnglish);
  EXPECT_EQ(language_of(""), Language::kEnglish);
}

TEST(Dsn, ADelaySaysUntilWhen) {
  auto of = report(Told::kDelayed);
  of.entries[0].attempt.reply_code = 451;
  of.entries[0].attempt.enhanced = "4.7.1";
  of.entries[0].retry_until = base::from_seconds(1'764'000'000);
  const Read read(of);
  EXPECT_TRUE(has(read.status(), "Action: delayed\r\nStatus: 4.7.1\r\n"));
  EXPECT_TRUE(has(read.status(), "Will-Retry-Until: Mon, 24 Nov 2025 16:00:00 +0000\r\n"));
  EXPECT_TRUE(has(read.text(), "you need not send it again"));
  EXPECT_FALSE(has(read.text(), "What to do"));
  EXPECT_TRUE(read.part(2).is("text", "rfc822-headers"));
}

TEST(Dsn, SuccessAndRelay) {
  auto of = report(Told::kDelivered);
  of.entries[0].attempt.reply_code = 250;
  of.entries[0].attempt.enhanced = "2.1.5";
  of.entries.push_back(of.entries[0]);
  of.entries[1].told = Told::kRelayed;
  of.entries[1].attempt.enhanced = "";
  const Read read(of);
  EXPECT_TRUE(has(read.status(), "Action: delivered\r\nStatus: 2.1.5\r\n"));
  EXPECT_TRUE(has(read.status(), "Action: relayed\r\nStatus: 2.0.0\r\n"));
  EXPECT_TRUE(has(read.text(), "does not report what becomes of it"));
}

TEST(Dsn, RetAndSizeDecideWhatIsReturned) {
  auto of = report();
  of.envelope.ret = Return::kHeaders;
  Read headers(of);
  EXPECT_TRUE(headers.part(2).is("text", "rfc822-headers"));
  EXPECT_FALSE(has(headers.third(), "The body."));
  EXPECT_TRUE(has(headers.third(), "Subject: Figures"));
  of.envelope.ret = Return::kFull;
  EXPECT_TRUE(has(Read(of).third(), "The body."));
  Settings small;
  small.report_full_bytes = 10;
  EXPECT_FALSE(has(Read(of, small).third(), "The body."));
  small.report_header_bytes = 40;
  EXPECT_EQ(Read(of, small).third(), "From: ann@acme.example\r\n");
  of.original = "";
  EXPECT_EQ(Read(of).third(), "");
  // RFC 3461 6.2: the whole message is for failures only.
  EXPECT_FALSE(returns_whole(of.envelope, Told::kRelayed, {}));
}

TEST(Dsn, Utf8AddressesAreOfRfc6533) {
  auto of = report();
  of.entries[0].recipient = "用户@例子.example";
  Read plain(of);  // the sender did not say SMTPUTF8
  EXPECT_FALSE(plain.built.smtputf8);
  EXPECT_TRUE(has(plain.status(), "Final-Recipient: utf-8; \\x{7528}\\x{6237}@\\x{4F8B}\\x{5B50}.example")) << plain.status();
  of.envelope.flags = kSmtpUtf8;
  Read full(of);
  EXPECT_TRUE(full.built.smtputf8);
  EXPECT_TRUE(full.part(1).is("message", "global-delivery-status"));
  EXPECT_TRUE(full.part(2).is("message", "global"));
  EXPECT_TRUE(has(full.status(), "Final-Recipient: utf-8; 用户@例子.example"));
}

TEST(Dsn, NothingForeignBreaksOutOfItsField) {
  auto of = report();
  of.envelope.envid = "a+0D+0ABcc:+20eve@example.org";
  of.entries[0].orcpt = "rfc822;x+0D+0AAction:+20delivered";
  of.entries[0].attempt.text = "no\r\nAction: delivered\n\n\xff\xfe";
  of.entries[0].attempt.remote_name = "mx\r\nX: y";
  of.subject = "a\r\nBcc: eve@example.org";
  const Read read(of);
  EXPECT_FALSE(read.message.header("Bcc"));
  size_t actions = 0;
  mime::for_each_header(read.status().substr(read.status().find("\r\n\r\n") + 4),
                        [&](const mime::Header& field) { actions += base::iequals(field.name, "Action"); });
  EXPECT_EQ(actions, 1u) << read.status();
  EXPECT_FALSE(has(read.status(), "\xff"));
  for (const auto& line : base::split(read.built.bytes, '\n')) EXPECT_LE(line.size(), 1'000u);
}

TEST(Dsn, AdviceFitsTheCode) {
  auto what = [](int code, std::string enhanced, Phase phase = Phase::kNone) {
    Attempt attempt{.phase = phase};
    attempt.reply_code = code;
    attempt.enhanced = std::move(enhanced);
    return advice_for(attempt, Language::kEnglish).what;
  };
  EXPECT_EQ(what(552, "5.2.2"), "The recipient's mailbox is full.");
  EXPECT_EQ(what(452, "4.2.2"), what(552, "5.2.2"));
  EXPECT_EQ(what(550, "5.99.99"), what(550, ""));
  EXPECT_EQ(what(0, "", Phase::kConnect), "The other server cannot be reached.");
  EXPECT_EQ(what(0, ""), "The message could not be delivered.");
  Attempt cut{.cut_off = true};
  EXPECT_NE(advice_for(cut, Language::kChinese).todo.find("询问收件人"), std::string_view::npos);
}

TEST(Dsn, Xtext) {
  EXPECT_EQ(decode_xtext("a+2Bb"), "a+b");
  EXPECT_EQ(decode_xtext("a+3D+"), "a=+");
  EXPECT_EQ(decode_xtext("+zz"), "+zz");
  EXPECT_EQ(decode_xtext(""), "");
}

}  // namespace
}  // namespace queue
