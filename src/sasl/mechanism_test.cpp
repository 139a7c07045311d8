// Exchanges as the wire sees them: what the client sends, what the machine asks and answers.

#include "sasl/mechanism.h"

#include <gtest/gtest.h>

#include "sasl/password.h"

namespace sasl {

void PrintTo(const Step& step, std::ostream* out) {
  *out << static_cast<int>(step.kind) << " challenge=" << step.challenge << " user=" << step.user << " failure=" << to_string(step.failure);
}

namespace {

using namespace std::string_literals;

std::vector<std::string> offered(const Offer& offer) {
  auto names = offered_mechanisms(offer);
  return {names.begin(), names.end()};
}

void expect_failed(const Step& step, Failure failure) {
  EXPECT_EQ(step.kind, StepKind::kFailed);
  EXPECT_EQ(to_string(step.failure), to_string(failure));
}

TEST(Offered, PlainPasswordsOnlyWhereTheyAreSafe) {
  EXPECT_EQ(offered({}), (std::vector<std::string>{"SCRAM-SHA-256"}));
  EXPECT_EQ(offered({.plaintext_passwords = true}), (std::vector<std::string>{"SCRAM-SHA-256", "PLAIN", "LOGIN"}));
  EXPECT_EQ(offered({.plaintext_passwords = true, .channel_bindings = true, .tokens = true, .login = false}),
            (std::vector<std::string>{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "OAUTHBEARER", "XOAUTH2", "PLAIN"}));
  EXPECT_FALSE(is_offered({}, "plain"));
  EXPECT_TRUE(is_offered({.plaintext_passwords = true}, "plain"));
  EXPECT_FALSE(is_offered({.plaintext_passwords = true}, "XOAUTH2"));
}

TEST(Offered, EveryOneCanBeMade) {
  for (auto name : offered_mechanisms({true, true, true, true})) EXPECT_TRUE(make_mechanism(name, {})) << name;
  EXPECT_FALSE(make_mechanism("CRAM-MD5", {}));
  EXPECT_FALSE(make_mechanism("", {}));
}

// RFC 4616 4, first example.
TEST(Plain, InitialResponse) {
  auto plain = make_mechanism("plain", {});
  auto step = plain->next("\0tim\0tanstaaftanstaaf"s);
  EXPECT_EQ(step.kind, StepKind::kCheckPassword);
  EXPECT_EQ(step.user, "tim");
  EXPECT_EQ(step.secret, "tanstaaftanstaaf");
  step = plain->checked(true);
  EXPECT_EQ(step.kind, StepKind::kDone);
  EXPECT_EQ(step.user, "tim");
  expect_failed(plain->checked(true), Failure::kMalformed);
}

TEST(Plain, WithoutInitialResponseAnEmptyChallengeComesFirst) {
  auto plain = make_mechanism("PLAIN", {});
  auto step = plain->next(std::nullopt);
  EXPECT_EQ(step.kind, StepKind::kChallenge);
  EXPECT_EQ(step.challenge, "");
  EXPECT_EQ(plain->next("Tim\0tim\0secret"s).kind, StepKind::kCheckPassword);
  expect_failed(plain->checked(false), Failure::kWrongSecret);
}

TEST(Plain, NobodyActsAsSomebodyElse) {
  // RFC 4616 4, second example.
  expect_failed(make_mechanism("PLAIN", {})->next("Ursel\0Kurt\0xipj3plmq"s), Failure::kOtherIdentity);
}

TEST(Plain, Malformed) {
  const std::string cases[] = {"",
                               "\0"s,
                               "\0\0"s,
                               "\0tim\0"s,
                               "\0\0secret"s,
                               "tim"s,
                               "tim\0secret"s,
                               "\0tim\0secret\0"s,
                               "\0tim\0secret\0more"s,
                               "\0t\xff\0secret"s,
                               "\0tim\0\xc3\x28"s,
                               "\0t\nm\0secret"s,
                               "\0"s + std::string(1025, 'x') + "\0secret"s,
                               "\0tim\0"s + std::string(1025, 'x'),
                               std::string(16 * 1024 + 1, '\0')};
  for (const auto& message : cases) {
    auto plain = make_mechanism("PLAIN", {});
    expect_failed(plain->next(message), Failure::kMalformed);
    expect_failed(plain->next("\0tim\0secret"s), Failure::kMalformed);  // no second try
  }
}

TEST(Login, BothQuestions) {
  auto login = make_mechanism("LOGIN", {});
  EXPECT_EQ(login->next(std::nullopt).challenge, "Username:");
  EXPECT_EQ(login->next("tom@example.com").challenge, "Password:");
  auto step = login->next("secret");
  EXPECT_EQ(step.kind, StepKind::kCheckPassword);
  EXPECT_EQ(step.user, "tom@example.com");
  EXPECT_EQ(step.secret, "secret");
  EXPECT_EQ(login->checked(true).kind, StepKind::kDone);
}

TEST(Login, InitialResponseIsTheName) {
  auto login = make_mechanism("LOGIN", {});
  EXPECT_EQ(login->next("tom@example.com").challenge, "Password:");
  expect_failed(login->next(""), Failure::kMalformed);
  expect_failed(login->next("secret"), Failure::kMalformed);
  expect_failed(make_mechanism("LOGIN", {})->next("with\0zero"s), Failure::kMalformed);
  auto zero = make_mechanism("LOGIN", {});
  zero->next("tom");
  expect_failed(zero->next("with\0zero"s), Failure::kMalformed);
}

// RFC 7628 4.1
TEST(OAuthBearer, TokenAndName) {
  auto bearer = make_mechanism("OAUTHBEARER", {});
  auto step = bearer->next(
      "n,a=user@example.com,\x01host=server.example.com\x01port=143\x01"
      "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01");
  EXPECT_EQ(step.kind, StepKind::kCheckToken);
  EXPECT_EQ(step.user, "user@example.com");
  EXPECT_EQ(step.secret, "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
  EXPECT_EQ(bearer->checked(true).kind, StepKind::kDone);
}

// RFC 7628 4.3
TEST(OAuthBearer, RefusedTokenIsToldThenFails) {
  auto bearer = make_mechanism("OAUTHBEARER", {});
  EXPECT_EQ(bearer
                ->next("n,,\x01"
                       "auth=bearer abc\x01\x01")
                .kind,
            StepKind::kCheckToken);
  auto step = bearer->checked(false);
  EXPECT_EQ(step.kind, StepKind::kChallenge);
  EXPECT_EQ(step.challenge, R"({"status":"invalid_token"})");
  expect_failed(bearer->next("\x01"), Failure::kWrongSecret);
  expect_failed(bearer->next("\x01"), Failure::kMalformed);
}

TEST(OAuthBearer, Malformed) {
  for (std::string_view message : {"", "n", "n,", "n,,",
                                   "p=x,,\x01"
                                   "auth=Bearer a\x01\x01",
                                   "n,,auth=Bearer a\x01\x01",
                                   "n,,\x01"
                                   "auth=Bearer a\x01",
                                   "n,,\x01"
                                   "auth=Basic a\x01\x01",
                                   "n,,\x01"
                                   "auth=Bearer \x01\x01",
                                   "n,,\x01"
                                   "auth=Bearer a b\x01\x01",
                                   "n,b=x,\x01"
                                   "auth=Bearer a\x01\x01",
                                   "n,a=x=1,\x01"
                                   "auth=Bearer a\x01\x01",
                                   "n,,\x01\x01"}) {
    auto bearer = make_mechanism("OAUTHBEARER", {});
    expect_failed(bearer->next(message), Failure::kMalformed);
    expect_failed(bearer->checked(true), Failure::kMalformed);
  }
}

TEST(XOAuth2, TokenAndName) {
  auto bearer = make_mechanism("XOAUTH2", {});
  auto step = bearer->next(
      "user=someuser@example.com\x01"
      "auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01");
  EXPECT_EQ(step.kind, StepKind::kCheckToken);
  EXPECT_EQ(step.user, "someuser@example.com");
  EXPECT_EQ(step.secret, "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg");
  expect_failed(make_mechanism("XOAUTH2", {})->next("auth=Bearer abc\x01\x01"), Failure::kMalformed);
  expect_failed(make_mechanism("XOAUTH2", {})->next("user=a\x01\x01"), Failure::kMalformed);
}

TEST(Password, OneFormForWhatPeopleType) {
  EXPECT_EQ(prepare_password("pencil"), "pencil");
  EXPECT_EQ(prepare_password("two words"), "two words");
  // RFC 4013 3
  EXPECT_EQ(prepare_password("I\xc2\xadX"), "IX");
  EXPECT_EQ(prepare_password("USER"), "USER");
  EXPECT_EQ(prepare_password("\xc2\xaa"), "a");
  EXPECT_EQ(prepare_password("\xe2\x85\xa8"), "IX");
  EXPECT_EQ(prepare_password("\x07"), std::nullopt);
  // Composed and decomposed, full width, ideographic space, Arabic before digits.
  EXPECT_EQ(prepare_password("e\xcc\x81"), prepare_password("\xc3\xa9"));
  EXPECT_EQ(prepare_password("\xef\xbd\x81\xef\xbc\x91"), "a1");
  EXPECT_EQ(prepare_password("a\xe3\x80\x80"
                             "b"),
            "a b");
  EXPECT_EQ(prepare_password("\xd8\xa7\xd9\x84"
                             "1"),
            "\xd8\xa7\xd9\x84"
            "1");
  for (std::string_view wrong : {"", "\xff", "a\nb", "\xe2\x80\xa8", "\xc2\xad", "\x7f"}) EXPECT_EQ(prepare_password(wrong), std::nullopt);
  EXPECT_EQ(prepare_password("a\0b"s), std::nullopt);
}

}  // namespace
}  // namespace sasl
