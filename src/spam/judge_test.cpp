// Every rule of doc/decisions/spam.md, and a whole judge with the real engines, on both databases.

#include "spam/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "mime/message.h"
#include "net/resolver_table.h"
#include "spam/brakes.h"
#include "spam/correspondents.h"
#include "spam/forget.h"
#include "spam/lists.h"
#include "spam/testing.h"
#include "sql/testing.h"

namespace spam {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr base::Time kNow = base::Time(std::chrono::seconds(1'795'439'731));
const sql::AccountScope kTom{1, 10}, kAnn{1, 11}, kOther{2, 10};

class Judging : public ::testing::TestWithParam<sql::testing::Kind> {
 protected:
  Judging() {
    settings.use_bayes = false;
    settings.greylist_mode = GreylistMode::kOff;
    facts.id = "m1";
    facts.client = net::IpAddress::parse("192.0.2.9");
    facts.helo = "mail.sender.example";
    facts.sender = "bounce@sender.example";
    facts.from = "Ann@Sender.example";
    facts.recipients = {{kTom, "tom@one.example"}};
    facts.bytes = "From: Ann@Sender.example\r\nSubject: hi\r\n\r\nhello\r\n";
    facts.now = kNow;
    prove();
  }
  void prove() {
    facts.auth = {
        .spf = AuthResult::kPass, .dkim = AuthResult::kPass, .dmarc = AuthResult::kPass, .spf_aligned = true, .dkim_aligned = true};
  }
  void fail_dmarc(DmarcAsk ask) { facts.auth = {.spf = AuthResult::kFail, .dmarc = AuthResult::kFail, .dmarc_ask = ask}; }
  std::vector<Verdict> judge_all() {
    auto judgements = database->read([&](sql::Transaction& tx) { return judge_recipients(tx, facts, found, {}, settings); });
    judgements = database->write([&](sql::Transaction& tx) {
      auto copy = judgements;
      apply_greylist(tx, facts, copy, settings);
      return copy;
    });
    std::vector<Verdict> verdicts;
    for (auto& judgement : judgements) verdicts.push_back(judgement.verdict);
    return verdicts;
  }
  Verdict judge() { return judge_all().at(0); }
  template <typename Scope>
  void list(Scope scope, ListKind kind, const char* entry) {
    database->write([&](sql::Transaction& tx) { return add_list_entry(tx, scope, kind, entry, "", kNow).ok(); });
  }
  void answer(const char* action, double score) {
    found.rspamd.kind = RspamdResult::Kind::kAnswered;
    found.rspamd.answer = {};
    found.rspamd.answer.action = action;
    found.rspamd.answer.score = score;
    found.rspamd.answer.symbols = {{"BAD_WORDS", score, "bad words"}};
  }
  // A judge's coroutine on a loop that outlives the database, as net/pending.h requires.
  Verdict run(Judge& judge) {
    std::exception_ptr thrown;
    std::vector<Verdict> verdicts;
    boost::asio::co_spawn(loop, judge.judge(facts), [&](std::exception_ptr error, std::vector<Verdict> result) {
      thrown = error;
      verdicts = std::move(result);
    });
    loop.restart();
    loop.run();
    if (thrown) std::rethrow_exception(thrown);
    return verdicts.at(0);
  }
  boost::asio::io_context loop{1};
  std::unique_ptr<sql::Database> database = sql::testing::make(GetParam());
  Facts facts;
  Scan found;
  Settings settings;
};

TEST_P(Judging, ProvenMailOfStrangersIsAccepted) {
  const auto verdict = judge();
  EXPECT_EQ(verdict.action, Action::kAccept);
  EXPECT_EQ(verdict.score, -1);
  EXPECT_EQ(verdict.reasons.at(0).name, "dmarc");
  EXPECT_EQ(verdict.reasons.at(1).text, "SPF pass, DKIM pass, DMARC pass");
  EXPECT_EQ(verdict.sender_key, "sender.example");
}

TEST_P(Judging, VirusesAreRefusedWhateverElseIsSo) {
  list(sql::EnterpriseScope{1}, ListKind::kAllow, "sender.example");
  found.clamd = {ClamdResult::Kind::kInfected, "Eicar", {}};
  for (const auto* user : {"", "tom@one.example"}) {
    facts.user = user;
    const auto verdict = judge();
    EXPECT_EQ(verdict.action, Action::kReject);
    EXPECT_EQ(verdict.code, 554);
    EXPECT_EQ(verdict.enhanced, "5.7.1");
    EXPECT_EQ(verdict.reply, "the message is infected: Eicar");
  }
}

TEST_P(Judging, EnginesThatAreDownDeferOrPassBySetting) {
  found.clamd = {ClamdResult::Kind::kUnavailable, {}, "refused"};
  EXPECT_EQ(judge().action, Action::kDefer);
  EXPECT_EQ(judge().code, 451);
  settings.clamd_required = false;
  auto passed = judge();
  EXPECT_EQ(passed.action, Action::kAccept);
  EXPECT_THAT(passed.reasons.back().text, HasSubstr("not scanned"));
  found.clamd = {ClamdResult::Kind::kTooLarge, {}, {}};
  EXPECT_EQ(judge().action, Action::kAccept);
  found.rspamd.kind = RspamdResult::Kind::kUnavailable;
  EXPECT_EQ(judge().action, Action::kAccept);
  settings.rspamd_required = true;
  EXPECT_EQ(judge().action, Action::kDefer);
  list(sql::EnterpriseScope{1}, ListKind::kAllow, "sender.example");
  EXPECT_EQ(judge().action, Action::kAccept) << "rspamd could not change this";
}

TEST_P(Judging, ListsWinOverScoresAtTheirLevel) {
  found.dnsbl = {{"bl.example", 50, "127.0.0.2", "bad"}};
  EXPECT_EQ(judge().action, Action::kReject);
  list(kTom, ListKind::kAllow, "ann@sender.example");
  facts.recipients = {{kTom, "tom@one.example"}, {kAnn, "ann@one.example"}, {kOther, "tom@two.example"}};
  auto verdicts = judge_all();
  EXPECT_EQ(verdicts[0].action, Action::kAccept);
  EXPECT_EQ(verdicts[1].action, Action::kReject);
  EXPECT_EQ(verdicts[2].action, Action::kReject) << "the same account number elsewhere";
  EXPECT_THAT(verdict_header(verdicts), Not(HasSubstr("own")));
  list(sql::EnterpriseScope{1}, ListKind::kBlock, "sender.example");
  EXPECT_EQ(judge().action, Action::kReject);
  EXPECT_EQ(judge().code, 550);
  EXPECT_THAT(judge().reply, Not(HasSubstr("sender.example")));
  settings.block_rejects = false;
  EXPECT_EQ(judge().action, Action::kJunk);
  found.dnsbl.clear();
  EXPECT_EQ(judge_all()[2].action, Action::kAccept) << "another enterprise's list";
  list(kOther, ListKind::kBlock, "sender.example");
  EXPECT_EQ(judge_all()[2].action, Action::kJunk) << "a member's block is never a refusal";
}

TEST_P(Judging, DmarcIsObeyedBySettingAndArcExcuses) {
  fail_dmarc(DmarcAsk::kReject);
  auto verdict = judge();
  EXPECT_EQ(verdict.action, Action::kReject);
  EXPECT_EQ(verdict.code, 550);
  EXPECT_EQ(verdict.sender, "");
  settings.dmarc = DmarcMode::kJunk;
  EXPECT_EQ(judge().action, Action::kJunk);
  settings.dmarc = DmarcMode::kObey;
  fail_dmarc(DmarcAsk::kQuarantine);
  verdict = judge();
  EXPECT_EQ(verdict.action, Action::kJunk);
  EXPECT_LT(verdict.score, settings.junk_score) << "whatever the score";
  EXPECT_TRUE(verdict.reasons.at(0).decisive);
  settings.dmarc = DmarcMode::kIgnore;
  EXPECT_EQ(judge().action, Action::kAccept);
  settings.dmarc = DmarcMode::kObey;
  fail_dmarc(DmarcAsk::kReject);
  facts.auth.arc = AuthResult::kPass;
  facts.auth.arc_sealer = "lists.example";
  EXPECT_EQ(judge().action, Action::kReject);
  settings.arc_trusted = {"Lists.example"};
  EXPECT_EQ(judge().action, Action::kAccept);
}

TEST_P(Judging, AnAllowedNameThatIsForgedIsNotAllowed) {
  list(sql::EnterpriseScope{1}, ListKind::kAllow, "sender.example");
  fail_dmarc(DmarcAsk::kReject);
  EXPECT_EQ(judge().action, Action::kReject);
  list(sql::EnterpriseScope{1}, ListKind::kAllow, "192.0.2.0/24");
  EXPECT_EQ(judge().action, Action::kAccept);
}

TEST_P(Judging, BuiltInPointsAddUp) {
  facts.auth = {.spf = AuthResult::kFail, .dkim = AuthResult::kFail};
  facts.helo = "localhost";
  found.dnsbl = {{"bl.example", 3.5, "127.0.0.2", "see there"}};
  auto verdict = judge();
  EXPECT_EQ(verdict.score, 3 + 0.5 + 1 + 1 + 3.5);
  EXPECT_EQ(verdict.action, Action::kJunk);
  EXPECT_EQ(verdict.reasons.at(0).text, "the client is listed by bl.example: see there");
  for (size_t i = 1; i < verdict.reasons.size(); ++i) {
    EXPECT_GE(std::abs(verdict.reasons[i - 1].points), std::abs(verdict.reasons[i].points)) << "largest first";
  }
  facts.from = "";
  EXPECT_EQ(judge().score, 11);
  settings.reject_score = 11;
  verdict = judge();
  EXPECT_EQ(verdict.action, Action::kReject);
  EXPECT_EQ(verdict.code, 554);
  settings.reject_score = 0;
  EXPECT_EQ(judge().action, Action::kJunk);
}

TEST_P(Judging, WhomTheMemberWroteToIsWelcome) {
  facts.auth = {.spf = AuthResult::kSoftFail};
  found.dnsbl = {{"bl.example", 4, "127.0.0.2", ""}};
  EXPECT_EQ(judge().action, Action::kJunk);
  database->write([&](sql::Transaction& tx) {
    note_sent(tx, kTom, std::vector<std::string>{"ann@sender.example"}, kNow);
    return 0;
  });
  EXPECT_EQ(judge().action, Action::kAccept);
  EXPECT_EQ(judge().score, 4 + 1.5 + 1 - 1.5) << "the name alone counts little";
  prove();
  EXPECT_EQ(judge().score, 4 - 1 - 4 - 0.0);
  facts.recipients = {{kOther, "tom@two.example"}};
  EXPECT_EQ(judge().score, 4 - 1) << "another enterprise has not";
}

TEST_P(Judging, RspamdDecidesButOwnHistoryMovesTheLine) {
  answer("no action", 1);
  found.dnsbl = {};
  EXPECT_EQ(judge().action, Action::kAccept);
  answer("add header", 7);
  auto verdict = judge();
  EXPECT_EQ(verdict.action, Action::kJunk);
  EXPECT_EQ(verdict.score, 7);
  EXPECT_EQ(verdict.reasons.at(0).text, "rspamd says \"add header\" with a score of 7.0");
  EXPECT_EQ(verdict.reasons.at(1).text, "BAD_WORDS: bad words");
  answer("discard", 7);
  EXPECT_EQ(judge().action, Action::kJunk) << "never dropped";
  answer("soft reject", 1);
  EXPECT_EQ(judge().action, Action::kDefer);
  answer("reject", 20);
  EXPECT_EQ(judge().action, Action::kReject);
  database->write([&](sql::Transaction& tx) {
    note_sent(tx, kTom, std::vector<std::string>{"ann@sender.example"}, kNow);
    return 0;
  });
  EXPECT_EQ(judge().action, Action::kReject);
  answer("add header", 7);
  EXPECT_EQ(judge().action, Action::kAccept);
  answer("add header", 2);
  EXPECT_EQ(judge().action, Action::kJunk) << "a rule of rspamd's without points stands";
}

TEST_P(Judging, GreylistingIsForTheSuspiciousAndSparesTheProven) {
  settings.greylist_mode = GreylistMode::kSuspicious;
  facts.auth = {};
  EXPECT_EQ(judge().action, Action::kAccept) << "one point is not suspicious";
  facts.auth.spf = AuthResult::kSoftFail;
  facts.helo = "pc";
  auto verdict = judge();
  EXPECT_EQ(verdict.action, Action::kDefer);
  EXPECT_EQ(verdict.reply, "greylisted: come back in 5 minutes");
  EXPECT_EQ(verdict.reasons.at(0).name, "greylist");
  facts.now = kNow + 6min;
  EXPECT_EQ(judge().action, Action::kAccept);
  settings.greylist_mode = GreylistMode::kAll;
  facts.sender = "x@fresh.example";
  EXPECT_EQ(judge().action, Action::kDefer);
  prove();
  EXPECT_EQ(judge().action, Action::kAccept);
  settings.greylist_spares_proven = false;
  facts.sender = "x@fresher.example";
  EXPECT_EQ(judge().action, Action::kDefer);
}

TEST_P(Judging, OneReplyForAll) {
  auto verdict = [](Action action, int code = 0, const char* name = "score") {
    Verdict out;
    out.action = action;
    out.code = code;
    out.reply = "text";
    out.reasons = {{name, "why", 0, true}};
    return out;
  };
  std::vector<Verdict> mixed{verdict(Action::kReject, 550), verdict(Action::kAccept), verdict(Action::kDefer, 451, "greylist")};
  settle(mixed);
  EXPECT_EQ(mixed[0].action, Action::kJunk);
  EXPECT_EQ(mixed[1].action, Action::kAccept);
  EXPECT_EQ(mixed[2].action, Action::kAccept);
  EXPECT_EQ(mixed[0].code, 0);
  std::vector<Verdict> none{verdict(Action::kReject, 550), verdict(Action::kDefer, 451, "greylist")};
  settle(none);
  EXPECT_EQ(none[0].action, Action::kDefer);
  EXPECT_EQ(none[0].code, 451);
  std::vector<Verdict> down{verdict(Action::kAccept), verdict(Action::kDefer, 451, "engine")};
  settle(down);
  EXPECT_EQ(down[0].action, Action::kDefer);
  std::vector<Verdict> refused{verdict(Action::kReject, 550), verdict(Action::kReject, 554)};
  settle(refused);
  EXPECT_EQ(refused[0].code, 550);
  EXPECT_EQ(refused[1].code, 554);
}

TEST_P(Judging, WhatTheMemberDoesIsLearned) {
  settings.use_bayes = true;
  settings.bayes.minimum = 1;
  const std::string spam = "Subject: prize\r\n\r\nclaim your lottery prize money now",
                    ham = "Subject: plan\r\n\r\nthe project plan for friday";
  auto move = [&](sql::AccountScope scope, const std::string& text, int64_t email, Lesson lesson) {
    return database->write([&](sql::Transaction& tx) {
      return note_moved(tx, scope, email, tokens_of(scope.enterprise(), mime::parse(text)), message_key(text), lesson, kNow,
                        settings.bayes);
    });
  };
  const auto first = judge();
  database->write([&](sql::Transaction& tx) {
    note_delivered(tx, kTom, 7, first, kNow);
    return 0;
  });
  const auto stored = database->read([](sql::Transaction& tx) { return find_verdict(tx, kTom, 7); });
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->at, kNow);
  EXPECT_EQ(stored->verdict.reasons.at(0).text, first.reasons.at(0).text);
  EXPECT_FALSE(database->read([](sql::Transaction& tx) { return find_verdict(tx, kOther, 7); }));
  EXPECT_EQ(database->read([](sql::Transaction& tx) { return count_strangers(tx, kTom, std::vector<std::string>{"ann@sender.example"}); }),
            0u);

  EXPECT_TRUE(move(kTom, ham, 8, Lesson::kHam));
  EXPECT_TRUE(move(kTom, spam, 7, Lesson::kSpam));
  EXPECT_FALSE(move(kTom, spam, 7, Lesson::kSpam));
  facts.bytes = spam;
  Judge judge(*database, {}, settings);
  auto verdict = run(judge);
  const auto header = verdict_header({&verdict, 1});
  const auto said = mime::unfold(*mime::find_header(header, kVerdictHeader));
  EXPECT_THAT(said, HasSubstr("words are like those of unwanted mail"));
  EXPECT_THAT(said, HasSubstr("earlier mail of this sender was mostly unwanted"));
  facts.recipients = {{kOther, "tom@two.example"}};
  verdict = run(judge);
  EXPECT_EQ(verdict.score, -1) << "the other enterprise has learned nothing";
  EXPECT_EQ(database->write([](sql::Transaction& tx) { return forget_verdicts(tx, {1}, kNow + 1h); }), 1);
}

TEST_P(Judging, NothingIsLeftOfWhatIsForgotten) {
  const std::vector<std::string> tables = {"spam_list",     "spam_correspondent", "spam_sender", "spam_greylist",
                                           "spam_client",   "spam_token",         "spam_corpus", "spam_lesson",
                                           "spam_outbound", "spam_quota",         "spam_verdict"};
  auto rows = [&](const std::string& table, const std::string& where) {
    return database->read([&](sql::Transaction& tx) {
      auto found_rows = tx.query("select count(*) from " + table + " where " + where);
      found_rows.next();
      return found_rows.number(0);
    });
  };
  const auto verdict = judge();
  for (const auto& scope : {kTom, kAnn, kOther}) {
    database->write([&](sql::Transaction& tx) {
      EXPECT_TRUE(add_list_entry(tx, scope, ListKind::kBlock, "x.example", "", kNow).ok());
      note_delivered(tx, scope, 7, verdict, kNow);
      note_moved(tx, scope, 7, std::vector<int64_t>{1, 2, 3}, message_key("x"), Lesson::kSpam, kNow, settings.bayes);
      for (const auto at : {kNow, kNow + 10min}) check_greylist(tx, scope, *facts.client, std::to_string(scope.account_id), at, {});
      apply_brakes(tx, scope, 1, kNow, {});
      set_brake_quota(tx, scope, 5);
      return 0;
    });
  }
  for (const auto& table : tables) EXPECT_GT(rows(table, "enterprise_id = 1"), 0) << table;
  database->write([&](sql::Transaction& tx) {
    forget_account(tx, kTom);
    return 0;
  });
  for (const auto& table : tables) {
    if (table != "spam_client") {
      EXPECT_EQ(rows(table, "enterprise_id = 1 and account_id = 10"), 0) << table;
      EXPECT_GT(rows(table, "account_id = 11"), 0) << table;
    }
  }
  EXPECT_GT(database->write([&](sql::Transaction& tx) { return expire(tx, {1}, kNow + 24h * 1000, settings); }), 0);
  for (const auto& table : tables) {
    const bool kept =
        table == "spam_list" || table == "spam_corpus" || table == "spam_quota" || table == "spam_token" || table == "spam_lesson";
    if (!kept) {
      EXPECT_EQ(rows(table, "enterprise_id = 1"), 0) << table;
    }
    EXPECT_GT(rows(table, "enterprise_id = 2"), 0) << table;
  }
  database->write([&](sql::Transaction& tx) {
    forget_enterprise(tx, {1});
    return 0;
  });
  for (const auto& table : tables) {
    EXPECT_EQ(rows(table, "enterprise_id = 1"), 0) << table;
    EXPECT_GT(rows(table, "enterprise_id = 2"), 0) << table;
  }
}

TEST_P(Judging, AWholeJudgeWithRealEngines) {
  static ::spam::testing::Clamd clamd;
  static ::spam::testing::Rspamd rspamd;
  net::ResolverTable dns;
  dns.add("9.2.0.192.bl.example A 127.0.0.2");
  Engines engines;
  engines.clamd.emplace();
  engines.clamd->address = clamd.tcp;
  engines.rspamd.emplace();
  engines.rspamd->url = *http::parse_service_url(rspamd.url());
  engines.dnsbl = {*parse_dnsbl_zone("bl.example=9")};
  engines.resolver = &dns;
  auto judge = [&](const std::string& text) {
    facts.bytes = text;
    Judge made(*database, engines, settings);
    return run(made);
  };
  const std::string head =
      "From: Ann <ann@sender.example>\r\nTo: Tom <tom@one.example>\r\nSubject: the plan\r\nMessage-ID: <1@sender.example>\r\n"
      "Date: Mon, 23 Nov 2026 13:15:31 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
  facts.hostname = facts.helo;
  const auto plain = judge(head + "hello\r\n");
  EXPECT_EQ(plain.action, Action::kAccept) << verdict_header({&plain, 1});
  EXPECT_THAT(plain.reasons.at(0).text, HasSubstr("rspamd says \"no action\""));
  EXPECT_EQ(dns.questions(), 0u) << "rspamd has its own lists";
  EXPECT_EQ(judge(head + std::string(::spam::testing::kGtube) + "\r\n").reply, "Gtube pattern");
  EXPECT_EQ(judge(head + std::string(::spam::testing::kEicar) + "\r\n").code, 554);
  engines.rspamd->url = *http::parse_service_url("http://" + ::spam::testing::free_endpoint().to_string());
  const auto without = judge(head + "hello\r\n");
  EXPECT_EQ(without.action, Action::kJunk) << "the DNS list decides instead";
  engines.clamd->address = ::spam::testing::free_endpoint();
  EXPECT_EQ(judge(head + "hello\r\n").action, Action::kDefer);
}

INSTANTIATE_TEST_SUITE_P(AllDrivers, Judging, ::testing::ValuesIn(sql::testing::drivers()), sql::testing::name);

}  // namespace
}  // namespace spam
