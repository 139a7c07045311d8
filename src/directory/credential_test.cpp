// Signing in on both databases: passwords, SCRAM, throttling, and what strangers can learn.

#include "directory/credential.h"

#include <gtest/gtest.h>

#include <thread>

#include "directory/directory_testing.h"
#include "sasl/scram.h"
#include "sasl/scram_client.h"

namespace directory {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kClient = "192.0.2.1";

SignInLimits cheap() {
  SignInLimits limits;
  limits.argon2_operations = 1;
  limits.argon2_memory_bytes = 64 << 10;
  return limits;
}

class CredentialTest : public DatabaseTest {
 protected:
  CredentialTest() : DatabaseTest({.passwords = cheap()}), credentials_(directory_, clock_, cheap()) {
    scope_ = {directory_.create_enterprise("Example")->id};
    EXPECT_TRUE(directory_.add_domain(scope_, "example.com", DomainState::kActive).ok());
    tom_ = *directory_.add_member(scope_, {"tom@example.com", "Tom", "secret"});
  }

  SignInFailure try_as(std::string_view user, std::string_view password, std::string_view client = kClient) {
    return credentials_.check_password(user, password, client).failure;
  }
  // A whole SCRAM exchange the way a protocol runs it.
  bool scram(std::string_view user, std::string_view password) {
    auto lookup = credentials_.scram_secret(user, kClient);
    sasl::ScramClient client({.user = std::string(user), .password = std::string(password)});
    auto machine = sasl::make_scram(false, {}, {});
    auto step = machine->next(client.first());
    step = machine->scram_secret(lookup.secret, lookup.member != nullptr);
    step = machine->next(*client.final(step.challenge));
    credentials_.note_result(user, kClient, step.kind == sasl::StepKind::kChallenge);
    return step.kind == sasl::StepKind::kChallenge && client.verify(step.challenge);
  }

  sql::EnterpriseScope scope_;
  Member tom_;
  Credentials credentials_;
};

TEST_P(CredentialTest, RightAndWrongPasswords) {
  auto sign_in = credentials_.check_password("Tom@Example.com", "secret", kClient);
  EXPECT_TRUE(sign_in.ok());
  ASSERT_TRUE(sign_in.member);
  EXPECT_EQ(sign_in.member->account_id, tom_.account_id);
  EXPECT_EQ(try_as("tom@example.com", "Secret"), SignInFailure::kWrongPassword);
  EXPECT_EQ(try_as("tom@example.com", ""), SignInFailure::kMalformed);
  EXPECT_EQ(try_as("tom@example.com", "a\nb"), SignInFailure::kMalformed);
  EXPECT_EQ(try_as("ann@example.com", "secret"), SignInFailure::kNoSuchUser);
  EXPECT_EQ(try_as("tom", "secret"), SignInFailure::kNoSuchUser);
  EXPECT_EQ(try_as("", "secret"), SignInFailure::kNoSuchUser);
}

TEST_P(CredentialTest, AliasesSignInButPlusAndCatchAllDoNot) {
  ASSERT_TRUE(directory_.add_alias(tom_.scope(), "thomas@example.com").ok());
  ASSERT_TRUE(directory_.set_catch_all(scope_, "example.com", "tom@example.com").ok());
  EXPECT_EQ(try_as("thomas@example.com", "secret"), SignInFailure::kNone);
  EXPECT_EQ(try_as("tom+x@example.com", "secret"), SignInFailure::kNoSuchUser);
  EXPECT_EQ(try_as("whoever@example.com", "secret"), SignInFailure::kNoSuchUser);
}

TEST_P(CredentialTest, DisabledDeletedAndWithoutPassword) {
  auto ann = directory_.add_member(scope_, {"ann@example.com", "Ann"});
  EXPECT_EQ(try_as("ann@example.com", "secret"), SignInFailure::kNoPassword);
  EXPECT_FALSE(scram("ann@example.com", "secret"));
  EXPECT_EQ(try_as("tom@example.com", "secret"), SignInFailure::kNone);
  ASSERT_TRUE(directory_.set_member_state(tom_.scope(), MemberState::kDisabled).ok());
  EXPECT_EQ(try_as("tom@example.com", "secret"), SignInFailure::kDisabled) << "although the password is remembered";
  EXPECT_FALSE(scram("tom@example.com", "secret"));
  EXPECT_EQ(credentials_.scram_secret("tom@example.com", kClient).failure, SignInFailure::kDisabled);
  ASSERT_TRUE(directory_.set_member_state(tom_.scope(), MemberState::kDeleted).ok());
  EXPECT_EQ(try_as("tom@example.com", "secret"), SignInFailure::kNoSuchUser);
}

TEST_P(CredentialTest, ANewPasswordReplacesTheOldOneAtOnce) {
  EXPECT_EQ(try_as("tom@example.com", "secret"), SignInFailure::kNone);
  ASSERT_TRUE(credentials_.set_password(tom_.scope(), "another").ok());
  EXPECT_EQ(try_as("tom@example.com", "secret"), SignInFailure::kWrongPassword) << "although it is remembered";
  EXPECT_EQ(try_as("tom@example.com", "another"), SignInFailure::kNone);
  EXPECT_TRUE(scram("tom@example.com", "another"));
  EXPECT_FALSE(scram("tom@example.com", "secret"));
}

TEST_P(CredentialTest, TheFirstPasswordActivates) {
  auto ann = directory_.add_member(scope_, {"ann@example.com", "Ann"});
  EXPECT_EQ(ann->state, MemberState::kCreated);
  ASSERT_TRUE(credentials_.set_password(ann->scope(), "secret").ok());
  EXPECT_EQ(directory_.member(ann->scope())->state, MemberState::kActive);
  ASSERT_TRUE(directory_.set_member_state(ann->scope(), MemberState::kDisabled).ok());
  ASSERT_TRUE(credentials_.set_password(ann->scope(), "other").ok());
  EXPECT_EQ(directory_.member(ann->scope())->state, MemberState::kDisabled);
}

TEST_P(CredentialTest, WhatSetPasswordRefuses) {
  for (const auto& wrong : {std::string(), std::string("a\tb"), std::string("\xff"), std::string(1025, 'x')})
    EXPECT_EQ(credentials_.set_password(tom_.scope(), wrong).error().kind, base::ErrorKind::kInvalid);
  EXPECT_EQ(credentials_.set_password({scope_.enterprise_id, 12345}, "secret").error().kind, base::ErrorKind::kNotFound);
  EXPECT_EQ(credentials_.set_password({scope_.enterprise_id + 1, tom_.account_id}, "secret").error().kind, base::ErrorKind::kNotFound);
  EXPECT_EQ(try_as("tom@example.com", "secret"), SignInFailure::kNone);
}

TEST_P(CredentialTest, PasswordsAreComparedAsTyped) {
  ASSERT_TRUE(credentials_.set_password(tom_.scope(), "pass w\xc3\xb6rd").ok());
  EXPECT_EQ(try_as("tom@example.com", "pass\xe3\x80\x80wo\xcc\x88rd"), SignInFailure::kNone);
  EXPECT_TRUE(scram("tom@example.com", "pass wo\xcc\x88rd"));
}

TEST_P(CredentialTest, NothingOfThePasswordIsStored) {
  auto argon2 = db_->read([&](sql::Transaction& tx) {
    auto rows = tx.query("select argon2 from credential where account_id = ?", tom_.account_id);
    return rows.next() ? std::string(rows.text(0)) : "";
  });
  EXPECT_TRUE(argon2.starts_with("$argon2id$v=19$m=64,t=1,p=1$")) << argon2;
  EXPECT_EQ(argon2.find("secret"), std::string::npos);
}

TEST_P(CredentialTest, FailuresAreThrottledPerAccountAndAddress) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(try_as("tom@example.com", "wrong"), SignInFailure::kWrongPassword);
  EXPECT_EQ(try_as("tom@example.com", "secret"), SignInFailure::kThrottled);
  EXPECT_EQ(try_as("TOM@example.com", "secret"), SignInFailure::kThrottled);
  EXPECT_EQ(credentials_.scram_secret("tom@example.com", kClient).failure, SignInFailure::kThrottled);
  EXPECT_EQ(try_as("tom@example.com", "secret", "192.0.2.2"), SignInFailure::kNone);
  clock_.advance(15min);
  EXPECT_EQ(try_as("tom@example.com", "secret"), SignInFailure::kNone);
}

TEST_P(CredentialTest, ScramFailuresCountToo) {
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(scram("tom@example.com", "wrong"));
  EXPECT_EQ(try_as("tom@example.com", "secret"), SignInFailure::kThrottled);
}

// RFC 5802 9: a client cannot tell a stranger from a member.
TEST_P(CredentialTest, ScramSaltsOfStrangersStayTheSame) {
  auto tom = credentials_.scram_secret("tom@example.com", kClient);
  auto one = credentials_.scram_secret("none@example.com", kClient);
  auto again = credentials_.scram_secret("NONE@example.com", kClient);
  auto other = credentials_.scram_secret("other@example.com", kClient);
  EXPECT_EQ(one.failure, SignInFailure::kNoSuchUser);
  EXPECT_EQ(one.member, nullptr);
  EXPECT_EQ(one.secret.salt, again.secret.salt);
  EXPECT_NE(one.secret.salt, other.secret.salt);
  EXPECT_EQ(one.secret.salt.size(), tom.secret.salt.size());
  EXPECT_EQ(one.secret.iterations, tom.secret.iterations);
  Credentials restarted(directory_, clock_, cheap());
  EXPECT_EQ(restarted.scram_secret("none@example.com", kClient).secret.salt, one.secret.salt);
  EXPECT_FALSE(scram("none@example.com", "secret"));
}

TEST_P(CredentialTest, ManyAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 5; ++i)
        right += try_as("tom@example.com", t % 2 ? "secret" : "wrong", "192.0.2." + std::to_string(10 + 5 * t + i)) == SignInFailure::kNone;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 20);
}

INSTANTIATE_TEST_SUITE_P(AllDrivers, CredentialTest, testing::ValuesIn(sql::testing::drivers()), sql::testing::name);

}  // namespace
}  // namespace directory
