#include "smtp/syntax.h"

#include <gtest/gtest.h>

namespace smtp {
namespace {

std::string mailbox(std::string_view text) {
  const auto path = parse_mailbox(text);
  return path ? path->address : "none";
}

int mail_code(std::string_view argument) {
  const auto parsed = parse_mail(argument);
  return std::holds_alternative<Mail>(parsed) ? 250 : std::get<Reply>(parsed).code;
}

int rcpt_code(std::string_view argument) {
  const auto parsed = parse_rcpt(argument);
  return std::holds_alternative<Recipient>(parsed) ? 250 : std::get<Reply>(parsed).code;
}

Mail mail(std::string_view argument) { return std::get<Mail>(parse_mail(argument)); }
Recipient rcpt(std::string_view argument) { return std::get<Recipient>(parse_rcpt(argument)); }

TEST(Command, VerbsAreFoundInAnyCase) {
  EXPECT_EQ(parse_command("ehlo x").verb, Verb::kEhlo);
  EXPECT_EQ(parse_command("MaIl FROM:<>").verb, Verb::kMail);
  EXPECT_EQ(parse_command("STARTTLS").verb, Verb::kStartTls);
  EXPECT_EQ(parse_command("GET / HTTP/1.1").verb, Verb::kForeign);
  EXPECT_EQ(parse_command("MAILX").verb, Verb::kUnknown);
  EXPECT_EQ(parse_command("").verb, Verb::kUnknown);
  EXPECT_EQ(parse_command(" QUIT").verb, Verb::kUnknown);
}

TEST(Command, ArgumentHasNoSpaceAround) {
  EXPECT_EQ(parse_command("MAIL  FROM:<a@b> \t").argument, "FROM:<a@b>");
  EXPECT_EQ(parse_command("QUIT ").argument, "");
}

TEST(Mailbox, LocalPartIsWrittenInItsShortestForm) {
  EXPECT_EQ(mailbox("tom@example.com"), "tom@example.com");
  EXPECT_EQ(mailbox("\"tom\"@example.com"), "tom@example.com");
  EXPECT_EQ(mailbox("\"t\\om\"@example.com"), "tom@example.com");
  EXPECT_EQ(mailbox("\"a b\"@example.com"), "\"a b\"@example.com");
  EXPECT_EQ(mailbox("\"a\\\"b\"@example.com"), "\"a\\\"b\"@example.com");
  EXPECT_EQ(mailbox("\"a@b\"@example.com"), "\"a@b\"@example.com");
  EXPECT_EQ(mailbox("\"a..b\"@example.com"), "\"a..b\"@example.com");
}

TEST(Mailbox, TakesWhatTheStandardAllows) {
  EXPECT_EQ(mailbox("a!#$%&'*+-/=?^_`{|}~b@x.y"), "a!#$%&'*+-/=?^_`{|}~b@x.y");
  EXPECT_EQ(mailbox("a@[192.0.2.1]"), "a@[192.0.2.1]");
  EXPECT_EQ(mailbox("a@[IPv6:2001:db8::1]"), "a@[IPv6:2001:db8::1]");
  EXPECT_EQ(mailbox("a@localhost"), "a@localhost");
  EXPECT_EQ(mailbox("\xe6\xb1\xa4@\xe4\xbe\x8b\xe5\xad\x90.cn"), "\xe6\xb1\xa4@\xe4\xbe\x8b\xe5\xad\x90.cn");
  EXPECT_TRUE(parse_mailbox("\xe6\xb1\xa4@x.cn")->non_ascii);
  EXPECT_FALSE(parse_mailbox("t@x.cn")->non_ascii);
}

TEST(Mailbox, SourceRoutesAreDropped) {
  EXPECT_EQ(mailbox("@a.example,@b.example:tom@c.example"), "tom@c.example");
  EXPECT_EQ(mailbox("@a.example:tom@c.example"), "tom@c.example");
  EXPECT_EQ(mailbox("@a.example,b.example:tom@c.example"), "none");
  EXPECT_EQ(mailbox("@a.example,tom@c.example"), "none");
  EXPECT_EQ(mailbox("@a b:tom@c.example"), "none");
}

TEST(Mailbox, RefusesWhatIsNone) {
  for (const char* text : {"",
                           "a",
                           "@",
                           "a@",
                           "@b",
                           ".a@b",
                           "a.@b",
                           "a..b@c",
                           "a b@c",
                           "a@b c",
                           "a@.b",
                           "a@b.",
                           "a@b..c",
                           "a@b@c",
                           "\"a@b",
                           "\"a\"b@c",
                           "\"\"@c",
                           "a@[1.2.3]",
                           "a@[IPv6:1.2.3.4]",
                           "a@[2001:db8::1]",
                           "a@[",
                           "a@[]",
                           "a<b@c",
                           "a@b>c",
                           "a@b,c",
                           "(a)@b",
                           "a@b\x01",
                           "\"\x01\"@b",
                           "\xff@b",
                           "a@\xc3"}) {
    EXPECT_EQ(mailbox(text), "none") << text;
  }
}

TEST(Mailbox, LengthsAreLimited) {
  EXPECT_NE(mailbox(std::string(256, 'a') + "@b"), "none");
  EXPECT_EQ(mailbox(std::string(257, 'a') + "@b"), "none");
  EXPECT_NE(mailbox("a@" + std::string(255, 'b')), "none");
  EXPECT_EQ(mailbox("a@" + std::string(256, 'b')), "none");
}

TEST(MailCommand, Paths) {
  EXPECT_EQ(mail("FROM:<a@b>").envelope.sender, "a@b");
  EXPECT_EQ(mail("from:<a@b>").envelope.sender, "a@b");
  EXPECT_EQ(mail("FROM: <a@b>").envelope.sender, "a@b");
  EXPECT_EQ(mail("FROM:<>").envelope.sender, "");
  EXPECT_EQ(mail("FROM:<\"a>b\"@c> SIZE=1").envelope.sender, "\"a>b\"@c");
  for (const char* bad : {"", "FROM", "FROM:", "FROM:a@b", "FROM:<a@b", "FROM:<a@b>SIZE=1", "FROM:<a>", "FROM:<postmaster>", "TO:<a@b>",
                          "FROM <a@b>", "FROM:<<a@b>>"}) {
    EXPECT_EQ(mail_code(bad), 501) << bad;
  }
}

TEST(MailCommand, Parameters) {
  const auto all = mail("FROM:<a@b> SIZE=1000 body=8bitmime SMTPUTF8 RET=HDRS ENVID=QQ+2B1 AUTH=<>").envelope;
  EXPECT_EQ(all.declared_size, 1000u);
  EXPECT_EQ(all.body, delivery::BodyType::k8BitMime);
  EXPECT_TRUE(all.smtputf8);
  EXPECT_EQ(all.ret, delivery::DsnReturn::kHeaders);
  EXPECT_EQ(all.envid, "QQ+2B1");
  EXPECT_EQ(all.auth, "<>");
  EXPECT_EQ(mail("FROM:<a@b> SIZE=99999999999999999999").envelope.declared_size, UINT64_MAX);
  EXPECT_FALSE(mail("FROM:<a@b>").envelope.declared_size);
}

TEST(MailCommand, ParametersOfSubmission) {
  EXPECT_EQ(mail("FROM:<a@b> HOLDFOR=5").envelope.hold_for, 5);
  EXPECT_EQ(mail("FROM:<a@b> HOLDUNTIL=2026-11-23T13:15:31Z").envelope.hold_until, base::from_seconds(1795439731));
  EXPECT_TRUE(mail("FROM:<a@b> REQUIRETLS").envelope.require_tls);
  const auto by = mail("FROM:<a@b> BY=-10;NT").envelope.deliver_by;
  ASSERT_TRUE(by);
  EXPECT_EQ(by->seconds, -10);
  EXPECT_FALSE(by->return_late);
  EXPECT_TRUE(mail("FROM:<a@b> by=120;r").envelope.deliver_by->return_late);
  for (const char* bad : {"HOLDFOR=0", "HOLDFOR=x", "HOLDFOR=1234567890", "HOLDUNTIL=tomorrow", "HOLDFOR=1 HOLDUNTIL=2026-11-23T13:15:31Z",
                          "BY=1", "BY=1;X", "BY=-5;R", "BY=;N", "BY=12345678901;N", "REQUIRETLS=1"}) {
    EXPECT_EQ(mail_code(std::string("FROM:<a@b> ") + bad), 501) << bad;
  }
}

TEST(MailCommand, BadParameters) {
  for (const char* bad : {"SIZE", "SIZE=", "SIZE=x", "SIZE=-1", "SIZE=999999999999999999999", "BODY=9BIT", "BODY", "SMTPUTF8=1", "RET=ALL",
                          "ENVID=a+b", "ENVID=+zz", "SIZE=1 SIZE=1", "=1", "-A=1", "SI ZE=1 =", "AUTH=a=b"}) {
    EXPECT_EQ(mail_code(std::string("FROM:<a@b> ") + bad) / 100, 5) << bad;
  }
  EXPECT_EQ(mail_code("FROM:<a@b> ENVID=" + std::string(101, 'x')), 501);
  EXPECT_EQ(mail_code("FROM:<a@b> SOLICIT=a"), 555);
  EXPECT_EQ(mail_code("FROM:<a@b> NOTIFY=NEVER"), 555);  // of RCPT
  std::string many = "FROM:<a@b>";
  for (int i = 0; i < 17; ++i) many += " X" + std::to_string(i) + "=1";
  EXPECT_NE(mail_code(many), 250);
}

TEST(RcptCommand, Paths) {
  EXPECT_EQ(rcpt("TO:<a@b>").path.address, "a@b");
  EXPECT_EQ(rcpt("to: <a@b>").path.address, "a@b");
  EXPECT_EQ(rcpt("TO:<Postmaster>").path.address, "Postmaster");
  EXPECT_EQ(rcpt("TO:<@x.example:a@b>").path.address, "a@b");
  for (const char* bad : {"", "TO:<>", "TO:<a>", "TO:a@b", "FROM:<a@b>", "TO:<a@b>x"}) EXPECT_EQ(rcpt_code(bad), 501) << bad;
}

TEST(RcptCommand, Parameters) {
  const auto dsn = rcpt("TO:<a@b> NOTIFY=SUCCESS,delay ORCPT=rfc822;Tom+40x").dsn;
  EXPECT_EQ(dsn.notify, delivery::kNotifySuccess | delivery::kNotifyDelay);
  EXPECT_EQ(dsn.orcpt, "rfc822;Tom+40x");
  EXPECT_EQ(rcpt("TO:<a@b> NOTIFY=NEVER").dsn.notify, delivery::kNotifyNever);
  EXPECT_EQ(rcpt("TO:<a@b> ORCPT=utf-8;\\x{6C64}@x").dsn.orcpt, "utf-8;\\x{6C64}@x");
  for (const char* bad : {"NOTIFY=", "NOTIFY=NEVER,DELAY", "NOTIFY=SOON", "NOTIFY=DELAY,", "ORCPT=a", "ORCPT=;a", "ORCPT=rfc822;",
                          "ORCPT=rfc822;a=b", "ORCPT=rf(c;a"}) {
    EXPECT_EQ(rcpt_code(std::string("TO:<a@b> ") + bad), 501) << bad;
  }
  EXPECT_EQ(rcpt_code("TO:<a@b> SIZE=1"), 555);
}

TEST(Helo, TakesNamesAndLiterals) {
  for (const char* good : {"client.example", "localhost", "WIN_BOX-1", "[192.0.2.1]", "[IPv6:2001:db8::1]", "\xe4\xbe\x8b.cn"}) {
    EXPECT_TRUE(std::holds_alternative<std::string>(parse_helo(good))) << good;
  }
  for (const char* bad : {"", "a b", "a..b", "[x]", "a(b)", "<a>", "a\"b", "a;b", "\xff"}) {
    EXPECT_TRUE(std::holds_alternative<Reply>(parse_helo(bad))) << bad;
  }
}

TEST(Bdat, SizeAndLast) {
  EXPECT_EQ(std::get<Chunk>(parse_bdat("10")).size, 10u);
  EXPECT_FALSE(std::get<Chunk>(parse_bdat("10")).last);
  EXPECT_TRUE(std::get<Chunk>(parse_bdat("0 last")).last);
  for (const char* bad : {"", "x", "-1", "1 LATE", "LAST", "99999999999999999999", "1LAST"})
    EXPECT_TRUE(std::holds_alternative<Reply>(parse_bdat(bad))) << bad;
}

TEST(ReplyText, EveryLineHasItsCode) {
  std::string out;
  append_reply(out, 250, "", "one\ntwo\nthree");
  append_reply(out, 550, "5.1.1", "no\nnever");
  EXPECT_EQ(out, "250-one\r\n250-two\r\n250 three\r\n550-5.1.1 no\r\n550 5.1.1 never\r\n");
}

}  // namespace
}  // namespace smtp
