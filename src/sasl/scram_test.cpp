// SCRAM-SHA-256 against the RFC's own exchange, our client against our server, and what a hostile client tries.

#include "sasl/scram.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "sasl/scram_client.h"

namespace sasl {
namespace {

constexpr std::string_view kClientNonce = "rOprNGfwEbeRWgbNEkqO";
constexpr std::string_view kServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const std::string kSalt = *base::base64_decode("W22ZaJ0SNY7soEsUEjb6gQ==");
const ChannelBindings kBindings{std::string(32, 'e'), std::string(32, 'p'), ""};

ScramSecret pencil() { return derive_scram("pencil", kSalt, 4096); }

std::unique_ptr<Mechanism> server(bool plus = false, const ChannelBindings& bindings = {}) {
  return make_scram(plus, bindings, {}, std::string(kServerNonce));
}

// Runs a whole exchange; the last step.
Step run(Mechanism& machine, ScramClient& client, const ScramSecret& secret, bool usable = true) {
  auto step = machine.next(client.first());
  if (step.kind != StepKind::kScramSecret) return step;
  step = machine.scram_secret(secret, usable);
  if (step.kind != StepKind::kChallenge) return step;
  auto final = client.final(step.challenge);
  if (!final) return {.failure = Failure::kMalformed};
  step = machine.next(*final);
  if (step.kind != StepKind::kChallenge) return step;
  EXPECT_TRUE(client.verify(step.challenge));
  return machine.next("");
}

Failure failure_of_first(std::string_view message, bool plus = false, const ChannelBindings& bindings = {}) {
  auto step = server(plus, bindings)->next(message);
  return step.kind == StepKind::kFailed ? step.failure : Failure::kNone;
}

// The server's reply to a client-final after a well-formed start.
Step answer_to_final(std::string_view message) {
  auto machine = server();
  machine->next("n,,n=user,r=" + std::string(kClientNonce));
  machine->scram_secret(pencil(), true);
  return machine->next(message);
}

// RFC 7677 3
TEST(Scram, TheExampleOfTheRfc) {
  auto machine = server();
  auto step = machine->next("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  ASSERT_EQ(step.kind, StepKind::kScramSecret);
  EXPECT_EQ(step.user, "user");
  step = machine->scram_secret(pencil(), true);
  EXPECT_EQ(step.challenge, "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
  step = machine->next("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  ASSERT_EQ(step.kind, StepKind::kChallenge);
  EXPECT_EQ(step.challenge, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  step = machine->next("");
  EXPECT_EQ(step.kind, StepKind::kDone);
  EXPECT_EQ(step.user, "user");
}

TEST(Scram, OurClientSaysTheSame) {
  ScramClient client({.user = "user", .password = "pencil", .nonce = std::string(kClientNonce)});
  EXPECT_EQ(client.first(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(client.final("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"),
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  EXPECT_TRUE(client.verify("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
  EXPECT_FALSE(client.verify("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5="));
  EXPECT_FALSE(client.verify("e=invalid-proof"));
}

TEST(Scram, ClientRefusesAServerThatIsWrong) {
  for (std::string_view message :
       {"", "r=other,s=YWJj,i=4096", "r=rOprNGfwEbeRWgbNEkqO,s=YWJj,i=4096", "r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOx,s=YWJj,i=0", "r=rOprNGfwEbeRWgbNEkqOx,s=YWJj,i=99999999", "m=x,r=rOprNGfwEbeRWgbNEkqOx,s=YWJj,i=4096"}) {
    ScramClient client({.user = "user", .password = "pencil", .nonce = std::string(kClientNonce)});
    EXPECT_EQ(client.final(message), std::nullopt) << message;
    EXPECT_FALSE(client.verify("v="));
  }
}

TEST(Scram, NamesWithCommasAndOtherScripts) {
  for (std::string name : {"a,b=c", "\xe5\xbc\xa0\xe4\xb8\x89@\xe4\xbe\x8b\xe5\xad\x90.cn", "tom@example.com"}) {
    ScramClient client({.user = name, .password = "pencil", .authzid = name});
    auto step = run(*server(), client, pencil());
    EXPECT_EQ(step.kind, StepKind::kDone);
    EXPECT_EQ(step.user, name);
  }
  EXPECT_EQ(decode_scram_name("a=2Cb=3Dc"), "a,b=c");
  for (auto wrong : {"a=", "a=2", "a=2c", "a=41", "a,b"}) EXPECT_EQ(decode_scram_name(wrong), std::nullopt) << wrong;
}

TEST(Scram, WrongPasswordAndUnusableUserFailAlike) {
  ScramClient wrong({.user = "user", .password = "pen"});
  EXPECT_EQ(run(*server(), wrong, pencil()).failure, Failure::kWrongSecret);
  ScramClient right({.user = "user", .password = "pencil"});
  EXPECT_EQ(run(*server(), right, pencil(), false).failure, Failure::kWrongSecret);
  ScramClient made_up({.user = "user", .password = "pencil"});
  EXPECT_EQ(run(*server(), made_up, ScramSecret{kSalt, 4096, "", ""}).failure, Failure::kWrongSecret);
}

TEST(Scram, ChannelBindingOfBothKinds) {
  for (auto [type, data] :
       {std::pair{"tls-exporter", kBindings.tls_exporter}, std::pair{"tls-server-end-point", kBindings.tls_server_end_point}}) {
    ScramClient client({.user = "user", .password = "pencil", .binding_type = type, .binding_data = data});
    EXPECT_EQ(run(*server(true, kBindings), client, pencil()).kind, StepKind::kDone) << type;
  }
}

TEST(Scram, ChannelBindingOfAnotherConnectionFails) {
  ScramClient client({.user = "user", .password = "pencil", .binding_type = "tls-exporter", .binding_data = std::string(32, 'm')});
  EXPECT_EQ(run(*server(true, kBindings), client, pencil()).failure, Failure::kChannelBinding);
}

TEST(Scram, BindingFlagsMustFitTheName) {
  EXPECT_EQ(failure_of_first("p=tls-exporter,,n=user,r=abc", true, kBindings), Failure::kNone);
  EXPECT_EQ(failure_of_first("n,,n=user,r=abc", true, kBindings), Failure::kChannelBinding);
  EXPECT_EQ(failure_of_first("p=tls-exporter,,n=user,r=abc", false, kBindings), Failure::kChannelBinding);
  EXPECT_EQ(failure_of_first("p=tls-unique,,n=user,r=abc", true, kBindings), Failure::kChannelBinding);
  EXPECT_EQ(failure_of_first("p=tls-other,,n=user,r=abc", true, kBindings), Failure::kChannelBinding);
  EXPECT_EQ(failure_of_first("n,,n=user,r=abc", false, kBindings), Failure::kNone);
  // RFC 5802 6: the client could bind and saw no -PLUS, but it was offered.
  EXPECT_EQ(failure_of_first("y,,n=user,r=abc", false, kBindings), Failure::kDowngrade);
  EXPECT_EQ(failure_of_first("y,,n=user,r=abc", false, {}), Failure::kNone);
}

TEST(Scram, MalformedFirst) {
  for (std::string_view message : {"", "n", "n,", "n,,", "n,,n=user", "n,,r=abc,n=user", "n,,n=,r=abc", "n,,n=user,r=", "n,,n=us=er,r=abc",
                                   "n,,n=user,r=a b", "n,,n=user,r=\xc3\xa9", "z,,n=user,r=abc", "p,,n=user,r=abc", "p=,,n=user,r=abc",
                                   "n,user,n=user,r=abc", "n,,m=ext,n=user,r=abc", "n,,n=us\xff,r=abc", "nn,,n=user,r=abc"})
    EXPECT_EQ(failure_of_first(message), Failure::kMalformed) << message;
  EXPECT_EQ(failure_of_first("n,,n=user,r=" + std::string(257, 'a')), Failure::kMalformed);
  EXPECT_EQ(failure_of_first("n,,n=" + std::string(1025, 'a') + ",r=abc"), Failure::kMalformed);
  EXPECT_EQ(failure_of_first("n,,n=user,r=abc," + std::string(16 * 1024, 'x')), Failure::kMalformed);
  EXPECT_EQ(failure_of_first("n,,n=user,r=abc,x=ignored"), Failure::kNone);
  EXPECT_EQ(failure_of_first("n,a=other,n=user,r=abc"), Failure::kOtherIdentity);
}

TEST(Scram, MalformedFinal) {
  const std::string nonce = "r=" + std::string(kClientNonce) + std::string(kServerNonce);
  const std::string proof = ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
  EXPECT_EQ(answer_to_final("c=biws," + nonce + proof).kind, StepKind::kChallenge);
  for (const auto& message : {std::string(), "c=biws," + nonce, nonce + proof, "c=biws" + proof, "c=biws," + nonce + ",p=",
                              "c=biws," + nonce + ",p=YWJj", "c=biws," + nonce + ",p=!", "c=biws,r=" + std::string(kClientNonce) + proof})
    EXPECT_EQ(answer_to_final(message).failure, Failure::kMalformed) << message;
  EXPECT_EQ(answer_to_final("c=eSws," + nonce + proof).failure, Failure::kChannelBinding);
  EXPECT_EQ(answer_to_final("c=biws," + nonce + ",x=1" + proof).failure, Failure::kWrongSecret);
}

TEST(Scram, OutOfOrderCallsFailForGood) {
  auto machine = server();
  EXPECT_EQ(machine->scram_secret(pencil(), true).failure, Failure::kMalformed);
  EXPECT_EQ(machine->next("n,,n=user,r=abc").failure, Failure::kMalformed);
  auto twice = server();
  twice->next("n,,n=user,r=abc");
  EXPECT_EQ(twice->next("n,,n=user,r=abc").kind, StepKind::kFailed);
  EXPECT_EQ(twice->scram_secret(pencil(), true).kind, StepKind::kFailed);
  EXPECT_EQ(server()->checked(true).kind, StepKind::kFailed);
}

TEST(Scram, EndWantsNoMoreData) {
  auto machine = server();
  ScramClient client({.user = "user", .password = "pencil"});
  machine->next(client.first());
  auto step = machine->next(*client.final(machine->scram_secret(pencil(), true).challenge));
  ASSERT_EQ(step.kind, StepKind::kChallenge);
  EXPECT_EQ(machine->next("more").kind, StepKind::kFailed);
}

TEST(Scram, SaltsAndNoncesAreFresh) {
  EXPECT_NE(derive_scram("pencil", 4096).salt, derive_scram("pencil", 4096).salt);
  EXPECT_EQ(derive_scram("pencil", 4096).salt.size(), 16u);
  EXPECT_NE(make_scram_nonce(), make_scram_nonce());
  EXPECT_TRUE(is_scram_nonce(make_scram_nonce()));
}

}  // namespace
}  // namespace sasl
