// What is remembered between messages, on both databases: correspondents, brakes, greylisting and reputation.

#include <gtest/gtest.h>

#include "spam/brakes.h"
#include "spam/correspondents.h"
#include "spam/greylist.h"
#include "spam/reputation.h"
#include "spam/sender.h"
#include "sql/testing.h"

namespace spam {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kNoon = base::Time(std::chrono::seconds(1'795'435'200));  // 2026-11-23 12:00 UTC
const sql::AccountScope kTom{1, 10}, kAnn{1, 11}, kOther{2, 10};

TEST(Networks, AreMasked) {
  EXPECT_EQ(network_of(*net::IpAddress::parse("192.0.2.77")), "192.0.2.0/24");
  EXPECT_EQ(network_of(*net::IpAddress::parse("2001:db8:1:2:3:4:5:6")), "2001:db8:1:2::/64");
  EXPECT_EQ(network_text(*net::IpAddress::parse("255.255.255.255"), 13), "255.248.0.0/13");
  EXPECT_EQ(network_text(*net::IpAddress::parse("192.0.2.77"), 0), "0.0.0.0/0");
  EXPECT_EQ(network_text(*net::IpAddress::parse("192.0.2.77"), 99), "192.0.2.77/32");
}

class History : public testing::TestWithParam<sql::testing::Kind> {
 protected:
  template <typename Fn>
  auto write(Fn fn) {
    return database->write(fn);
  }
  size_t strangers(sql::AccountScope scope, std::vector<std::string> recipients) {
    return database->read([&](sql::Transaction& tx) { return count_strangers(tx, scope, recipients); });
  }
  BrakeAnswer brake(sql::AccountScope scope, size_t count, base::Time now, const BrakeLimits& limits) {
    return write([&](sql::Transaction& tx) { return apply_brakes(tx, scope, count, now, limits); });
  }
  GreylistAnswer greylist(sql::AccountScope scope, const char* client, const char* domain, base::Time now) {
    return write([&](sql::Transaction& tx) { return check_greylist(tx, scope, *net::IpAddress::parse(client), domain, now, {}); });
  }
  std::unique_ptr<sql::Database> database = sql::testing::make(GetParam());
};

TEST_P(History, PriorExchangeBeginsWhenTheOutsideAddressWrites) {
  EXPECT_EQ(strangers(kTom, {"a@out.example", "A@OUT.example", "b@out.example"}), 2u);
  write([](sql::Transaction& tx) {
    note_sent(tx, kTom, std::vector<std::string>{"a@out.example"}, kNoon);
    note_received(tx, kTom, "B@out.example", kNoon);
    note_received(tx, kTom, "", kNoon);
    return 0;
  });
  EXPECT_EQ(strangers(kTom, {"a@out.example", "b@out.example"}), 1u) << "writing to somebody does not make him known";
  EXPECT_EQ(strangers(kAnn, {"b@out.example"}), 1u) << "known to the member he wrote to";
  EXPECT_EQ(strangers(kOther, {"b@out.example"}), 1u);
  const auto known = database->read([](sql::Transaction& tx) { return find_correspondent(tx, kAnn, "a@out.example"); });
  EXPECT_TRUE(known.written_by_enterprise);
  EXPECT_FALSE(known.written);
  const auto other = database->read([](sql::Transaction& tx) { return find_correspondent(tx, kOther, "a@out.example"); });
  EXPECT_FALSE(other.written_by_enterprise || other.written || other.wrote);
}

TEST_P(History, CorrespondentsAreForgottenByTheirLastExchange) {
  write([](sql::Transaction& tx) {
    note_received(tx, kTom, "old@out.example", kNoon);
    note_received(tx, kTom, "busy@out.example", kNoon);
    note_received(tx, kOther, "old@out.example", kNoon);
    return 0;
  });
  write([](sql::Transaction& tx) {
    note_received(tx, kTom, "busy@out.example", kNoon + 48h);
    return 0;
  });
  EXPECT_EQ(write([](sql::Transaction& tx) { return forget_correspondents(tx, {1}, kNoon + 24h); }), 1);
  EXPECT_EQ(strangers(kTom, {"old@out.example", "busy@out.example"}), 1u);
  EXPECT_EQ(strangers(kOther, {"old@out.example"}), 0u);
}

TEST_P(History, DailyQuotasRefuseAndBeginAnewAtMidnight) {
  const BrakeLimits limits{.enterprise_per_day = 100, .member_per_day = 60, .burst = 1000, .utc_offset = 8h};
  EXPECT_EQ(brake(kTom, 0, kNoon, limits).kind, BrakeAnswer::Kind::kOk);
  EXPECT_EQ(brake(kTom, 60, kNoon, limits).kind, BrakeAnswer::Kind::kOk);
  auto over = brake(kTom, 1, kNoon, limits);
  EXPECT_EQ(over.kind, BrakeAnswer::Kind::kRefuse);
  EXPECT_TRUE(over.first);
  EXPECT_NE(over.reason.find("60 recipients"), std::string::npos) << over.reason;
  EXPECT_FALSE(brake(kTom, 1, kNoon, limits).first) << "told once a day";
  EXPECT_EQ(brake(kAnn, 41, kNoon, limits).kind, BrakeAnswer::Kind::kRefuse);
  EXPECT_EQ(brake(kAnn, 40, kNoon, limits).kind, BrakeAnswer::Kind::kOk) << "what was refused is not counted";
  EXPECT_EQ(brake(kAnn, 1, kNoon, limits).kind, BrakeAnswer::Kind::kRefuse);
  EXPECT_EQ(brake(kOther, 60, kNoon, limits).kind, BrakeAnswer::Kind::kOk) << "another enterprise";
  const auto use = database->read([&](sql::Transaction& tx) { return brake_use(tx, kTom, kNoon, limits); });
  EXPECT_EQ(use.enterprise_today, 100);
  EXPECT_EQ(use.member_today, 60);
  // Midnight in UTC+8 is 16:00 UTC.
  EXPECT_EQ(brake(kTom, 1, kNoon + 3h + 59min, limits).kind, BrakeAnswer::Kind::kRefuse);
  EXPECT_EQ(brake(kTom, 1, kNoon + 4h, limits).kind, BrakeAnswer::Kind::kOk);
}

TEST_P(History, ABurstHoldsAndPasses) {
  const BrakeLimits limits{.burst = 20, .burst_window = 600s};
  EXPECT_EQ(brake(kTom, 20, kNoon + 500s, limits).kind, BrakeAnswer::Kind::kOk);
  auto held = brake(kTom, 1, kNoon + 510s, limits);
  EXPECT_EQ(held.kind, BrakeAnswer::Kind::kHold);
  EXPECT_TRUE(held.first);
  EXPECT_NE(held.reason.find("held"), std::string::npos);
  EXPECT_FALSE(brake(kTom, 1, kNoon + 520s, limits).first);
  EXPECT_EQ(brake(kAnn, 5, kNoon + 520s, limits).kind, BrakeAnswer::Kind::kOk) << "a member's burst is his own";
  EXPECT_EQ(brake(kTom, 2, kNoon + 610s, limits).kind, BrakeAnswer::Kind::kHold) << "across the border of two windows";
  EXPECT_EQ(brake(kTom, 1, kNoon + 1900s, limits).kind, BrakeAnswer::Kind::kOk);
}

TEST_P(History, QuotasCanBeChangedForOne) {
  const BrakeLimits limits{.enterprise_per_day = 5, .member_per_day = 5, .burst = 1000};
  write([](sql::Transaction& tx) {
    set_brake_quota(tx, sql::EnterpriseScope{1}, 50);
    set_brake_quota(tx, kTom, 0);
    return 0;
  });
  EXPECT_EQ(brake(kTom, 1, kNoon, limits).kind, BrakeAnswer::Kind::kRefuse);
  EXPECT_EQ(brake(kAnn, 5, kNoon, limits).kind, BrakeAnswer::Kind::kOk);
  EXPECT_EQ(brake(kOther, 6, kNoon, limits).kind, BrakeAnswer::Kind::kRefuse);
  write([](sql::Transaction& tx) {
    set_brake_quota(tx, kTom, std::nullopt);
    return 0;
  });
  EXPECT_EQ(brake(kTom, 5, kNoon, limits).kind, BrakeAnswer::Kind::kOk);
  EXPECT_GT(write([](sql::Transaction& tx) { return forget_brakes(tx, {1}, kNoon + 48h); }), 0);
  EXPECT_EQ(brake(kTom, 5, kNoon, limits).kind, BrakeAnswer::Kind::kOk);
}

TEST_P(History, GreylistingLetsInWhoComesBack) {
  EXPECT_EQ(greylist(kTom, "192.0.2.1", "s.example", kNoon), GreylistAnswer::kFirst);
  EXPECT_EQ(greylist(kTom, "192.0.2.1", "s.example", kNoon + 1min), GreylistAnswer::kTooSoon);
  EXPECT_EQ(greylist(kOther, "192.0.2.1", "s.example", kNoon + 6min), GreylistAnswer::kFirst) << "another enterprise has seen nothing";
  EXPECT_EQ(greylist(kAnn, "192.0.2.1", "s.example", kNoon + 6min), GreylistAnswer::kFirst) << "nor another member";
  EXPECT_EQ(greylist(kTom, "192.0.2.200", "S.example", kNoon + 6min), GreylistAnswer::kReturned) << "from a neighbour machine";
  EXPECT_EQ(greylist(kTom, "192.0.2.1", "s.example", kNoon + 7min), GreylistAnswer::kKnown);
  EXPECT_EQ(greylist(kTom, "192.0.3.1", "s.example", kNoon + 7min), GreylistAnswer::kFirst);
  EXPECT_EQ(greylist(kTom, "192.0.3.1", "s.example", kNoon + 49h + 8min), GreylistAnswer::kFirst) << "too late is new again";
  EXPECT_EQ(greylist(kTom, "192.0.2.1", "s.example", kNoon + 24h * 40), GreylistAnswer::kFirst) << "forgotten";
}

TEST_P(History, NetworksThatReturnAreKnownToTheWholeEnterprise) {
  for (const auto* domain : {"a.example", "b.example", "c.example"}) {
    EXPECT_EQ(greylist(kTom, "198.51.100.1", domain, kNoon), GreylistAnswer::kFirst);
    EXPECT_EQ(greylist(kTom, "198.51.100.1", domain, kNoon + 10min), GreylistAnswer::kReturned);
    if (std::string(domain) != "c.example") {
      EXPECT_EQ(greylist(kAnn, "198.51.100.9", domain, kNoon + 11min), GreylistAnswer::kFirst);
    }
  }
  EXPECT_EQ(greylist(kAnn, "198.51.100.9", "new.example", kNoon + 12min), GreylistAnswer::kKnownClient);
  EXPECT_EQ(greylist(kOther, "198.51.100.9", "new.example", kNoon + 12min), GreylistAnswer::kFirst);
  EXPECT_EQ(write([](sql::Transaction& tx) { return expire_greylist(tx, {1}, kNoon + 24h * 40, {}); }), 6);
  EXPECT_EQ(greylist(kAnn, "198.51.100.9", "new.example", kNoon + 24h * 40), GreylistAnswer::kFirst);
}

TEST_P(History, ReputationIsThePeoplesAndStaysInTheEnterprise) {
  const auto proven = sender_key("Shop.example", true, net::IpAddress::parse("192.0.2.1"));
  const auto unproven = sender_key("shop.example", false, net::IpAddress::parse("203.0.113.9"));
  EXPECT_EQ(proven, "shop.example");
  EXPECT_EQ(unproven, "shop.example 203.0.113.0/24");
  EXPECT_EQ(sender_key("shop.example", false, std::nullopt), "");
  auto points = [&](sql::AccountScope scope, const std::string& key) {
    return reputation_points(database->read([&](sql::Transaction& tx) { return find_reputation(tx, scope, key); }));
  };
  auto note = [&](sql::AccountScope scope, SenderEvent event) {
    write([&](sql::Transaction& tx) {
      note_sender(tx, scope, proven, event, kNoon);
      return 0;
    });
  };
  EXPECT_EQ(points(kTom, proven), 0);
  note(kTom, SenderEvent::kJunked);
  const double by_itself = points(kTom, proven);
  EXPECT_GT(by_itself, 0);
  EXPECT_LT(by_itself, 0.5) << "our own verdicts are weak evidence";
  note(kTom, SenderEvent::kReported);
  note(kTom, SenderEvent::kReported);
  EXPECT_GT(points(kTom, proven), 1.5);
  EXPECT_GT(points(kAnn, proven), 1) << "a colleague's experience counts";
  EXPECT_EQ(points(kTom, unproven), 0) << "a forger has no part in it";
  EXPECT_EQ(points(kOther, proven), 0);
  for (int i = 0; i < 4; ++i) note(kAnn, SenderEvent::kRescued);
  EXPECT_LT(points(kAnn, proven), -1);
  EXPECT_GT(points(kTom, proven), 0.5) << "the member's own comes first";
  EXPECT_EQ(write([](sql::Transaction& tx) { return forget_senders(tx, {1}, kNoon + 1h); }), 3);
}

INSTANTIATE_TEST_SUITE_P(AllDrivers, History, testing::ValuesIn(sql::testing::drivers()), sql::testing::name);

}  // namespace
}  // namespace spam
