// The words of messages, the arithmetic against known values, and learning on both databases.

#include "spam/bayes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "spam/tokens.h"
#include "sql/testing.h"

namespace spam {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Not;

constexpr base::Time kNow = base::Time(std::chrono::seconds(1'795'439'731));
const sql::AccountScope kTom{1, 10}, kAnn{1, 11}, kOther{2, 10};

std::vector<std::string> words(const std::string& text, const TokenLimits& limits = {}) { return words_of(mime::parse(text), limits); }

TEST(Words, OfHeaderAndText) {
  const auto found = words(
      "From: \"Cheap Pills\" <Sales@Shop.Example>\r\nReply-To: x@other.example\r\nSubject: =?utf-8?q?Caf=C3=A9_offer?=\r\n"
      "Content-Type: text/plain; charset=utf-8\r\n\r\nDon't miss it, Tom! Buy at https://user@www.pills.example/now?x=1 an it.\r\n");
  for (const auto* word :
       {"s:caf\xc3\xa9", "s:offer", "f:sales@shop.example", "fd:shop.example", "fn:cheap", "fn:pills", "rd:other.example", "t:text/plain",
        "c:utf-8", "don't", "miss", "tom", "buy", "u:www.pills.example", "u:pills.example"}) {
    EXPECT_THAT(found, Contains(word));
  }
  EXPECT_THAT(found, Not(Contains("an")));
  EXPECT_THAT(found, Not(Contains("u:user@www.pills.example")));
}

TEST(Words, OfHtmlAreWhatIsSeenAndWhereLinksLead) {
  const auto found = words(
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
      "PGh0bWw+PHN0eWxlPmhpZGRlbjwvc3R5bGU+PGI+VmlzaWJsZTwvYj4gPGEgaHJlZj0iaHR0cDovL2V2aWwuZXhhbXBsZS8iPmJhbms8L2E+PC9odG1sPg==\r\n"
      "--b\r\nContent-Type: application/zip; name=\"a.ZIP\"\r\n\r\nPK\r\n--b--\r\n");
  for (const auto* word : {"visible", "bank", "u:evil.example", "x:zip", "t:application/zip"}) EXPECT_THAT(found, Contains(word));
  EXPECT_THAT(found, Not(Contains("hidden")));
}

TEST(Words, OfChineseArePairs) {
  // 免费发票
  const auto found = words("Content-Type: text/plain; charset=utf-8\r\n\r\n\xe5\x85\x8d\xe8\xb4\xb9\xe5\x8f\x91\xe7\xa5\xa8\r\n");
  for (const auto* word : {"\xe5\x85\x8d\xe8\xb4\xb9", "\xe8\xb4\xb9\xe5\x8f\x91", "\xe5\x8f\x91\xe7\xa5\xa8"})
    EXPECT_THAT(found, Contains(word));
}

TEST(Words, AreBounded) {
  std::string text = "Subject: x\r\n\r\n" + std::string(100'000, 'a') + " ";
  for (int i = 0; i < 5000; ++i) text += "word" + std::to_string(i) + " ";
  const auto found = words(text, {.tokens = 100});
  EXPECT_EQ(found.size(), 100u);
  EXPECT_THAT(found, Contains("long"));
  EXPECT_NE(token_of({1}, "word"), token_of({2}, "word"));
  EXPECT_EQ(token_of({1}, "word"), token_of({1}, "word"));
}

TEST(Robinson, KnownValues) {
  // Tail of chi-square: tables give 0.05 for 3.841 (1 degree is odd; here even degrees) 5.991 with 2, 9.488 with 4, 18.307 with 10.
  EXPECT_NEAR(chi_square_tail(5.991, 1), 0.05, 1e-4);
  EXPECT_NEAR(chi_square_tail(9.488, 2), 0.05, 1e-4);
  EXPECT_NEAR(chi_square_tail(18.307, 5), 0.05, 1e-4);
  EXPECT_NEAR(chi_square_tail(2.706 * 0, 5), 1, 0);
  EXPECT_LT(chi_square_tail(5000, 150), 1e-9);
  EXPECT_NEAR(word_probability(0, 0, {10, 10}, 0.45), 0.5, 1e-12);
  EXPECT_NEAR(word_probability(1, 0, {10, 10}, 0.45), (0.45 * 0.5 + 1) / 1.45, 1e-12);
  EXPECT_NEAR(word_probability(5, 5, {10, 100}, 0.45), (0.45 * 0.5 + 10 * (0.5 / 0.55)) / 10.45, 1e-12);
  const std::vector<double> even(20, 0.5), high(20, 0.9), low(20, 0.1);
  EXPECT_NEAR(combine(even), 0.5, 1e-9);
  EXPECT_GT(combine(high), 0.99);
  EXPECT_LT(combine(low), 0.01);
  EXPECT_NEAR(combine(high) + combine(low), 1, 1e-9);
}

class Bayes : public testing::TestWithParam<sql::testing::Kind> {
 protected:
  bool teach(sql::AccountScope scope, const std::string& text, Lesson lesson, base::Time now = kNow) {
    const auto tokens = tokens_of(scope.enterprise(), mime::parse(text));
    return database->write([&](sql::Transaction& tx) { return learn(tx, scope, tokens, message_key(text), lesson, now, settings); });
  }
  std::optional<BayesAnswer> ask(sql::AccountScope scope, const std::string& text) {
    const auto tokens = tokens_of(scope.enterprise(), mime::parse(text));
    return database->read([&](sql::Transaction& tx) { return classify(tx, scope, tokens, settings); });
  }
  // Different each time, with words of its kind.
  static std::string spam(int i) {
    return "Subject: winner lottery\r\n\r\nclaim your prize money transfer urgent casino number" + std::to_string(i);
  }
  static std::string ham(int i) {
    return "Subject: meeting minutes\r\n\r\nplease review the project schedule before friday budget" + std::to_string(i);
  }
  void teach_both(sql::AccountScope scope, int count) {
    for (int i = 0; i < count; ++i) {
      EXPECT_TRUE(teach(scope, spam(i), Lesson::kSpam));
      EXPECT_TRUE(teach(scope, ham(i), Lesson::kHam));
    }
  }
  int64_t rows(const std::string& where) {
    return database->read([&](sql::Transaction& tx) {
      auto found = tx.query("select count(*) from spam_token where " + where);
      found.next();
      return found.number(0);
    });
  }
  BayesSettings settings{.minimum = 5};
  std::unique_ptr<sql::Database> database = sql::testing::make(GetParam());
};

TEST_P(Bayes, SpeaksWhenItHasSeenEnough) {
  teach_both(kTom, 4);
  EXPECT_FALSE(ask(kTom, spam(99)));
  teach_both(kAnn, 1);
  auto answer = ask(kTom, spam(99));
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->personal) << "the enterprise's filter has five of each";
  teach(kTom, spam(50), Lesson::kSpam);
  teach(kTom, ham(50), Lesson::kHam);
  answer = ask(kTom, spam(99));
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->personal);
  EXPECT_GT(answer->spam, 0.95);
  EXPECT_LT(ask(kTom, ham(99))->spam, 0.05);
  EXPECT_FALSE(ask(kTom, "\r\n\r\nnothing known here")) << "no word says anything";
}

TEST_P(Bayes, MembersDisagreeAndEnterprisesNeverMeet) {
  teach_both(kTom, 6);
  for (int i = 0; i < 6; ++i) {
    teach(kAnn, spam(i), Lesson::kHam);
    teach(kAnn, ham(i), Lesson::kSpam);
  }
  EXPECT_GT(ask(kTom, spam(99))->spam, 0.9);
  EXPECT_LT(ask(kAnn, spam(99))->spam, 0.1);
  EXPECT_FALSE(ask(kOther, spam(99)));
  EXPECT_EQ(rows("enterprise_id = 2"), 0);
}

TEST_P(Bayes, ALessonCountsOnceAndIsTakenBack) {
  auto corpus = [&] { return database->read([](sql::Transaction& tx) { return member_corpus(tx, kTom); }); };
  EXPECT_TRUE(teach(kTom, spam(1), Lesson::kSpam));
  EXPECT_FALSE(teach(kTom, spam(1), Lesson::kSpam));
  EXPECT_EQ(corpus().spam, 1);
  EXPECT_TRUE(teach(kTom, spam(1), Lesson::kHam));
  EXPECT_EQ(corpus().spam, 0);
  EXPECT_EQ(corpus().ham, 1);
  EXPECT_EQ(rows("enterprise_id = 1 and spam > 0"), 0);
  EXPECT_GT(rows("enterprise_id = 1 and account_id = 10 and ham = 1"), 5);
  const auto tokens = tokens_of({1}, mime::parse(spam(1)));
  auto undo = [&] {
    return database->write([&](sql::Transaction& tx) { return unlearn(tx, kTom, tokens, message_key(spam(1)), kNow, settings); });
  };
  EXPECT_TRUE(undo());
  EXPECT_FALSE(undo());
  EXPECT_EQ(corpus().ham, 0);
  EXPECT_EQ(database->read([](sql::Transaction& tx) { return enterprise_corpus(tx, {1}); }).ham, 0);
  EXPECT_EQ(rows("spam + ham > 0"), 0);
}

TEST_P(Bayes, TokensAreFewAndOldOnesGo) {
  settings.member_tokens = 40;
  settings.expire_every = 5;
  for (int i = 0; i < 20; ++i) {
    std::string text = "\r\n\r\n";
    for (int j = 0; j < 10; ++j) text += "unique" + std::to_string(i * 10 + j) + " ";
    teach(kTom, text, Lesson::kSpam, kNow + i * 1h);
  }
  EXPECT_LE(rows("account_id = 10"), 40);
  EXPECT_EQ(rows("account_id = 0"), 201) << "the enterprise's limit is its own (and one token of the content type)";
  const auto gone =
      database->write([&](sql::Transaction& tx) { return expire_bayes(tx, sql::EnterpriseScope{1}, kNow + 24h * 365, settings); });
  EXPECT_EQ(gone, 200) << "rare and old; what was seen often stays";
  database->write([](sql::Transaction& tx) {
    forget_bayes(tx, kTom);
    return 0;
  });
  EXPECT_EQ(rows("account_id = 10"), 0);
}

INSTANTIATE_TEST_SUITE_P(AllDrivers, Bayes, testing::ValuesIn(sql::testing::drivers()), sql::testing::name);

}  // namespace
}  // namespace spam
