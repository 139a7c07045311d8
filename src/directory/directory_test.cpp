// The directory on both databases: every change, what it refuses, and that routing follows at once, also in a second Directory.

#include "directory/directory.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>

#include "directory/directory_testing.h"

namespace directory {
namespace {

using namespace std::chrono_literals;
using base::ErrorKind;

class DirectoryTest : public DatabaseTest {
 protected:
  DirectoryTest() {
    enterprise_ = *directory_.create_enterprise("Example");
    add_domain(scope(), "example.com");
  }

  sql::EnterpriseScope scope() const { return {enterprise_.id}; }
  void add_domain(sql::EnterpriseScope scope, std::string_view name, DomainState state = DomainState::kActive) {
    auto domain = directory_.add_domain(scope, name, state);
    ASSERT_TRUE(domain.ok()) << domain.error().text;
  }
  Member add(std::string_view address) { return add_to(scope(), address); }
  Member add_to(sql::EnterpriseScope scope, std::string_view address) {
    auto member = directory_.add_member(scope, {std::string(address), "Somebody"});
    EXPECT_TRUE(member.ok()) << member.error().text;
    return member.ok() ? *member : Member{};
  }
  // What an address leads to, in a word: the member's address, or the kind of refusal.
  static std::string lead(Directory& directory, std::string_view address) {
    static const std::map<RouteKind, std::string> kWords = {{RouteKind::kUnknownUser, "unknown"},
                                                            {RouteKind::kForeignDomain, "foreign"},
                                                            {RouteKind::kDomainInactive, "inactive"},
                                                            {RouteKind::kBadAddress, "bad"}};
    auto route = directory.resolve(address);
    if (route.kind == RouteKind::kMailbox) return route.member->address;
    return route.kind == RouteKind::kDisabled ? "disabled " + route.member->address : kWords.at(route.kind);
  }
  std::string lead(std::string_view address) { return lead(directory_, address); }

  Enterprise enterprise_;
};

template <typename T>
void expect_error(const base::Result<T>& result, ErrorKind kind, std::string_view text) {
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, kind);
  EXPECT_EQ(result.error().text, text);
}

TEST_P(DirectoryTest, AnUnknownUserStillBelongsToTheEnterprise) {
  auto route = directory_.resolve("nobody@example.com");
  EXPECT_EQ(route.kind, RouteKind::kUnknownUser);
  ASSERT_TRUE(route.enterprise);
  EXPECT_EQ(route.enterprise->id, enterprise_.id);
  EXPECT_FALSE(directory_.resolve("nobody@elsewhere.example").enterprise);
}

TEST_P(DirectoryTest, ResolvesTheSpellingsOfAnAddress) {
  auto tom = add("Tom@Example.com");
  EXPECT_EQ(tom.address, "Tom@example.com");
  for (auto spelling : {"tom@example.com", "TOM@EXAMPLE.COM", "\"tom\"@example.com", "tom+shop@example.com"}) {
    auto route = directory_.resolve(spelling);
    ASSERT_EQ(route.kind, RouteKind::kMailbox) << spelling;
    EXPECT_EQ(route.member->account_id, tom.account_id);
    EXPECT_EQ(route.enterprise->id, enterprise_.id);
    EXPECT_EQ(route.enterprise->blob_key.size(), 32u);
  }
  EXPECT_EQ(lead("tommy@example.com"), "unknown");
  EXPECT_EQ(lead("tom@example.org"), "foreign");
  EXPECT_EQ(lead("tom@sub.example.com"), "foreign");
  EXPECT_EQ(lead("tom@[127.0.0.1]"), "foreign");
  for (auto bad : {"tom", "", "tom@", "t om@example.com", "@example.com"}) EXPECT_EQ(lead(bad), "bad") << bad;
}

TEST_P(DirectoryTest, OtherScriptsAndQuotedLocalParts) {
  add_domain(scope(), "例子.CN");
  add("张三@例子.cn");
  add("\"john smith\"@example.com");
  EXPECT_EQ(lead("张三@xn--fsqu00a.cn"), "张三@例子.cn");
  EXPECT_EQ(lead("\"John Smith\"@example.com"), "\"john smith\"@example.com");
  EXPECT_EQ(directory_.domains(scope())[1].name, "xn--fsqu00a.cn");
}

TEST_P(DirectoryTest, PlusDetailKeepsItsCaseAndAnExactAddressWins) {
  add("tom@example.com");
  add("tom+list@example.com");
  auto route = directory_.resolve("tom+Work.2026+x@example.com");
  ASSERT_EQ(route.kind, RouteKind::kMailbox);
  EXPECT_EQ(route.detail, "Work.2026+x");
  EXPECT_EQ(directory_.resolve("tom@example.com").detail, "");
  EXPECT_EQ(lead("TOM+LIST@example.com"), "tom+list@example.com");
  EXPECT_EQ(lead("+tom@example.com"), "unknown");
}

TEST_P(DirectoryTest, ThePlusSeparatorIsASetting) {
  add("tom@example.com");
  auto dash = open({.plus_separator = '-'}), none = open({.plus_separator = 0});
  EXPECT_EQ(lead(*dash, "tom-shop@example.com"), "tom@example.com");
  EXPECT_EQ(lead(*dash, "tom+shop@example.com"), "unknown");
  EXPECT_EQ(lead(*none, "tom+shop@example.com"), "unknown");
}

TEST_P(DirectoryTest, AliasesComeAndGo) {
  auto tom = add("tom@example.com");
  EXPECT_EQ(lead("thomas@example.com"), "unknown");
  ASSERT_TRUE(directory_.add_alias(tom.scope(), "Thomas@example.com").ok());
  EXPECT_EQ(lead("thomas@example.com"), "tom@example.com");
  EXPECT_EQ(lead("thomas+x@example.com"), "tom@example.com");
  EXPECT_EQ(directory_.member(tom.scope())->aliases, std::vector<std::string>{"Thomas@example.com"});
  expect_error(directory_.remove_alias(tom.scope(), "tom@example.com"), ErrorKind::kNotFound,
               "tom@example.com is not an alias of tom@example.com");
  ASSERT_TRUE(directory_.remove_alias(tom.scope(), "THOMAS@example.com").ok());
  EXPECT_EQ(lead("thomas@example.com"), "unknown");
  EXPECT_TRUE(directory_.member(tom.scope())->aliases.empty());
}

TEST_P(DirectoryTest, AMemberHasNoMoreAliasesThanAllowed) {
  auto tom = add("tom@example.com");
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(directory_.add_alias(tom.scope(), "tom" + std::to_string(i) + "@example.com").ok());
  expect_error(directory_.add_alias(tom.scope(), "tom5@example.com"), ErrorKind::kLimit,
               "tom@example.com already has 5 aliases, the most that are allowed");
}

TEST_P(DirectoryTest, ATakenAddressSaysByWhom) {
  auto tom = add("tom@example.com");
  auto ann = add("ann@example.com");
  ASSERT_TRUE(directory_.add_alias(tom.scope(), "sales@example.com").ok());
  expect_error(directory_.add_member(scope(), {"TOM@example.com"}), ErrorKind::kExists,
               "the address TOM@example.com is taken: it is the address of the member Somebody <tom@example.com>");
  expect_error(directory_.add_member(scope(), {"sales@example.com"}), ErrorKind::kExists,
               "the address sales@example.com is taken: it is an alias of Somebody <tom@example.com>");
  expect_error(directory_.add_alias(ann.scope(), "sales@example.com"), ErrorKind::kExists,
               "the address sales@example.com is taken: it is an alias of Somebody <tom@example.com>");
  ASSERT_TRUE(directory_.set_member_state(tom.scope(), MemberState::kDeleted).ok());
  expect_error(directory_.add_member(scope(), {"tom@example.com"}), ErrorKind::kExists,
               "the address tom@example.com is taken by the deleted member Somebody <tom@example.com>");
}

TEST_P(DirectoryTest, WhatAddMemberRefuses) {
  add_domain(scope(), "waiting.example", DomainState::kAwaitMx);
  expect_error(directory_.add_member(scope(), {"nobody"}), ErrorKind::kInvalid, "\"nobody\" is not a mail address");
  expect_error(directory_.add_member(scope(), {"tom@[192.0.2.1]"}), ErrorKind::kInvalid, "\"tom@[192.0.2.1]\" is not a mail address");
  expect_error(directory_.add_member(scope(), {"tom@example.org"}), ErrorKind::kNotFound,
               "the domain example.org is not one of this enterprise");
  expect_error(directory_.add_member(scope(), {"tom@waiting.example"}), ErrorKind::kDenied, "the domain waiting.example is not active");
  expect_error(directory_.add_member(scope(), {"tom@example.com", std::string(65, 'x')}), ErrorKind::kInvalid,
               "a member's name has 1 to 64 bytes and no control characters");
  expect_error(directory_.add_member(scope(), {"tom@example.com", "a\nb"}), ErrorKind::kInvalid,
               "a member's name has 1 to 64 bytes and no control characters");
  expect_error(directory_.add_member(scope(), {"tom@example.com", "Tom", "a\nb"}), ErrorKind::kInvalid,
               "a password has 1 to 1024 bytes of text and no control characters");
  expect_error(directory_.add_member(scope(), {"tom@example.com", "Tom", "", -2}), ErrorKind::kInvalid, "a quota is not negative");
  EXPECT_TRUE(directory_.members(scope()).empty());
  EXPECT_EQ(lead("tom@example.com"), "unknown");
}

TEST_P(DirectoryTest, AMemberBringsItsOwnWorkIntoTheTransaction) {
  std::optional<sql::AccountScope> seen;
  auto tom = directory_.add_member(scope(), {"tom@example.com"}, [&](sql::Transaction&, sql::AccountScope scope) { seen = scope; });
  ASSERT_TRUE(tom.ok());
  EXPECT_EQ(seen, tom->scope());
  EXPECT_EQ(tom->name, "tom");
  EXPECT_EQ(tom->state, MemberState::kCreated);
  auto failing = [](sql::Transaction&, sql::AccountScope) { throw base::Failure(ErrorKind::kUnavailable, "disk full"); };
  EXPECT_THROW((void)directory_.add_member(scope(), {"ann@example.com"}, failing), base::Failure);
  EXPECT_EQ(lead("ann@example.com"), "unknown");
  add("ann@example.com");
}

TEST_P(DirectoryTest, QuotaDefaultsToTheSetting) {
  auto limited = open({.default_quota_bytes = 1 << 30});
  EXPECT_EQ(limited->add_member(scope(), {"a@example.com"})->quota_bytes, 1 << 30);
  auto member = limited->add_member(scope(), {"b@example.com", "B", "", 0});
  EXPECT_EQ(member->quota_bytes, 0);
  ASSERT_TRUE(directory_.set_quota(member->scope(), 500).ok());
  EXPECT_EQ(directory_.member(member->scope())->quota_bytes, 500);
  EXPECT_EQ(limited->member(member->scope())->quota_bytes, 500);
  expect_error(directory_.set_quota(member->scope(), -1), ErrorKind::kInvalid, "a quota is not negative");
}

TEST_P(DirectoryTest, DisabledAndDeletedMembers) {
  auto tom = add("tom@example.com");
  EXPECT_EQ(lead("tom@example.com"), "tom@example.com");
  ASSERT_TRUE(directory_.set_member_state(tom.scope(), MemberState::kDisabled).ok());
  EXPECT_EQ(lead("tom@example.com"), "disabled tom@example.com");
  EXPECT_EQ(lead("tom+x@example.com"), "disabled tom@example.com");
  ASSERT_TRUE(directory_.set_member_state(tom.scope(), MemberState::kActive).ok());
  EXPECT_EQ(lead("tom@example.com"), "tom@example.com");
  ASSERT_TRUE(directory_.set_member_state(tom.scope(), MemberState::kDeleted).ok());
  EXPECT_EQ(lead("tom@example.com"), "unknown");
  expect_error(directory_.set_member_state(tom.scope(), MemberState::kActive), ErrorKind::kNotFound, "there is no such member");
}

TEST_P(DirectoryTest, CatchAllTakesWhatNobodyElseDoes) {
  auto tom = add("tom@example.com");
  add("ann@example.com");
  expect_error(directory_.set_catch_all(scope(), "example.com", "none@example.com"), ErrorKind::kNotFound,
               "nobody in this enterprise has the address none@example.com");
  ASSERT_TRUE(directory_.set_catch_all(scope(), "Example.com", "Tom@example.com").ok());
  auto route = directory_.resolve("whoever@example.com");
  EXPECT_EQ(route.kind, RouteKind::kMailbox);
  EXPECT_TRUE(route.via_catch_all);
  EXPECT_EQ(lead("whoever@example.com"), "tom@example.com");
  EXPECT_EQ(lead("ann+x@example.com"), "ann@example.com");
  EXPECT_FALSE(directory_.resolve("ann@example.com").via_catch_all);
  EXPECT_EQ(directory_.find_member("whoever@example.com"), std::nullopt);
  EXPECT_EQ(directory_.member_of("whoever@example.com"), nullptr);
  ASSERT_TRUE(directory_.set_member_state(tom.scope(), MemberState::kDisabled).ok());
  EXPECT_EQ(lead("whoever@example.com"), "unknown");
  ASSERT_TRUE(directory_.set_member_state(tom.scope(), MemberState::kActive).ok());
  ASSERT_TRUE(directory_.set_catch_all(scope(), "example.com", "").ok());
  EXPECT_EQ(lead("whoever@example.com"), "unknown");
}

// RFC 5321 4.5.1, RFC 2142
TEST_P(DirectoryTest, PostmasterAndAbuseAlwaysReachSomebody) {
  EXPECT_EQ(lead("postmaster@example.com"), "unknown") << "there is nobody yet";
  EXPECT_EQ(lead("Postmaster"), "unknown");
  auto first = add("admin@example.com");
  auto second = add("tom@example.com");
  EXPECT_EQ(directory_.enterprise(scope())->creator_account_id, first.account_id);
  for (auto address : {"postmaster@example.com", "Abuse@Example.com", "PostMaster", "postmaster+x@example.com"})
    EXPECT_EQ(lead(address), "admin@example.com") << address;
  EXPECT_EQ(lead("postmaster@example.org"), "foreign");
  ASSERT_TRUE(directory_.set_member_state(first.scope(), MemberState::kDisabled).ok());
  EXPECT_EQ(lead("postmaster@example.com"), "tom@example.com");
  EXPECT_EQ(lead("postmaster"), "tom@example.com");
  auto own = add("postmaster@example.com");
  EXPECT_EQ(lead("postmaster@example.com"), "postmaster@example.com");
  ASSERT_TRUE(directory_.set_member_state(own.scope(), MemberState::kDisabled).ok());
  EXPECT_EQ(lead("postmaster@example.com"), "tom@example.com");
  ASSERT_TRUE(directory_.add_alias(second.scope(), "abuse@example.com").ok());
  EXPECT_EQ(lead("abuse@example.com"), "tom@example.com");
  EXPECT_EQ(lead("abuse"), "bad");
}

TEST_P(DirectoryTest, DomainStatesDecide) {
  add("tom@example.com");
  auto lead_in = [&](DomainState state) {
    EXPECT_TRUE(directory_.set_domain_state(scope(), "example.com", state).ok());
    return lead("tom@example.com");
  };
  for (auto state :
       {DomainState::kAwaitMx, DomainState::kProtected, DomainState::kDisputed, DomainState::kAdded, DomainState::kAwaitOwnership})
    EXPECT_EQ(lead_in(state), "inactive") << static_cast<int>(state);
  EXPECT_EQ(lead_in(DomainState::kLost), "foreign");
  EXPECT_EQ(lead_in(DomainState::kActive), "tom@example.com");
}

// B5.13
TEST_P(DirectoryTest, AnAbnormalDomainTakesMailForThreeDays) {
  add("tom@example.com");
  clock_.advance(100h);
  ASSERT_TRUE(directory_.set_domain_state(scope(), "example.com", DomainState::kAbnormal).ok());
  clock_.advance(71h);
  EXPECT_EQ(lead("tom@example.com"), "tom@example.com");
  clock_.advance(1h);
  EXPECT_EQ(lead("tom@example.com"), "inactive");
  EXPECT_NE(directory_.member_of("tom@example.com"), nullptr) << "its members still sign in";
  ASSERT_TRUE(directory_.set_domain_state(scope(), "example.com", DomainState::kActive).ok());
  EXPECT_EQ(lead("tom@example.com"), "tom@example.com");
}

TEST_P(DirectoryTest, ARemovedDomainCanBeAddedAgain) {
  ASSERT_TRUE(directory_.set_domain_state(scope(), "example.com", DomainState::kRemoved).ok());
  EXPECT_EQ(directory_.find_domain("example.com"), std::nullopt);
  add_domain(scope(), "example.com", DomainState::kAwaitMx);
  ASSERT_EQ(directory_.domains(scope()).size(), 1u);
  EXPECT_EQ(directory_.domains(scope())[0].state, DomainState::kAwaitMx);
  EXPECT_EQ(directory_.domains(scope())[0].last_active_at, std::nullopt);
}

TEST_P(DirectoryTest, WhatAddDomainRefuses) {
  for (auto wrong : {"", "localhost", "192.0.2.1", "a..b", "exa mple.com", "http://example.com"}) {
    auto result = directory_.add_domain(scope(), wrong, DomainState::kActive);
    ASSERT_FALSE(result.ok()) << wrong;
    EXPECT_EQ(result.error().kind, ErrorKind::kInvalid);
  }
  expect_error(directory_.add_domain(scope(), "EXAMPLE.com", DomainState::kActive), ErrorKind::kExists,
               "the domain example.com is already one of this enterprise");
  expect_error(directory_.add_domain({12345}, "example.net", DomainState::kActive), ErrorKind::kNotFound, "there is no such enterprise");
  expect_error(directory_.create_enterprise(" "), ErrorKind::kInvalid, "an enterprise's name has 1 to 200 bytes and no control characters");
}

TEST_P(DirectoryTest, OnlyOneEnterpriseHoldsADomain) {
  auto other = directory_.create_enterprise("Other");
  const sql::EnterpriseScope theirs{other->id};
  const std::string belongs = "the domain example.com belongs to another enterprise";
  expect_error(directory_.add_domain(theirs, "example.com", DomainState::kActive), ErrorKind::kExists, belongs);
  add_domain(theirs, "example.com", DomainState::kAwaitOwnership);
  expect_error(directory_.set_domain_state(theirs, "example.com", DomainState::kActive), ErrorKind::kExists, belongs);
  auto tom = add("tom@example.com");
  EXPECT_EQ(directory_.find_domain("example.com")->enterprise_id, enterprise_.id);
  EXPECT_EQ(directory_.resolve("tom@example.com").member->account_id, tom.account_id);
  // B5.5: the takeover.
  ASSERT_TRUE(directory_.set_domain_state(scope(), "example.com", DomainState::kLost).ok());
  EXPECT_EQ(lead("tom@example.com"), "inactive");
  ASSERT_TRUE(directory_.set_domain_state(theirs, "example.com", DomainState::kActive).ok());
  EXPECT_EQ(lead("tom@example.com"), "unknown");
  auto new_tom = add_to(theirs, "tom@example.com");
  EXPECT_EQ(directory_.resolve("tom@example.com").member->account_id, new_tom.account_id);
  EXPECT_EQ(directory_.find_member("tom@example.com")->account_id, new_tom.account_id);
}

TEST_P(DirectoryTest, EnterprisesNeverReachEachOther) {
  auto other = directory_.create_enterprise("Other");
  const sql::EnterpriseScope theirs{other->id};
  add_domain(theirs, "other.example");
  auto tom = add("tom@example.com");
  auto eve = add_to(theirs, "eve@other.example");
  const sql::AccountScope forged{other->id, tom.account_id};

  EXPECT_EQ(directory_.members(theirs).size(), 1u);
  EXPECT_EQ(directory_.domains(theirs).size(), 1u);
  EXPECT_EQ(directory_.member(forged), nullptr);
  for (auto state : {MemberState::kDisabled, MemberState::kDeleted})
    expect_error(directory_.set_member_state(forged, state), ErrorKind::kNotFound, "there is no such member");
  expect_error(directory_.set_quota(forged, 1), ErrorKind::kNotFound, "there is no such member");
  expect_error(directory_.add_alias(forged, "x@other.example"), ErrorKind::kNotFound, "there is no such member");
  expect_error(directory_.remove_alias(forged, "x@example.com"), ErrorKind::kNotFound, "there is no such member");
  expect_error(directory_.add_alias(eve.scope(), "x@example.com"), ErrorKind::kNotFound,
               "the domain example.com is not one of this enterprise");
  expect_error(directory_.add_member(theirs, {"x@example.com"}), ErrorKind::kNotFound,
               "the domain example.com is not one of this enterprise");
  expect_error(directory_.set_domain_state(theirs, "example.com", DomainState::kRemoved), ErrorKind::kNotFound,
               "there is no domain example.com");
  expect_error(directory_.set_catch_all(theirs, "example.com", "eve@other.example"), ErrorKind::kNotFound,
               "there is no domain example.com");
  expect_error(directory_.set_catch_all(theirs, "other.example", "tom@example.com"), ErrorKind::kNotFound,
               "nobody in this enterprise has the address tom@example.com");
  EXPECT_EQ(lead("tom@example.com"), "tom@example.com");
  EXPECT_EQ(directory_.member(tom.scope())->aliases.size(), 0u);
}

TEST_P(DirectoryTest, FindMemberForTheOperator) {
  auto tom = add("tom@example.com");
  ASSERT_TRUE(directory_.add_alias(tom.scope(), "thomas@example.com").ok());
  EXPECT_EQ(directory_.find_member("Thomas@example.com")->account_id, tom.account_id);
  EXPECT_EQ(directory_.find_member("tom+x@example.com"), std::nullopt);
  EXPECT_EQ(directory_.find_member("tom@example.org"), std::nullopt);
  EXPECT_EQ(directory_.find_member("nonsense"), std::nullopt);
  ASSERT_TRUE(directory_.set_domain_state(scope(), "example.com", DomainState::kAwaitMx).ok());
  EXPECT_TRUE(directory_.find_member("tom@example.com")) << "whatever the domain's state";
}

// Each change made through one Directory, seen through another on the same data: the command line beside the server.
TEST_P(DirectoryTest, ASecondDirectorySeesEveryChangeAtOnce) {
  auto server = open({});
  auto seen = [&](std::string_view address) { return lead(*server, address); };
  EXPECT_EQ(seen("tom@example.com"), "unknown");
  auto tom = add("tom@example.com");
  EXPECT_EQ(seen("tom@example.com"), "tom@example.com");
  EXPECT_EQ(seen("sales@example.com"), "unknown");
  ASSERT_TRUE(directory_.add_alias(tom.scope(), "sales@example.com").ok());
  EXPECT_EQ(seen("sales@example.com"), "tom@example.com");
  EXPECT_EQ(server->member(tom.scope())->aliases.size(), 1u);
  ASSERT_TRUE(directory_.remove_alias(tom.scope(), "sales@example.com").ok());
  EXPECT_EQ(seen("sales@example.com"), "unknown");
  ASSERT_TRUE(directory_.set_catch_all(scope(), "example.com", "tom@example.com").ok());
  EXPECT_EQ(seen("sales@example.com"), "tom@example.com");
  ASSERT_TRUE(directory_.set_quota(tom.scope(), 77).ok());
  EXPECT_EQ(server->resolve("sales@example.com").member->quota_bytes, 77);
  ASSERT_TRUE(directory_.set_member_state(tom.scope(), MemberState::kDisabled).ok());
  EXPECT_EQ(seen("tom@example.com"), "disabled tom@example.com");
  ASSERT_TRUE(directory_.set_domain_state(scope(), "example.com", DomainState::kAwaitMx).ok());
  EXPECT_EQ(seen("tom@example.com"), "inactive");
  EXPECT_EQ(seen("x@new.example"), "foreign");
  add_domain(scope(), "new.example");
  EXPECT_EQ(seen("x@new.example"), "unknown");
  auto ann = add("ann@new.example");
  ASSERT_TRUE(directory_.set_member_state(ann.scope(), MemberState::kDeleted).ok());
  EXPECT_EQ(seen("postmaster@new.example"), "unknown");
  add("bob@new.example");
  EXPECT_EQ(seen("postmaster@new.example"), "bob@new.example");
}

TEST_P(DirectoryTest, AChangeWithoutASignalIsSeenWithinASecond) {
  Directory elsewhere(*db_, clock_, ids_, {}, "");  // another machine: it does not raise our file
  EXPECT_EQ(lead("tom@example.com"), "unknown");
  ASSERT_TRUE(elsewhere.add_member(scope(), {"tom@example.com"}).ok());
  clock_.advance(1s);
  EXPECT_EQ(lead("tom@example.com"), "tom@example.com");
}

TEST_P(DirectoryTest, ManyChangesAtOnceDropEverything) {
  auto tom = add("tom@example.com");
  auto server = open({});
  EXPECT_EQ(server->resolve("tom@example.com").member->quota_bytes, 0);
  for (int i = 1; i <= 1'100; ++i) ASSERT_TRUE(directory_.set_quota(tom.scope(), i).ok());
  EXPECT_EQ(server->resolve("tom@example.com").member->quota_bytes, 1'100);
}

TEST_P(DirectoryTest, AFullCacheStillAnswersRight) {
  auto small = open({.cache_entries = 16});
  for (int i = 0; i < 100; ++i) add("user" + std::to_string(i) + "@example.com");
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 100; ++i)
      EXPECT_EQ(lead(*small, "user" + std::to_string(i) + "@example.com"), "user" + std::to_string(i) + "@example.com");
}

// An answer read before a change must not be kept after it.
TEST_P(DirectoryTest, ReadersBesideAWriterNeverSeeAnOlderAnswer) {
  auto tom = add("tom@example.com");
  std::atomic<int64_t> written{0};
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> readers;
  for (int r = 0; r < 2; ++r)
    readers.emplace_back([&] {
      while (!stop) {
        const int64_t least = written;
        if (directory_.resolve("tom@example.com").member->quota_bytes < least) ++wrong;
      }
    });
  for (int i = 1; i <= 200; ++i) {
    ASSERT_TRUE(directory_.set_quota(tom.scope(), i).ok());
    written = i;
  }
  stop = true;
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
}

INSTANTIATE_TEST_SUITE_P(AllDrivers, DirectoryTest, testing::ValuesIn(sql::testing::drivers()), sql::testing::name);

}  // namespace
}  // namespace directory
